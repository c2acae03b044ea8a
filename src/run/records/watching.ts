// Hands on what the groups tell of single requests and steps, in an order that does not depend on the groups.
import type { CellPlan } from '../../fleet/cell-plan.ts';
import type { WatchSpec } from '../../scenario/build.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { WatchedWindow } from './cell-watch.ts';
import { unfinishedOf } from './unfinished.ts';
import type { WatchOptions } from './watch-options.ts';

export class Watching {
  /** For the groups, wherever they are. */
  readonly spec: WatchSpec;
  readonly #scenario: Scenario;
  readonly #plans: readonly CellPlan[];
  readonly #options: WatchOptions;
  #toldOfUnfinished = false;

  /** `plans`: of all cells, by index. */
  constructor(scenario: Scenario, plans: readonly CellPlan[], options: WatchOptions) {
    this.#scenario = scenario;
    this.#plans = plans;
    this.#options = options;
    this.spec = { recordedPart: options.recordedPart, trace: options.trace };
  }

  get records(): boolean {
    return this.spec.recordedPart !== undefined;
  }

  /** Whether nobody has been told yet of who was in the system at the end. */
  get owesUnfinished(): boolean {
    return this.records && !this.#toldOfUnfinished;
  }

  /** What all groups tell of the next window. */
  add(windows: readonly WatchedWindow[]): void {
    const chunks = windows.flatMap(({ requests }) => requests).toSorted((a, b) => a.cell - b.cell);
    if (chunks.length > 0) this.#options.onRequests?.(chunks);
    const runs = windows.flatMap((window) => window.runs);
    if (runs.length > 0) this.#options.onRuns?.(runs);
  }

  /** At the end; serialized states by index of the cell. */
  addUnfinished(cells: readonly Uint8Array[]): void {
    if (!this.owesUnfinished) return;
    this.#toldOfUnfinished = true;
    for (const [index, serialized] of cells.entries()) {
      const chunk = unfinishedOf(this.#scenario, this.#plans[index], { watch: this.spec, serialized });
      if (chunk.request.length > 0) this.#options.onRequests?.([chunk]);
    }
  }

  save(): unknown {
    return this.#options.save?.();
  }
}

// One thread's part of a run: some cells, advanced window by window. The same object serves in a worker thread and in
// the main one.
import { deserialize, serialize } from 'node:v8';
import type { AttainmentDelta, AttainmentState } from '../fleet/attainment.ts';
import type { CellState } from '../fleet/cell.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { LatencyHistograms } from '../metrics/accumulator.ts';
import { buildCells } from '../scenario/build.ts';
import type { CellGroup } from '../scenario/build.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface GroupSetup {
  scenario: Scenario;
  plans: CellPlan[];
  /** To go on from, at the end of a window. */
  state?: GroupState;
}

export interface GroupState {
  /** By cell of the group, each for itself and serialized: so a resumed run may group them otherwise. */
  cells: Uint8Array[];
  /** The same in every group. */
  attainment: AttainmentState;
}

export interface WindowRequest {
  window: number;
  /** From the origin of this window. */
  endTicks: number;
  /** By how much the origin has moved on since the window before. */
  rebaseTicks: number;
}

export interface GroupReport {
  window: number;
  /** By cell of the group: its counts. */
  counts: Float64Array[];
  /** Of all cells of the group: integer counts, so that their grouping does not matter. */
  latencies: LatencyHistograms<SparseHistogram>;
  attained: AttainmentDelta;
}

export class Group {
  readonly #group: CellGroup;

  constructor({ scenario, plans, state }: GroupSetup) {
    this.#group = buildCells(scenario, plans);
    if (state === undefined) return;
    const { cells, attainment } = this.#group;
    for (const [i, cell] of cells.entries()) cell.restore(deserialize(state.cells[i]) as CellState);
    attainment.restore(state.attainment);
  }

  advance({ window, endTicks, rebaseTicks }: WindowRequest): GroupReport {
    const { cells, attainment, latencies } = this.#group;
    if (rebaseTicks > 0) {
      for (const cell of cells) cell.rebase(rebaseTicks);
      attainment.rebase(rebaseTicks);
    }
    attainment.enter(window, endTicks);
    const counts = cells.map((cell) => cell.advanceTo(endTicks));
    return {
      window,
      counts,
      latencies: {
        ttft: latencies.ttft.take(),
        tpot: latencies.tpot.take(),
        itl: latencies.itl.take(),
        e2e: latencies.e2e.take(),
      },
      attained: attainment.take(),
    };
  }

  /** The state at the end of the last window. */
  save(): GroupState {
    const { cells, attainment } = this.#group;
    return { cells: cells.map((cell) => serialize(cell.save())), attainment: attainment.save() };
  }
}

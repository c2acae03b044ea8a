// What a group tells of single requests and steps, where somebody wants to know: rows of requests that have left and of
// runs of steps, by window, and the state that they need to go on. Nothing of it changes what is simulated.
import type { CellPlan } from '../../fleet/cell-plan.ts';
import type { RequestNotes } from '../../fleet/records/recorder.ts';
import type { RequestChunk } from '../../fleet/records/rows.ts';
import type { OpenRuns, PackedRuns } from '../../fleet/records/tracer.ts';
import { ticksToSeconds } from '../../kernel/ticks.ts';
import type { CellGroup } from '../../scenario/build.ts';

/** Of a window. */
export interface WatchedWindow {
  /** By cell of the group, of those that have any. */
  requests: RequestChunk[];
  /** By pool, of those that have any. */
  runs: PackedRuns[];
}

/** Of a cell, at the end of a window. */
export interface WatchedCell {
  originSeconds: number;
  notes: RequestNotes | undefined;
  openRuns: OpenRuns | undefined;
}

export class CellWatch {
  readonly #group: CellGroup;
  readonly #plans: readonly CellPlan[];
  /** Of the clock of the cells, since the start of the run. */
  #originSeconds = 0;

  constructor(group: CellGroup, plans: readonly CellPlan[]) {
    this.#group = group;
    this.#plans = plans;
  }

  /** Before the cells enter a window. */
  enterWindow(rebaseTicks: number): void {
    this.#originSeconds += ticksToSeconds(rebaseTicks);
    for (const tracer of this.#group.tracers) {
      if (rebaseTicks > 0) tracer?.rebase(rebaseTicks);
      tracer?.enterWindow(this.#originSeconds);
    }
  }

  take(): WatchedWindow {
    const { recorders, tracers, firsts } = this.#group;
    const requests = this.#plans.flatMap(({ pool }, i) => {
      const chunk = recorders[pool]?.take(firsts[i], this.#originSeconds);
      return chunk !== undefined && chunk.request.length > 0 ? [chunk] : [];
    });
    const runs = tracers.flatMap((tracer) => tracer?.take() ?? []).filter(({ length }) => length > 0);
    return { requests, runs };
  }

  /** Of a cell, by its place in the group. */
  save(cell: number): WatchedCell {
    const { recorders, tracers, firsts } = this.#group;
    const { pool, replicas } = this.#plans[cell];
    return {
      originSeconds: this.#originSeconds,
      notes: recorders[pool]?.save(firsts[cell]),
      openRuns: tracers[pool]?.save(firsts[cell], replicas),
    };
  }

  restore(cell: number, { originSeconds, notes, openRuns }: WatchedCell): void {
    const { recorders, tracers, firsts } = this.#group;
    const { pool } = this.#plans[cell];
    this.#originSeconds = originSeconds;
    if (notes !== undefined) recorders[pool]?.restore(firsts[cell], notes);
    if (openRuns !== undefined) tracers[pool]?.restore(firsts[cell], openRuns);
  }
}

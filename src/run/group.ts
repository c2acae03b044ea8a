// One thread's part of a run: some cells, advanced window by window. The same object serves in a worker thread and in
// the main one.
import type { AttainmentDelta } from '../fleet/attainment.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { Histogram } from '../kernel/histogram.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { LatencyHistograms } from '../metrics/accumulator.ts';
import { buildCells } from '../scenario/build.ts';
import type { CellGroup } from '../scenario/build.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface GroupSetup {
  scenario: Scenario;
  plans: CellPlan[];
  windowEndsTicks: Float64Array;
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
  readonly #merged: LatencyHistograms = {
    ttft: new Histogram(),
    tpot: new Histogram(),
    itl: new Histogram(),
    e2e: new Histogram(),
  };

  constructor(setup: GroupSetup) {
    this.#group = buildCells(setup.scenario, setup.plans, setup.windowEndsTicks);
  }

  advance(window: number, endTicks: number): GroupReport {
    const { cells, attainment } = this.#group;
    attainment.enter(window);
    const merged = this.#merged;
    const counts = cells.map((cell) => {
      const report = cell.advanceTo(endTicks);
      merged.ttft.merge(report.ttft);
      merged.tpot.merge(report.tpot);
      merged.itl.merge(report.itl);
      merged.e2e.merge(report.e2e);
      return report.counts;
    });
    return {
      window,
      counts,
      latencies: {
        ttft: merged.ttft.take(),
        tpot: merged.tpot.take(),
        itl: merged.itl.take(),
        e2e: merged.e2e.take(),
      },
      attained: attainment.take(),
    };
  }
}

// One thread's part of a run: some cells, advanced from stop to stop. The same object serves in a worker thread and in
// the main one.
import { deserialize, serialize } from 'node:v8';
import { packScrapes } from '../../control/scrape.ts';
import type { CellScrape } from '../../control/scrape.ts';
import type { AttainmentDelta, AttainmentState } from '../../fleet/attainment.ts';
import type { Cell, CellState, Drained, ReplicaChange } from '../../fleet/cell.ts';
import type { CellPlan } from '../../fleet/cell-plan.ts';
import { Window } from '../../fleet/window-fields.ts';
import { appendCounts } from '../../fleet/window.ts';
import type { SparseHistogram } from '../../kernel/histogram.ts';
import type { LatencyHistograms } from '../../metrics/latencies.ts';
import { buildCells, poolPhysics } from '../../scenario/build.ts';
import type { CellGroup, WatchSpec } from '../../scenario/build.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Burst } from '../../workload/bursts.ts';
import { packGauges } from '../live/fleet-gauges.ts';
import { CellWatch } from '../records/cell-watch.ts';
import type { WatchedCell, WatchedWindow } from '../records/cell-watch.ts';

export interface GroupSetup {
  scenario: Scenario;
  plans: CellPlan[];
  /** To go on from, at the end of a window. */
  state?: GroupState;
  /** Without it nothing is told of single requests and steps. */
  watch?: WatchSpec;
}

/** Of a cell, as it is serialized. */
export interface SavedCell {
  state: CellState;
  watched: WatchedCell | undefined;
}

export interface GroupState {
  /** By cell of the group, each for itself and serialized: so a resumed run may group them otherwise. */
  cells: Uint8Array[];
  /** The same in every group. */
  attainment: AttainmentState;
}

export interface StopRequest {
  window: number;
  opensWindow: boolean;
  endsWindow: boolean;
  /** From the origin of this window. */
  endTicks: number;
  windowEndTicks: number;
  /** By how much the origin has moved on since the window before, if this opens the window. */
  rebaseTicks: number;
  /** That begin now. */
  bursts?: Burst[];
  /** Pools to be scraped at the end. */
  scrapes?: ScrapeRequest[];
  /** At the end of a window: whether somebody watches the replicas. */
  gauges?: boolean;
  /** At the end of a window: whether its report is to have the state. */
  state?: boolean;
  /** By cell of the group: what happens to its replicas before the end; undefined: nothing. */
  changes?: (ReplicaChange[] | undefined)[];
}

export interface ScrapeRequest {
  pool: number;
  latency: boolean;
  queuedPrefillTokens: boolean;
}

export interface WindowReport {
  /** By cell of the group: its counts. */
  counts: Float64Array[];
  /** Of all cells of the group, by pool (of one several times): integer counts, so that their grouping does not matter. */
  latencies: PoolLatencies[];
  attained: AttainmentDelta;
  /** By cell of the group, if they are watched: see packGauges. */
  gauges?: Int32Array[];
  watched?: WatchedWindow;
  /** At the last window that there may be, if requests are recorded: who is still in the system is to be read off it. */
  state?: GroupState;
}

export interface PoolLatencies extends LatencyHistograms<SparseHistogram> {
  pool: number;
}

export interface GroupReport {
  /** At the end of a window. */
  window?: WindowReport;
  /** Of the cells of scraped pools, in their order in the group: see packScrapes. */
  scrapes?: Float64Array;
  /** By cell of the group; undefined where nothing happened. */
  drained?: (Drained[] | undefined)[];
  /** By pool that was scraped for it. */
  latencies?: { pool: number; ttft: SparseHistogram; itl: SparseHistogram }[];
}

export class Group {
  readonly #group: CellGroup;
  readonly #plans: readonly CellPlan[];
  readonly #scenario: Scenario;
  readonly #watch: CellWatch | undefined;
  /** Of a replica, by pool; found when somebody watches. */
  #kvBlocks: number[] | undefined;
  /** By cell, of the window so far and since the last scrape; undefined before their first stretch. */
  #windowCounts: (Float64Array | undefined)[] = [];
  #scrapeCounts: (Float64Array | undefined)[] = [];
  /** Of the window, taken by scrapes before its end. */
  #latencies: PoolLatencies[] = [];

  constructor({ scenario, plans, state, watch }: GroupSetup) {
    this.#group = buildCells(scenario, plans, watch);
    this.#plans = plans;
    this.#scenario = scenario;
    this.#watch = watch && new CellWatch(this.#group, plans);
    if (state === undefined) return;
    const { cells, attainment } = this.#group;
    for (const [i, cell] of cells.entries()) {
      const saved = deserialize(state.cells[i]) as SavedCell;
      cell.restore(saved.state);
      if (saved.watched !== undefined) this.#watch?.restore(i, saved.watched);
    }
    attainment.restore(state.attainment);
  }

  advance(request: StopRequest): GroupReport {
    const { cells, sources, attainment } = this.#group;
    const { window, endTicks, rebaseTicks, bursts = [], changes } = request;
    if (request.opensWindow) {
      if (rebaseTicks > 0) {
        for (const cell of cells) cell.rebase(rebaseTicks);
        attainment.rebase(rebaseTicks);
      }
      this.#watch?.enterWindow(rebaseTicks);
      attainment.enter(window, request.windowEndTicks);
    }
    for (const source of sources) for (const burst of bursts) source.add(burst);
    for (const [i, cell] of cells.entries()) this.#count(i, cell.advanceTo(endTicks, changes?.[i]));
    const report: GroupReport = {};
    if (request.scrapes !== undefined) this.#scrape(request.scrapes, report);
    if (changes !== undefined) report.drained = cells.map(drainedOf);
    if (request.endsWindow) report.window = this.#endWindow();
    if (request.endsWindow && request.gauges) report.window!.gauges = this.#gauges();
    if (request.endsWindow && this.#watch !== undefined) report.window!.watched = this.#watch.take();
    if (request.endsWindow && request.state) report.window!.state = this.save();
    return report;
  }

  /** The state at the end of a window. */
  save(): GroupState {
    const { cells, attainment } = this.#group;
    const saved = (cell: Cell, i: number): SavedCell => {
      return { state: cell.save(), watched: this.#watch?.save(i) };
    };
    return { cells: cells.map((cell, i) => serialize(saved(cell, i))), attainment: attainment.save() };
  }

  #count(cell: number, counts: Float64Array): void {
    const window = this.#windowCounts[cell];
    if (window === undefined) this.#windowCounts[cell] = counts;
    else appendCounts(window, counts);
    if (this.#group.scraped[this.#plans[cell].pool]) {
      const scrape = this.#scrapeCounts[cell];
      if (scrape === undefined) this.#scrapeCounts[cell] = counts.slice();
      else appendCounts(scrape, counts);
    }
  }

  #scrape(requests: readonly ScrapeRequest[], report: GroupReport): void {
    const scrapes: CellScrape[] = [];
    for (const [i, plan] of this.#plans.entries()) {
      const request = requests.find(({ pool }) => pool === plan.pool);
      if (request === undefined) continue;
      const counts = this.#scrapeCounts[i] ?? new Float64Array(Window.FIELDS);
      this.#scrapeCounts[i] = undefined;
      scrapes.push({ counts, ...this.#group.cells[i].readGauges(request.queuedPrefillTokens) });
    }
    report.scrapes = packScrapes(scrapes);
    for (const { pool, latency } of requests) {
      const live = this.#group.latencies[pool];
      if (!latency || live === undefined) continue;
      const taken = takeAll(pool, live);
      this.#latencies.push(taken);
      (report.latencies ??= []).push({ pool, ttft: taken.ttft, itl: taken.itl });
    }
  }

  #gauges(): Int32Array[] {
    this.#kvBlocks ??= this.#scenario.pools.map(
      (pool) => poolPhysics(pool, this.#scenario.economics).kvBlocks / pool.replicas,
    );
    return this.#plans.map(({ pool }, i) => packGauges(this.#group.cells[i], this.#kvBlocks![pool]));
  }

  #endWindow(): WindowReport {
    const counts = this.#windowCounts as Float64Array[];
    const latencies = this.#latencies;
    for (const [pool, live] of this.#group.latencies.entries()) {
      if (live !== undefined) latencies.push(takeAll(pool, live));
    }
    this.#windowCounts = [];
    this.#latencies = [];
    return { counts, latencies, attained: this.#group.attainment.take() };
  }
}

function takeAll(pool: number, { ttft, tpot, itl, e2e }: LatencyHistograms): PoolLatencies {
  return { pool, ttft: ttft.take(), tpot: tpot.take(), itl: itl.take(), e2e: e2e.take() };
}

function drainedOf(cell: Cell): Drained[] | undefined {
  const drained = cell.takeDrained();
  return drained.length > 0 ? drained : undefined;
}

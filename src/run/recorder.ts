// Puts the windows of a run together as they come in: metrics by window, hour and day, the ledger, attainment by window
// of arrival. Knows neither threads nor the wall clock.
import { firstAbove } from '../kernel/bisect.ts';
import { ledgerRowBounds } from '../economics/calendar.ts';
import type { ScalingDecision } from '../control/controller.ts';
import { JOULES_PER_KWH, Ledger } from '../economics/ledger.ts';
import type { RentSpec } from '../economics/spec.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { Accumulator } from '../metrics/accumulator.ts';
import type { AccumulatorState } from '../metrics/accumulator.ts';
import { Latencies } from '../metrics/latencies.ts';
import type { PoolCapacity, PoolPhysics, PoolUse } from '../metrics/pool-use.ts';
import type { ReplicaHours, WindowMetrics } from '../metrics/window-metrics.ts';
import { nodesOfPool, poolPhysics } from '../scenario/build.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { WindowReport } from './threads/group.ts';
import { AttainmentRows } from './attainment-rows.ts';
import type { AttainmentRowsState } from './attainment-rows.ts';
import { PoolWindows, poolWindowOf } from './pool-windows.ts';
import type { Ending, RunResult } from './result.ts';
import type { RunInfo, Snapshot } from './snapshot.ts';
import { WindowRows } from './window-table.ts';
import type { WindowTable } from './window-table.ts';

/** Everything recorded so far, as plain data; nothing of it depends on the groups. */
export interface RecorderState {
  windows: WindowTable;
  hours: WindowTable;
  replicaHours: ReplicaHours[];
  /** See PoolWindows: the ledger is made again from them. */
  poolWindows: Float64Array;
  attainment: AttainmentRowsState;
  dayWindows: number;
  hourFirstWindow: number;
  drainItJoules: number;
  inSystem: number;
  hourSums: AccumulatorState;
  /** Without the latencies of an hour under way. */
  totalSums: AccumulatorState;
  scaling: ScalingDecision[];
}

/** What is known of a window beside what its cells report. */
export interface WindowFrame {
  startSeconds: number;
  endSeconds: number;
  /** By pool; undefined where nothing scales. */
  capacities: (PoolCapacity | undefined)[];
}

export class Recorder {
  readonly #durationSeconds: number;
  /** By group of cells, in the order in which reports are given. */
  readonly #groups: readonly (readonly CellPlan[])[];
  /** All of them in order of cells: sums are taken in that order, whatever the groups. */
  readonly #plans: readonly CellPlan[];
  /** Ends of the ledger's rows, seconds. */
  readonly #rowEnds: readonly number[];
  readonly #ledger: Ledger;
  readonly #physics: readonly PoolPhysics[];
  readonly #rent: RentSpec;
  readonly #windowSums: Accumulator;
  readonly #hourSums: Accumulator;
  readonly #totalSums: Accumulator;
  /** Scratch. */
  readonly #latenciesSoFar = new Latencies();
  #windows = new WindowRows();
  readonly #poolWindows: PoolWindows;
  #hours: WindowMetrics[] = [];
  /** In step with them. */
  #replicaHours: ReplicaHours[] = [];
  #scaling: ScalingDecision[] = [];
  readonly #attainment = new AttainmentRows();
  /** The day's windows that no row has taken yet start here. */
  #hourFirstWindow = 0;
  #dayWindows = 0;
  #drainItJoules = 0;
  /** Requests that have come, less those that have left in whatever way. */
  #inSystem = 0;

  constructor(scenario: Scenario, groups: readonly (readonly CellPlan[])[]) {
    this.#durationSeconds = scenario.durationSeconds;
    this.#groups = groups;
    this.#plans = groups.flat().toSorted((a, b) => a.index - b.index);
    this.#rowEnds = [...ledgerRowBounds(scenario).slice(1), scenario.durationSeconds];
    this.#ledger = new Ledger({
      spec: scenario.economics,
      startEpochMs: scenario.startEpochMs,
      timeZone: scenario.timeZone,
      durationSeconds: scenario.durationSeconds,
      pools: scenario.pools.map((pool) => ({ ownership: pool.ownership, ...nodesOfPool(pool) })),
    });
    const physics = scenario.pools.map((pool) => poolPhysics(pool, scenario.economics));
    this.#physics = physics;
    this.#poolWindows = new PoolWindows(physics.length);
    this.#rent = scenario.economics.rent;
    this.#windowSums = new Accumulator(physics);
    this.#hourSums = new Accumulator(physics);
    this.#totalSums = new Accumulator(physics);
  }

  /** The reports of all groups for the next window. */
  add(
    reports: readonly WindowReport[],
    { startSeconds, endSeconds, capacities }: WindowFrame,
  ): WindowMetrics {
    const sums = this.#windowSums;
    sums.begin(endSeconds - startSeconds, capacities);
    this.#addCounts(reports);
    const phase = endSeconds <= this.#durationSeconds ? 'day' : 'drain';
    if (phase === 'day' && this.#hourFirstWindow === this.#dayWindows) this.#hourSums.begin(0);
    // Those of the hours are added to the total's when they are over.
    const longer = phase === 'day' ? this.#hourSums : this.#totalSums;
    for (const report of reports) {
      for (const latencies of report.latencies) {
        sums.latencies.add(latencies);
        longer.latencies.add(latencies);
      }
    }
    const uses = sums.uses();
    const metrics = sums.metrics({ startSeconds, endSeconds, phase, attained: 0 }, uses);
    this.#windows.push(metrics);
    if (phase === 'day') this.#addToDay(metrics, uses);
    else this.#drainItJoules += metrics.itJoules;
    this.#totalSums.append(sums);
    for (const report of reports) this.#addAttained(report, metrics);
    this.#assertConserved(metrics);
    return metrics;
  }

  /** Changes of what the controllers want, in time order. */
  addDecisions(decisions: readonly ScalingDecision[]): void {
    this.#scaling.push(...decisions);
  }

  decisionsIn({ startSeconds, endSeconds }: WindowMetrics): ScalingDecision[] {
    const firstAfter = (seconds: number) => firstAbove(this.#scaling, seconds, ({ atSeconds }) => atSeconds);
    return this.#scaling.slice(firstAfter(startSeconds), firstAfter(endSeconds));
  }

  save(): RecorderState {
    return {
      windows: this.#windows.table(),
      hours: WindowRows.of(this.#hours).table(),
      replicaHours: this.#replicaHours.slice(),
      poolWindows: this.#poolWindows.save(),
      attainment: this.#attainment.save(),
      dayWindows: this.#dayWindows,
      hourFirstWindow: this.#hourFirstWindow,
      drainItJoules: this.#drainItJoules,
      inSystem: this.#inSystem,
      hourSums: this.#hourSums.save(),
      totalSums: this.#totalSums.save(),
      scaling: this.#scaling.slice(),
    };
  }

  /** Of a recorder of the same scenario, whatever its groups. */
  restore(state: RecorderState): void {
    this.#windows = WindowRows.from(state.windows);
    this.#hours = [...WindowRows.from(state.hours)];
    this.#replicaHours = state.replicaHours.slice();
    this.#dayWindows = state.dayWindows;
    this.#poolWindows.restore(state.poolWindows);
    for (const window of this.#poolWindows) this.#ledger.addWindow(window);
    this.#attainment.restore(state.attainment);
    this.#hourFirstWindow = state.hourFirstWindow;
    this.#drainItJoules = state.drainItJoules;
    this.#inSystem = state.inSystem;
    this.#hourSums.restore(state.hourSums);
    this.#totalSums.restore(state.totalSums);
    this.#scaling = state.scaling.slice();
  }

  get windowCount(): number {
    return this.#windows.length;
  }

  /** In time order; attainment grows until the end. */
  windowAt(index: number): WindowMetrics {
    return this.#windows.at(index);
  }

  get inSystem(): number {
    return this.#inSystem;
  }

  /** The parts of a snapshot that cover more than the newest window; some work: not for every window of a fast run. */
  summary(): Pick<Snapshot, 'day' | 'distributions' | 'hour' | 'hours' | 'cost' | 'attainmentByHour'> {
    const { electricityUsd, amortizationUsd, rentUsd, totalUsd, facilityKwh } = this.#ledger.totals();
    const hours = this.#ledger.rows();
    const hour = this.#ledger.current();
    return {
      day: this.#total(),
      distributions: this.#latencies().distributions(),
      hour,
      hours,
      cost: { electricityUsd, amortizationUsd, rentUsd, totalUsd, facilityKwh },
      attainmentByHour: this.#attainment.shares(),
    };
  }

  /** At the end. */
  result(info: RunInfo, ending: Ending): Omit<RunResult, 'capacityRefusals' | 'reclaimed' | 'events'> {
    if (this.#hourFirstWindow < this.#dayWindows) this.#closeHour();
    for (const [row, hour] of this.#hours.entries()) hour.attained = this.#attainment.ofRow(row);
    const total = this.#total();
    const drainUntilSeconds = this.#endSeconds;
    const simulatedSeconds = this.#dayWindows > 0 ? this.#windows.at(this.#dayWindows - 1).endSeconds : 0;
    return {
      info,
      ending,
      simulatedSeconds,
      drainSeconds: drainUntilSeconds - simulatedSeconds,
      windows: this.#windows,
      hours: this.#hours,
      replicaHours: this.#replicaHours,
      total,
      latencies: this.#latencies().save(),
      ledger: this.#dayWindows > 0 ? this.#ledger.allRows() : [],
      ledgerByPool: this.#ledger.allRowsByPool().map((rows) => (this.#dayWindows > 0 ? rows : [])),
      ledgerWindows: this.#poolWindows,
      demandCharge: this.#ledger.demandCharge(),
      drainItKwh: this.#drainItJoules / JOULES_PER_KWH,
      scaling: this.#scaling,
    };
  }

  /** Of the newest window. */
  get #endSeconds(): number {
    const { length } = this.#windows;
    return length > 0 ? this.#windows.at(length - 1).endSeconds : 0;
  }

  #addCounts(reports: readonly WindowReport[]): void {
    const countsByCell: Float64Array[] = [];
    for (const [group, report] of reports.entries()) {
      for (const [i, plan] of this.#groups[group].entries()) countsByCell[plan.index] = report.counts[i];
    }
    for (const plan of this.#plans) this.#windowSums.addCell(plan.pool, countsByCell[plan.index]);
  }

  #addToDay(metrics: WindowMetrics, uses: readonly PoolUse[]): void {
    this.#hourSums.append(this.#windowSums);
    this.#attainment.addWindow(this.#hours.length, metrics.arrived);
    const { startSeconds, endSeconds } = metrics;
    const hours = (endSeconds - startSeconds) / 3600;
    const pools = uses.map((use, i) =>
      poolWindowOf(use, { physics: this.#physics[i], rent: this.#rent, hours }),
    );
    const window = { startSeconds, endSeconds, pools };
    this.#ledger.addWindow(window);
    this.#poolWindows.push(window);
    this.#dayWindows++;
    if (endSeconds >= this.#rowEnds[this.#hours.length]) this.#closeHour();
  }

  #closeHour(): void {
    const { startSeconds } = this.#windows.at(this.#hourFirstWindow);
    const { endSeconds } = this.#windows.at(this.#dayWindows - 1);
    this.#hours.push(this.#hourSums.metrics({ startSeconds, endSeconds, phase: 'day', attained: 0 }));
    this.#replicaHours.push(this.#hourSums.replicaHours());
    this.#totalSums.latencies.append(this.#hourSums.latencies);
    this.#hourFirstWindow = this.#dayWindows;
  }

  /** Requests that finished now may have arrived long ago: attainment of earlier windows still grows. */
  #addAttained({ attained: { firstWindow, counts } }: WindowReport, newest: WindowMetrics): void {
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      this.#windows.add(firstWindow + i, 'attained', counts[i]);
      if (firstWindow + i === this.#windows.length - 1) newest.attained += counts[i];
      this.#attainment.attain(firstWindow + i, counts[i]);
    }
  }

  /** The whole run so far, drain included. */
  #total(): WindowMetrics {
    const attained = this.#attainment.total;
    const stretch = { startSeconds: 0, endSeconds: this.#endSeconds, phase: 'day', attained } as const;
    return this.#totalSums.metrics(stretch, this.#totalSums.uses(), this.#latencies());
  }

  /** Of the whole run so far; until the next call. */
  #latencies(): Latencies {
    const { latencies } = this.#totalSums;
    if (this.#hourFirstWindow === this.#dayWindows) return latencies;
    this.#latenciesSoFar.clear();
    this.#latenciesSoFar.append(latencies);
    this.#latenciesSoFar.append(this.#hourSums.latencies);
    return this.#latenciesSoFar;
  }

  #assertConserved(metrics: WindowMetrics): void {
    const rejected = metrics.rejectedQueueFull + metrics.rejectedTooLong + metrics.rejectedExceedsKv;
    const left = metrics.finished + rejected + metrics.timedOut + metrics.lost;
    this.#inSystem += metrics.arrived - left;
    if (this.#inSystem !== metrics.running + metrics.waiting) {
      throw new Error(
        `requests are not conserved in the window that ends at ${metrics.endSeconds} s: ${this.#inSystem} should be ` +
          `in the system, ${metrics.running} run and ${metrics.waiting} wait`,
      );
    }
  }
}

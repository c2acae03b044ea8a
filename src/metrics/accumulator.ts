// Sums the counts of cells over a stretch of time (a window, an hour, the day) and reads the metrics off them. Counts
// and histograms are whole numbers; the rest is added up in a fixed order, so that the number of threads changes no bit.
import { Histogram } from '../kernel/histogram.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { LatencyHistograms } from '../fleet/engine.ts';
import { Window } from '../fleet/window-fields.ts';
import { appendCounts } from '../fleet/window.ts';
import { distributionOf } from './distribution.ts';
import { poolTime, poolUse, stepUse } from './pool-use.ts';
import type { PoolCapacity, PoolPhysics, PoolUse } from './pool-use.ts';
import type { LatencyDistribution, LatencySummary, ReplicaHours, WindowMetrics } from './window-metrics.ts';

export type { LatencyHistograms };

const LATENCIES = ['ttft', 'tpot', 'itl', 'e2e'] as const;
const RANKS = [0.5, 0.9, 0.95, 0.99, 0.999];

/** Bounds and arrivals' attainment, which the counts do not know. */
export interface Stretch {
  startSeconds: number;
  endSeconds: number;
  phase: 'day' | 'drain';
  attained: number;
}

/** What it has summed up so far, as plain data. */
export interface AccumulatorState {
  seconds: number;
  counts: Float64Array[];
  latencies: LatencyHistograms<SparseHistogram>;
  capacities: (PoolCapacity | undefined)[];
}

export class Accumulator {
  readonly #pools: readonly PoolPhysics[];
  /** By pool, by Window. */
  readonly #counts: Float64Array[];
  readonly #histograms: LatencyHistograms = {
    ttft: new Histogram(),
    tpot: new Histogram(),
    itl: new Histogram(),
    e2e: new Histogram(),
  };
  #seconds = 0;
  /** By pool; undefined where all replicas are ready all the time. */
  #capacities: (PoolCapacity | undefined)[] = [];

  constructor(pools: readonly PoolPhysics[]) {
    this.#pools = pools;
    this.#counts = pools.map(() => new Float64Array(Window.FIELDS));
  }

  /** Starts again from nothing, for a stretch of that length. */
  begin(seconds: number, capacities: (PoolCapacity | undefined)[] = []): void {
    for (const counts of this.#counts) counts.fill(0);
    for (const name of LATENCIES) this.#histograms[name].clear();
    this.#seconds = seconds;
    this.#capacities = capacities;
  }

  save(): AccumulatorState {
    const { ttft, tpot, itl, e2e } = this.#histograms;
    return {
      seconds: this.#seconds,
      counts: this.#counts.map((counts) => counts.slice()),
      latencies: { ttft: copyOf(ttft), tpot: copyOf(tpot), itl: copyOf(itl), e2e: copyOf(e2e) },
      capacities: structuredClone(this.#capacities),
    };
  }

  /** Of an accumulator of the same pools. */
  restore({ seconds, counts, latencies, capacities }: AccumulatorState): void {
    this.begin(seconds, structuredClone(capacities));
    for (const [pool, sums] of this.#counts.entries()) sums.set(counts[pool]);
    this.addLatencies(latencies);
  }

  /** One cell's counts of the stretch begun; call in order of cells. */
  addCell(pool: number, counts: Float64Array): void {
    const sums = this.#counts[pool];
    for (let field = 0; field < Window.FIELDS; field++) sums[field] += counts[field];
  }

  addLatencies(histograms: LatencyHistograms<SparseHistogram>): void {
    for (const name of LATENCIES) this.#histograms[name].merge(histograms[name]);
  }

  /** Appends a later stretch: counts add up, gauges are the later ones. */
  append(later: Accumulator): void {
    for (const [pool, sums] of this.#counts.entries()) appendCounts(sums, later.#counts[pool]);
    this.#capacities = later.#capacities.map((capacity, pool) => {
      const isFirst = this.#seconds === 0 || capacity === undefined;
      const before = this.#capacities[pool] ?? (isFirst ? undefined : this.#unchanged(pool));
      return joined(before, capacity);
    });
    for (const name of LATENCIES) this.#histograms[name].merge(later.#histograms[name]);
    this.#seconds += later.#seconds;
  }

  /** Of a pool that did not scale so far. */
  #unchanged(pool: number): PoolCapacity {
    const { replicas, nodes } = this.#pools[pool];
    const states = { provisioning: 0, loading: 0, ready: replicas, draining: 0 };
    const seconds = this.#seconds;
    const on = { ready: replicas * seconds, nodes: nodes * seconds, nodeLives: [] };
    return { ...states, ...on, states, wanted: replicas };
  }

  /** By pool. */
  uses(): PoolUse[] {
    return this.#pools.map((pool, i) =>
      poolUse(pool, this.#counts[i], { seconds: this.#seconds, capacity: this.#capacities[i] }),
    );
  }

  replicaHours(): ReplicaHours {
    const total = { provisioning: 0, loading: 0, ready: 0, draining: 0 };
    for (const [pool, { replicas }] of this.#pools.entries()) {
      const capacity = this.#capacities[pool];
      total.provisioning += (capacity?.provisioning ?? 0) / 3600;
      total.loading += (capacity?.loading ?? 0) / 3600;
      total.ready += (capacity?.ready ?? replicas * this.#seconds) / 3600;
      total.draining += (capacity?.draining ?? 0) / 3600;
    }
    return total;
  }

  /** Of requests so far, in eight buckets for every doubling. */
  distributions(): Record<'ttft' | 'tpot' | 'e2e', LatencyDistribution> {
    const { ttft, tpot, e2e } = this.#histograms;
    return { ttft: distributionOf(ttft), tpot: distributionOf(tpot), e2e: distributionOf(e2e) };
  }

  metrics(stretch: Stretch): WindowMetrics {
    const sum = (field: number) => this.#counts.reduce((total, counts) => total + counts[field], 0);
    const joules = this.uses().map((use) => use.joules);
    const h = this.#histograms;
    return {
      startSeconds: stretch.startSeconds,
      endSeconds: stretch.endSeconds,
      phase: stretch.phase,
      arrived: sum(Window.arrived),
      finished: sum(Window.finished),
      rejectedQueueFull: sum(Window.rejectedQueueFull),
      rejectedTooLong: sum(Window.rejectedTooLong),
      rejectedExceedsKv: sum(Window.rejectedExceedsKv),
      truncated: sum(Window.truncated),
      timedOut: 0,
      lost: sum(Window.lost),
      retried: sum(Window.retried),
      preemptions: sum(Window.preemptions),
      promptTokens: sum(Window.promptTokens),
      outputTokens: sum(Window.outputTokens),
      running: sum(Window.running),
      waiting: sum(Window.waiting),
      held: sum(Window.held),
      kvUse: this.#kvUse(sum(Window.usedBlocks)),
      ...this.#replicas(),
      batchMean: sum(Window.decodeTokens) / sum(Window.decodeSteps),
      ...this.#utilisation(),
      itJoules: joules.reduce((total, { it }) => total + it, 0),
      idleJoules: joules.reduce((total, { stepFree }) => total + stepFree, 0),
      ttft: latencySummary(h.ttft),
      tpot: latencySummary(h.tpot),
      itl: latencySummary(h.itl),
      e2e: latencySummary(h.e2e),
      attained: stretch.attained,
      good: sum(Window.good),
    };
  }

  /** At the end of the stretch, all pools together. */
  #replicas() {
    const total = {
      replicasWanted: 0,
      replicasProvisioning: 0,
      replicasLoading: 0,
      replicasReady: 0,
      replicasDraining: 0,
    };
    for (const [pool, { replicas }] of this.#pools.entries()) {
      const capacity = this.#capacities[pool];
      const states = capacity?.states ?? { provisioning: 0, loading: 0, ready: replicas, draining: 0 };
      total.replicasWanted += capacity?.wanted ?? replicas;
      total.replicasProvisioning += states.provisioning;
      total.replicasLoading += states.loading;
      total.replicasReady += states.ready;
      total.replicasDraining += states.draining;
    }
    return total;
  }

  #kvUse(usedBlocks: number): number {
    let blocks = 0;
    for (const [pool, { kvBlocks, replicas }] of this.#pools.entries()) {
      const states = this.#capacities[pool]?.states;
      if (states === undefined) blocks += kvBlocks;
      else if (states.ready + states.draining > 0)
        blocks += (kvBlocks / replicas) * (states.ready + states.draining);
    }
    return blocks === 0 ? 0 : usedBlocks / blocks;
  }

  /** Means over all replica-time; where pools differ, over the sum of their peaks. */
  #utilisation(): { dutyCycle: number; mbu: number; mfu: number } {
    let busySeconds = 0;
    let replicaSeconds = 0;
    let bytes = 0;
    let bytesPeak = 0;
    let flop = 0;
    let flopPeak = 0;
    for (const [i, pool] of this.#pools.entries()) {
      const { utilisation } = pool;
      const { serving } = poolTime(pool, this.#seconds, this.#capacities[i]);
      const counts = this.#counts[i];
      const { decodeSeconds, prefillSeconds, decodeSteps, contextTokens } = stepUse(counts);
      busySeconds += decodeSeconds + prefillSeconds;
      replicaSeconds += serving;
      bytes +=
        utilisation.bytesPerDecodeStep * decodeSteps + utilisation.bytesPerContextToken * contextTokens;
      bytesPeak += utilisation.bytesPerSecondPeak * serving;
      flop +=
        utilisation.flopPerToken * (counts[Window.decodeTokens] + counts[Window.prefillTokens]) +
        utilisation.flopPerLogitRow * (counts[Window.decodeTokens] + counts[Window.prefillRows]) +
        utilisation.flopPerPrefillPair * counts[Window.prefillPairs] +
        utilisation.flopPerContextToken * contextTokens;
      flopPeak += utilisation.flopPerSecondPeak * serving;
    }
    return {
      dutyCycle: busySeconds / replicaSeconds,
      mbu: bytes / bytesPeak,
      mfu: flop / flopPeak,
    };
  }
}

function joined(sum: PoolCapacity | undefined, later: PoolCapacity | undefined): PoolCapacity | undefined {
  if (sum === undefined || later === undefined) return later && structuredClone(later);
  return {
    provisioning: sum.provisioning + later.provisioning,
    loading: sum.loading + later.loading,
    ready: sum.ready + later.ready,
    draining: sum.draining + later.draining,
    nodes: sum.nodes + later.nodes,
    // Each belongs to the window in which it ended.
    nodeLives: [],
    ...(later.spot && { spot: { nodes: (sum.spot?.nodes ?? 0) + later.spot.nodes, nodeLives: [] } }),
    states: later.states,
    wanted: later.wanted,
  };
}

function copyOf(histogram: Histogram): SparseHistogram {
  const copy = new Histogram();
  copy.merge(histogram);
  return copy.take();
}

function latencySummary(histogram: Histogram): LatencySummary {
  const count = histogram.count();
  const [p50, p90, p95, p99, p999] = histogram.quantiles(RANKS, count).map(ticksToSeconds);
  return {
    count,
    meanSeconds: ticksToSeconds(histogram.mean(count)),
    p50Seconds: p50,
    p90Seconds: p90,
    p95Seconds: p95,
    p99Seconds: p99,
    p999Seconds: p999,
  };
}

// Sums the counts of cells over a stretch of time (a window, an hour, the day) and reads the metrics off them. Counts
// and histograms are whole numbers; the rest is added up in a fixed order, so that the number of threads changes no bit.
import { Window } from '../fleet/window-fields.ts';
import { appendCounts } from '../fleet/window.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import { Latencies, type LatencyHistograms } from './latencies.ts';
import { poolUse } from './pool-use.ts';
import type { PoolCapacity, PoolPhysics, PoolUse } from './pool-use.ts';
import type { ReplicaHours, WindowMetrics } from './window-metrics.ts';

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
  /** Of all pools: scratch. */
  readonly #all = new Float64Array(Window.FIELDS);
  /** Of all pools; they may be added later than the counts. */
  readonly latencies = new Latencies();
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
    this.latencies.clear();
    this.#seconds = seconds;
    this.#capacities = capacities;
  }

  save(): AccumulatorState {
    return {
      seconds: this.#seconds,
      counts: this.#counts.map((counts) => counts.slice()),
      latencies: this.latencies.save(),
      capacities: structuredClone(this.#capacities),
    };
  }

  /** Of an accumulator of the same pools. */
  restore({ seconds, counts, latencies, capacities }: AccumulatorState): void {
    this.begin(seconds, structuredClone(capacities));
    for (const [pool, sums] of this.#counts.entries()) sums.set(counts[pool]);
    this.latencies.add(latencies);
  }

  /** One cell's counts of the stretch begun; call in order of cells. */
  addCell(pool: number, counts: Float64Array): void {
    const sums = this.#counts[pool];
    for (let field = 0; field < Window.FIELDS; field++) sums[field] += counts[field];
  }

  /** Appends a later stretch but for its latencies: counts add up, gauges are the later ones. */
  append(later: Accumulator): void {
    for (const [pool, sums] of this.#counts.entries()) appendCounts(sums, later.#counts[pool]);
    this.#capacities = later.#capacities.map((capacity, pool) => {
      const isFirst = this.#seconds === 0 || capacity === undefined;
      const before = this.#capacities[pool] ?? (isFirst ? undefined : this.#unchanged(pool));
      return joined(before, capacity);
    });
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

  /** `uses`: by pool. */
  metrics(
    stretch: Stretch,
    uses: readonly PoolUse[] = this.uses(),
    latencies = this.latencies,
  ): WindowMetrics {
    const counts = this.#sum();
    const replicas = this.#replicas();
    const { dutyCycle, mbu, mfu } = this.#utilisation(uses);
    let itJoules = 0;
    let idleJoules = 0;
    for (const { joules } of uses) {
      itJoules += joules.it;
      idleJoules += joules.stepFree;
    }
    const { ttft, tpot, itl, e2e } = latencies.summaries();
    return {
      startSeconds: stretch.startSeconds,
      endSeconds: stretch.endSeconds,
      phase: stretch.phase,
      arrived: counts[Window.arrived],
      finished: counts[Window.finished],
      rejectedQueueFull: counts[Window.rejectedQueueFull],
      rejectedTooLong: counts[Window.rejectedTooLong],
      rejectedExceedsKv: counts[Window.rejectedExceedsKv],
      truncated: counts[Window.truncated],
      timedOut: 0,
      lost: counts[Window.lost],
      retried: counts[Window.retried],
      preemptions: counts[Window.preemptions],
      promptTokens: counts[Window.promptTokens],
      outputTokens: counts[Window.outputTokens],
      running: counts[Window.running],
      waiting: counts[Window.waiting],
      held: counts[Window.held],
      kvUse: this.#kvUse(counts[Window.usedBlocks]),
      replicasWanted: replicas.wanted,
      replicasProvisioning: replicas.provisioning,
      replicasLoading: replicas.loading,
      replicasReady: replicas.ready,
      replicasDraining: replicas.draining,
      batchMean: counts[Window.decodeTokens] / counts[Window.decodeSteps],
      dutyCycle,
      mbu,
      mfu,
      itJoules,
      idleJoules,
      ttft,
      tpot,
      itl,
      e2e,
      attained: stretch.attained,
      good: counts[Window.good],
    };
  }

  /** Of all pools. */
  #sum(): Float64Array {
    const sum = this.#all.fill(0);
    for (const counts of this.#counts) {
      for (let field = 0; field < Window.FIELDS; field++) sum[field] += counts[field];
    }
    return sum;
  }

  /** At the end of the stretch, all pools together. */
  #replicas() {
    const total = { wanted: 0, provisioning: 0, loading: 0, ready: 0, draining: 0 };
    for (const [pool, { replicas }] of this.#pools.entries()) {
      const capacity = this.#capacities[pool];
      const states = capacity?.states ?? { provisioning: 0, loading: 0, ready: replicas, draining: 0 };
      total.wanted += capacity?.wanted ?? replicas;
      total.provisioning += states.provisioning;
      total.loading += states.loading;
      total.ready += states.ready;
      total.draining += states.draining;
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
  #utilisation(uses: readonly PoolUse[]): { dutyCycle: number; mbu: number; mfu: number } {
    let busySeconds = 0;
    let replicaSeconds = 0;
    let bytes = 0;
    let bytesPeak = 0;
    let flop = 0;
    let flopPeak = 0;
    for (const [i, { utilisation }] of this.#pools.entries()) {
      const counts = this.#counts[i];
      const { servingSeconds, decodeSeconds, prefillSeconds, decodeSteps, contextTokens } = uses[i];
      busySeconds += decodeSeconds + prefillSeconds;
      replicaSeconds += servingSeconds;
      bytes +=
        utilisation.bytesPerDecodeStep * decodeSteps + utilisation.bytesPerContextToken * contextTokens;
      bytesPeak += utilisation.bytesPerSecondPeak * servingSeconds;
      flop +=
        utilisation.flopPerToken * (counts[Window.decodeTokens] + counts[Window.prefillTokens]) +
        utilisation.flopPerLogitRow * (counts[Window.decodeTokens] + counts[Window.prefillRows]) +
        utilisation.flopPerPrefillPair * counts[Window.prefillPairs] +
        utilisation.flopPerContextToken * contextTokens;
      flopPeak += utilisation.flopPerSecondPeak * servingSeconds;
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

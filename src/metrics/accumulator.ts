// Sums the counts of cells over a stretch of time (a window, an hour, the day) and reads the metrics off them. Counts
// and histograms are whole numbers; the rest is added up in a fixed order, so that the number of threads changes no bit.
import { Histogram } from '../kernel/histogram.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { LatencyHistograms } from '../fleet/engine.ts';
import { Window } from '../fleet/window.ts';
import type { PowerModel, UtilisationModel } from '../perf/spec.ts';
import type { LatencySummary, WindowMetrics } from './window-metrics.ts';

/** What turns a pool's counts into energy and utilisation. */
export interface PoolPhysics {
  replicas: number;
  power: PowerModel;
  utilisation: UtilisationModel;
  /** KV blocks of all its replicas; Infinity without a limit. */
  kvBlocks: number;
  /** GPUs that no replica uses, on the last node: drawn always. */
  spareWatts: number;
}

export type { LatencyHistograms };

const LATENCIES = ['ttft', 'tpot', 'itl', 'e2e'] as const;
const RANKS = [0.5, 0.9, 0.95, 0.99, 0.999];
const GAUGES: readonly number[] = [Window.running, Window.waiting, Window.usedBlocks];

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

  constructor(pools: readonly PoolPhysics[]) {
    this.#pools = pools;
    this.#counts = pools.map(() => new Float64Array(Window.FIELDS));
  }

  /** Starts again from nothing, for a stretch of that length. */
  begin(seconds: number): void {
    for (const counts of this.#counts) counts.fill(0);
    for (const name of LATENCIES) this.#histograms[name].clear();
    this.#seconds = seconds;
  }

  save(): AccumulatorState {
    const { ttft, tpot, itl, e2e } = this.#histograms;
    return {
      seconds: this.#seconds,
      counts: this.#counts.map((counts) => counts.slice()),
      latencies: { ttft: copyOf(ttft), tpot: copyOf(tpot), itl: copyOf(itl), e2e: copyOf(e2e) },
    };
  }

  /** Of an accumulator of the same pools. */
  restore({ seconds, counts, latencies }: AccumulatorState): void {
    this.begin(seconds);
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
    for (const [pool, sums] of this.#counts.entries()) {
      const counts = later.#counts[pool];
      for (let field = 0; field < Window.FIELDS; field++) {
        sums[field] = GAUGES.includes(field) ? counts[field] : sums[field] + counts[field];
      }
    }
    for (const name of LATENCIES) this.#histograms[name].merge(later.#histograms[name]);
    this.#seconds += later.#seconds;
  }

  /** IT energy by pool, and its part drawn while no step ran. */
  energy(): { itJoules: number[]; idleJoules: number[] } {
    const parts = this.#pools.map((pool, i) => poolJoules(pool, this.#counts[i], this.#seconds));
    return { itJoules: parts.map((p) => p.it), idleJoules: parts.map((p) => p.idle) };
  }

  metrics(stretch: Stretch): WindowMetrics {
    const sum = (field: number) => this.#counts.reduce((total, counts) => total + counts[field], 0);
    const { itJoules, idleJoules } = this.energy();
    const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
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
      lost: 0,
      preemptions: sum(Window.preemptions),
      promptTokens: sum(Window.promptTokens),
      outputTokens: sum(Window.outputTokens),
      running: sum(Window.running),
      waiting: sum(Window.waiting),
      kvUse: this.#kvUse(sum(Window.usedBlocks)),
      replicasReady: this.#pools.reduce((replicas, pool) => replicas + pool.replicas, 0),
      batchMean: sum(Window.decodeTokens) / sum(Window.decodeSteps),
      ...this.#utilisation(),
      itJoules: total(itJoules),
      idleJoules: total(idleJoules),
      ttft: latencySummary(h.ttft),
      tpot: latencySummary(h.tpot),
      itl: latencySummary(h.itl),
      e2e: latencySummary(h.e2e),
      attained: stretch.attained,
      good: sum(Window.good),
    };
  }

  #kvUse(usedBlocks: number): number {
    return usedBlocks / this.#pools.reduce((blocks, pool) => blocks + pool.kvBlocks, 0);
  }

  /** Means over all replica-time; where pools differ, over the sum of their peaks. */
  #utilisation(): { dutyCycle: number; mbu: number; mfu: number } {
    let busySeconds = 0;
    let replicas = 0;
    let bytes = 0;
    let bytesPeak = 0;
    let flop = 0;
    let flopPeak = 0;
    for (const [i, { utilisation, replicas: count }] of this.#pools.entries()) {
      const counts = this.#counts[i];
      const { decodeSeconds, prefillSeconds, decodeSteps, contextTokens } = spent(counts);
      busySeconds += decodeSeconds + prefillSeconds;
      replicas += count;
      bytes +=
        utilisation.bytesPerDecodeStep * decodeSteps + utilisation.bytesPerContextToken * contextTokens;
      bytesPeak += utilisation.bytesPerSecondPeak * count * this.#seconds;
      flop +=
        utilisation.flopPerToken * (counts[Window.decodeTokens] + counts[Window.prefillTokens]) +
        utilisation.flopPerLogitRow * (counts[Window.decodeTokens] + counts[Window.prefillRows]) +
        utilisation.flopPerPrefillPair * counts[Window.prefillPairs] +
        utilisation.flopPerContextToken * contextTokens;
      flopPeak += utilisation.flopPerSecondPeak * count * this.#seconds;
    }
    return {
      dutyCycle: busySeconds / (replicas * this.#seconds),
      mbu: bytes / bytesPeak,
      mfu: flop / flopPeak,
    };
  }
}

/** Time and traffic of a pool, the parts of steps that straddle the stretch's edges split by time. */
function spent(counts: Float64Array): {
  decodeSeconds: number;
  prefillSeconds: number;
  decodeSteps: number;
  contextTokens: number;
} {
  return {
    decodeSeconds: ticksToSeconds(counts[Window.decodeTicks] + counts[Window.edgeDecodeTicks]),
    prefillSeconds: ticksToSeconds(counts[Window.prefillTicks] + counts[Window.edgePrefillTicks]),
    decodeSteps: counts[Window.decodeSteps] + counts[Window.edgeDecodeSteps],
    contextTokens: counts[Window.contextTokens] + counts[Window.edgeContextTokens],
  };
}

function poolJoules(pool: PoolPhysics, counts: Float64Array, seconds: number): { it: number; idle: number } {
  const { power } = pool;
  const { decodeSeconds, prefillSeconds, decodeSteps, contextTokens } = spent(counts);
  const idleSeconds = pool.replicas * seconds - decodeSeconds - prefillSeconds;
  const busy =
    (power.hostWatts + power.decodeGpuWatts) * decodeSeconds +
    (power.hostWatts + power.prefillGpuWatts) * prefillSeconds +
    power.joulesPerDecodeStep * decodeSteps +
    power.joulesPerContextToken * contextTokens;
  const idle = (power.hostWatts + power.idleGpuWatts) * idleSeconds + pool.spareWatts * seconds;
  return { it: busy + idle, idle };
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

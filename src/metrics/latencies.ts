// The latencies of a stretch of time: four histograms, and what is read off them. Whole counts, so that it does not
// matter in which order they are added up.
import type { LatencyHistograms } from '../fleet/engine-interface.ts';
import { Histogram } from '../kernel/histogram.ts';
import type { SparseHistogram } from '../kernel/histogram.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import { distributionOf } from './distribution.ts';
import type { LatencyDistribution, LatencySummary } from './window-metrics.ts';

export type { LatencyHistograms };

export class Latencies {
  readonly #ttft = new Histogram();
  readonly #tpot = new Histogram();
  readonly #itl = new Histogram();
  readonly #e2e = new Histogram();

  clear(): void {
    this.#ttft.clear();
    this.#tpot.clear();
    this.#itl.clear();
    this.#e2e.clear();
  }

  add({ ttft, tpot, itl, e2e }: LatencyHistograms<SparseHistogram>): void {
    this.#ttft.merge(ttft);
    this.#tpot.merge(tpot);
    this.#itl.merge(itl);
    this.#e2e.merge(e2e);
  }

  append(later: Latencies): void {
    this.#ttft.merge(later.#ttft);
    this.#tpot.merge(later.#tpot);
    this.#itl.merge(later.#itl);
    this.#e2e.merge(later.#e2e);
  }

  save(): LatencyHistograms<SparseHistogram> {
    const copy = new Latencies();
    copy.append(this);
    return { ttft: copy.#ttft.take(), tpot: copy.#tpot.take(), itl: copy.#itl.take(), e2e: copy.#e2e.take() };
  }

  summaries(): LatencyHistograms<LatencySummary> {
    return {
      ttft: summaryOf(this.#ttft),
      tpot: summaryOf(this.#tpot),
      itl: summaryOf(this.#itl),
      e2e: summaryOf(this.#e2e),
    };
  }

  /** In eight buckets for every doubling. */
  distributions(): Record<'ttft' | 'tpot' | 'e2e', LatencyDistribution> {
    return {
      ttft: distributionOf(this.#ttft),
      tpot: distributionOf(this.#tpot),
      e2e: distributionOf(this.#e2e),
    };
  }
}

const RANKS = [0.5, 0.9, 0.95, 0.99, 0.999];

function summaryOf(histogram: Histogram): LatencySummary {
  const count = histogram.count();
  const [p50, p90, p95, p99, p999] = histogram.quantiles(RANKS, count);
  return {
    count,
    meanSeconds: ticksToSeconds(histogram.mean(count)),
    p50Seconds: ticksToSeconds(p50),
    p90Seconds: ticksToSeconds(p90),
    p95Seconds: ticksToSeconds(p95),
    p99Seconds: ticksToSeconds(p99),
    p999Seconds: ticksToSeconds(p999),
  };
}

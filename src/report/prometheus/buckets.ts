// Latencies in vLLM's buckets: bounds as in vllm/v1/metrics/loggers.py (vLLM 0.10, August 2025). Our own buckets are 0.8 %
// wide or narrower (kernel/histogram.ts); the one in which a bound lies is shared out in proportion, rounded down. So a
// cumulative count is the true one at a bound at most 0.8 % away from the one it is given for; it never falls, neither
// from bound to bound nor from scrape to scrape. Sum and count are exact.
import { bucketFloor, bucketOf, type Histogram } from '../../kernel/histogram.ts';
import { secondsToTicks, ticksToSeconds } from '../../kernel/ticks.ts';
import type { Labels, Sample } from './exposition.ts';
import { numberText } from './exposition.ts';

export const TTFT_BOUNDS: readonly number[] = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
  2560,
];

export const TOKEN_BOUNDS: readonly number[] = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
];

export const REQUEST_BOUNDS: readonly number[] = [
  0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
];

/** The samples of one histogram; `le` comes after the other labels. */
export function histogramSamples(labels: Labels, histogram: Histogram, bounds: readonly number[]): Sample[] {
  const count = histogram.count();
  const buckets = cumulativeCounts(histogram, bounds).map((value, i): Sample => {
    return { suffix: '_bucket', labels: { ...labels, le: boundText(bounds[i]) }, value };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: ticksToSeconds(histogram.sum()) },
    { suffix: '_count', labels, value: count },
  ];
}

/** Of values up to each bound, seconds, ascending. */
export function cumulativeCounts({ counts }: Histogram, bounds: readonly number[]): number[] {
  let bucket = 0;
  let below = 0;
  return bounds.map((bound) => {
    const ticks = secondsToTicks(bound);
    const last = bucketOf(ticks);
    for (; bucket < last; bucket++) below += counts[bucket];
    const [from, to] = [bucketFloor(last), bucketFloor(last + 1)];
    return below + Math.floor((counts[last] * (ticks - from)) / (to - from));
  });
}

/** As Python's client writes it, whom boards' queries expect: 1.0, not 1. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : numberText(bound);
}

// How latencies are distributed, in eight buckets for every doubling: sixteen of the histogram's own in one.
import { bucketFloor, Histogram, type SparseHistogram } from '../kernel/histogram.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import type { LatencyDistribution } from './window-metrics.ts';

const MERGED = 16;

/** Of all together; buckets follow each other from the least value to the largest. */
export function distributionOf(...histograms: readonly (Histogram | SparseHistogram)[]): LatencyDistribution {
  const { firstBuckets, counts } = together(histograms).coarse(MERGED);
  const edges = firstBuckets.map(bucketFloor);
  const last = firstBuckets.at(-1);
  if (last !== undefined) edges.push(bucketFloor(last === 0 ? 1 : last + MERGED));
  return { edgesSeconds: edges.map(ticksToSeconds), counts };
}

function together(histograms: readonly (Histogram | SparseHistogram)[]): Histogram {
  const [first] = histograms;
  if (histograms.length === 1 && first instanceof Histogram) return first;
  const sum = new Histogram();
  for (const histogram of histograms) sum.merge(histogram);
  return sum;
}

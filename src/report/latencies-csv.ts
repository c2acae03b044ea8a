// latencies.csv: how the latencies of a whole run are distributed, every request served counted, those of the drain too. A
// row is an eighth of a power of two, so that a value is known to 12 %; rows run from the least to the largest value of all.
// The quantiles in summary.json come from the same histograms before they were made coarser (kernel/histogram.ts).
import { bucketFloor, HISTOGRAM_BUCKETS, type SparseHistogram } from '../kernel/histogram.ts';
import { ticksToSeconds } from '../kernel/ticks.ts';
import type { RunResult } from '../run/result.ts';
import { csv } from './csv.ts';
import { field, milliseconds, type Field } from './field.ts';

/** Of 128 fine buckets in a power of two. */
const MERGED = 16;

interface Row {
  fromSeconds: number;
  toSeconds: number;
  counts: Record<'ttft' | 'tpot' | 'itl' | 'e2e', number>;
}

export const LATENCY_COLUMNS: readonly Field<Row>[] = [
  field('from_ms', 'ms', 'values from here on', ({ fromSeconds }) => milliseconds(fromSeconds)),
  field('to_ms', 'ms', 'and below', ({ toSeconds }) => milliseconds(toSeconds)),
  field('ttft', 'requests', 'with a time to first token in the row', ({ counts }) => counts.ttft),
  field('tpot', 'requests', 'with a time per output token in the row', ({ counts }) => counts.tpot),
  field('itl', 'gaps', 'between two tokens, in the row', ({ counts }) => counts.itl),
  field('e2el', 'requests', 'with an end-to-end latency in the row', ({ counts }) => counts.e2e),
];

export function latenciesCsv({ latencies }: RunResult): string {
  return csv(LATENCY_COLUMNS, rowsOf(latencies));
}

function rowsOf(histograms: RunResult['latencies']): Row[] {
  const merged = {
    ttft: mergedCounts(histograms.ttft),
    tpot: mergedCounts(histograms.tpot),
    itl: mergedCounts(histograms.itl),
    e2e: mergedCounts(histograms.e2e),
  };
  const used = Object.values(merged).flatMap((counts) => [...counts.keys()]);
  if (used.length === 0) return [];
  const first = Math.min(...used);
  return Array.from({ length: Math.max(...used) - first + 1 }, (_, i): Row => {
    const bucket = first + i;
    const of = (name: keyof typeof merged) => merged[name].get(bucket) ?? 0;
    return {
      fromSeconds: ticksToSeconds(floorOf(bucket)),
      toSeconds: ticksToSeconds(floorOf(bucket + 1)),
      counts: { ttft: of('ttft'), tpot: of('tpot'), itl: of('itl'), e2e: of('e2e') },
    };
  });
}

/** Fine bucket 0 holds all that is too small to tell apart, and is merged with no other. */
function mergedCounts({ firstBucket, counts }: SparseHistogram): Map<number, number> {
  const merged = new Map<number, number>();
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const bucket = Math.ceil((firstBucket + i) / MERGED);
    merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  }
  return merged;
}

/** Fine buckets 1 to 16 are merged into 1, and so on. */
function floorOf(bucket: number): number {
  return bucket === 0 ? 0 : bucketFloor(Math.min((bucket - 1) * MERGED + 1, HISTOGRAM_BUCKETS));
}

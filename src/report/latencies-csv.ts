// latencies.csv: how the latencies of a whole run are distributed, every request served counted, those of the drain too. A
// row is an eighth of a power of two, so that a value is known to 12 %; rows run from the least to the largest value of all.
// The quantiles in summary.json come from the same histograms before they were made coarser (metrics/distribution.ts).
import type { SparseHistogram } from '../kernel/histogram.ts';
import { distributionOf } from '../metrics/distribution.ts';
import type { RunResult } from '../run/result.ts';
import { csv } from './csv.ts';
import { field, milliseconds, type Field } from './field.ts';

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

function rowsOf({ ttft, tpot, itl, e2e }: RunResult['latencies']): Row[] {
  const of = { ttft: countsOf(ttft), tpot: countsOf(tpot), itl: countsOf(itl), e2e: countsOf(e2e) };
  const { edgesSeconds } = distributionOf(ttft, tpot, itl, e2e);
  return edgesSeconds.slice(0, -1).map((fromSeconds, i): Row => {
    const inRow = (name: keyof typeof of) => of[name].get(fromSeconds) ?? 0;
    const counts = { ttft: inRow('ttft'), tpot: inRow('tpot'), itl: inRow('itl'), e2e: inRow('e2e') };
    return { fromSeconds, toSeconds: edgesSeconds[i + 1], counts };
  });
}

/** By where a row begins. */
function countsOf(histogram: SparseHistogram): Map<number, number> {
  const { edgesSeconds, counts } = distributionOf(histogram);
  return new Map(counts.map((count, i) => [edgesSeconds[i], count]));
}

// Made-up records with the columns of requests.parquet, for builds of the program that do not record requests: as many
// as arrived in a run, spread evenly over its day.
import type { RunResult } from '../../src/run/result.ts';
import { parquetBytes } from '../../src/report/parquet/write.ts';
import type { Column, Value } from '../../src/report/export/table.ts';

const COLUMNS: readonly Column[] = [
  { name: 'pool', kind: 'text' },
  { name: 'replica', kind: 'integer' },
  { name: 'arrival_seconds', kind: 'number' },
  { name: 'prompt_tokens', kind: 'integer' },
  { name: 'output_tokens', kind: 'integer' },
  { name: 'queueing_ms', kind: 'number' },
  { name: 'ttft_ms', kind: 'number' },
  { name: 'tpot_ms', kind: 'number' },
  { name: 'e2e_ms', kind: 'number' },
  { name: 'outcome', kind: 'text' },
  { name: 'attained', kind: 'flag' },
  { name: 'preemptions', kind: 'integer' },
  { name: 'retries', kind: 'integer' },
];

export async function madeUpRequests({ total, simulatedSeconds }: RunResult): Promise<Uint8Array> {
  const rows = Array.from({ length: total.arrived }, (_, i): Value[] => {
    const at = (i / total.arrived) * simulatedSeconds;
    const queueing = (i * 37) % 100;
    const ttft = 200 + queueing;
    return [
      'main',
      i % 48,
      at,
      100 + (i % 2000),
      50,
      queueing,
      ttft,
      40,
      ttft + 1960,
      'finished',
      i % 9 > 0,
      0,
      0,
    ];
  });
  return parquetBytes({ columns: COLUMNS, rows });
}

// What the pools of a finished run did, window by window, read back from its energy.csv: what its ledger was made of.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { csvRecords, type SourceRecord } from '../../accuracy/records.ts';
import type { LedgerWindow } from '../../economics/ledger.ts';
import type { PoolWindow } from '../../economics/spec.ts';
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';

const FILE = 'energy.csv';
const BYTES_MAX = 2e9;

const COLUMNS: Readonly<Record<keyof PoolWindow, string>> = {
  itKwh: 'it_kwh',
  servingKwh: 'serving_kwh',
  idleItKwh: 'idle_kwh',
  loadingKwh: 'loading_kwh',
  drainingKwh: 'draining_kwh',
  offKwh: 'off_kwh',
  stepFreeItKwh: 'step_free_kwh',
  nodeHours: 'node_hours',
  billedNodeHours: 'billed_node_hours',
  prefillGpuSeconds: 'prefill_gpu_seconds',
  decodeGpuSeconds: 'decode_gpu_seconds',
  requests: 'completed',
  promptTokens: 'input_tokens',
  outputTokens: 'output_tokens',
};

const KEYS = Object.keys(COLUMNS) as (keyof PoolWindow)[];

/** `pools`: their names, in order. UserError where the file is not that of a run with these pools. */
export function readLedgerWindows(dir: string, pools: readonly string[]): LedgerWindow[] {
  const file = path.join(dir, FILE);
  if (!existsSync(file)) {
    throw new UserError(`${dir}: holds no ${FILE}, as runs of older versions do not; run the scenario again`);
  }
  const records = csvRecords(file, readTextFile(file, { bytesMax: BYTES_MAX, what: 'result' }), (names) => {
    const missing = ['pool', 'start_seconds', 'end_seconds', ...Object.values(COLUMNS)].filter(
      (name) => !names.includes(name),
    );
    if (missing.length > 0)
      throw new UserError(`${file}:1: has no column ${missing.join(', ')}; is it the file of a run?`);
  });
  const windows: LedgerWindow[] = [];
  for (let i = 0; i < records.length; i += pools.length) {
    const rows = pools.map((_, pool) => records.at(i + pool));
    const misplaced = rows.findIndex((row, pool) => row?.fields.pool !== pools[pool]);
    if (misplaced >= 0) {
      const line = rows[misplaced]?.line ?? records[records.length - 1].line;
      throw new UserError(
        `${file}:${line}: here a row of pool ${pools[misplaced]} is missing; run the scenario again`,
      );
    }
    windows.push(windowOf(file, rows as SourceRecord[]));
  }
  return windows;
}

function windowOf(file: string, rows: readonly SourceRecord[]): LedgerWindow {
  const number = ({ fields, line }: SourceRecord, column: string): number => {
    const value = fields[column] === '' ? NaN : Number(fields[column]);
    if (Number.isFinite(value)) return value;
    throw new UserError(
      `${file}:${line}: ${column} is ${JSON.stringify(fields[column])}, no number; run the scenario again`,
    );
  };
  const [first] = rows;
  return {
    startSeconds: number(first, 'start_seconds'),
    endSeconds: number(first, 'end_seconds'),
    pools: rows.map(
      (row) =>
        Object.fromEntries(KEYS.map((key) => [key, number(row, COLUMNS[key])])) as unknown as PoolWindow,
    ),
  };
}

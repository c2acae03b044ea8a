// Recorded rows as the Parquet writer takes them: an array per column, null for what a request never had.
import type { ColumnSource } from 'hyparquet-writer';
import { OUTCOME_NAMES } from '../../fleet/records/outcome.ts';
import type { RequestChunk } from '../../fleet/records/rows.ts';
import { REQUEST_COLUMNS } from './request-columns.ts';

/** Some rows of a chunk. */
export interface ChunkRange {
  chunk: RequestChunk;
  from: number;
  to: number;
}

/** One after the other; the cell of each row. */
type JoinedRows = Omit<RequestChunk, 'cell'> & { cell: Int32Array };

type ColumnName = (typeof REQUEST_COLUMNS)[number]['name'];

export function joined(ranges: readonly ChunkRange[]): JoinedRows {
  const count = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const rows: JoinedRows = {
    cell: new Int32Array(count),
    request: new Uint32Array(count),
    replica: new Int32Array(count),
    arrivalSeconds: new Float64Array(count),
    promptTokens: new Int32Array(count),
    outputTokens: new Int32Array(count),
    queueingMs: new Float32Array(count),
    ttftMs: new Float32Array(count),
    tpotMs: new Float32Array(count),
    e2eMs: new Float32Array(count),
    outcome: new Uint8Array(count),
    attained: new Uint8Array(count),
    preemptions: new Int32Array(count),
    retries: new Int32Array(count),
  };
  let at = 0;
  for (const { chunk, from, to } of ranges) {
    rows.cell.fill(chunk.cell, at, at + to - from);
    for (const name of Object.keys(rows) as (keyof JoinedRows)[])
      if (name !== 'cell') rows[name].set(chunk[name].subarray(from, to), at);
    at += to - from;
  }
  return rows;
}

/** `pools`: names by index of the cell. */
export function columnData(rows: JoinedRows, pools: readonly string[]): ColumnSource[] {
  const data: Record<ColumnName, ColumnSource['data']> = {
    request: rows.request,
    pool: Array.from(rows.cell, (cell) => pools[cell]),
    cell: rows.cell,
    replica: rows.replica.includes(-1) ? Array.from(rows.replica, (n) => (n < 0 ? null : n)) : rows.replica,
    arrival_seconds: rows.arrivalSeconds,
    prompt_tokens: rows.promptTokens,
    output_tokens: rows.outputTokens,
    queueing_ms: orNull(rows.queueingMs),
    ttft_ms: orNull(rows.ttftMs),
    tpot_ms: orNull(rows.tpotMs),
    e2e_ms: orNull(rows.e2eMs),
    outcome: Array.from(rows.outcome, (outcome) => OUTCOME_NAMES[outcome]),
    attained: Array.from(rows.attained, (attained) => attained === 1),
    preemptions: rows.preemptions,
    retries: rows.retries,
  };
  return REQUEST_COLUMNS.map(({ name }) => ({
    name,
    data: data[name],
    offsetIndex: false,
    // Numbers in order differ by little.
    ...(name === 'request' && { encoding: 'DELTA_BINARY_PACKED' as const }),
  }));
}

/** An array of numbers where none is missing, which is written faster. */
function orNull(milliseconds: Float32Array): ColumnSource['data'] {
  return milliseconds.includes(NaN)
    ? Array.from(milliseconds, (value) => (Number.isNaN(value) ? null : value))
    : milliseconds;
}

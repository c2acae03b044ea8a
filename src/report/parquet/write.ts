// A table as the bytes of a Parquet file: counts as INT64, other numbers as DOUBLE, moments as TIMESTAMP (milliseconds,
// UTC), texts as STRING; a missing value is null. Snappy, row groups of 100,000 rows. The writer is loaded when it is
// needed. For tables that fit into memory; requests are written while a run goes on.
import assert from 'node:assert/strict';
import type { ColumnSource } from 'hyparquet-writer';
import type { Column, ColumnKind, Table, Value } from '../export/table.ts';

const TYPES = {
  integer: 'INT64',
  number: 'DOUBLE',
  text: 'STRING',
  moment: 'TIMESTAMP',
  flag: 'BOOLEAN',
} as const satisfies Record<ColumnKind, ColumnSource['type']>;

const ROW_GROUP_ROWS = 100_000;

export async function parquetBytes({ columns, rows }: Table): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const data: unknown[][] = columns.map(() => []);
  for await (const row of rows) {
    for (const [i, value] of row.entries()) data[i].push(stored(value, columns[i]));
  }
  const columnData = columns.map(({ name, kind }, i) => ({ name, type: TYPES[kind], data: data[i] }));
  const createdBy = 'fleetday';
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: ROW_GROUP_ROWS, createdBy }));
}

function stored(value: Value, { name, kind }: Column): unknown {
  if (value === null) return null;
  if (kind === 'moment') return new Date(String(value));
  if (kind !== 'integer') return value;
  assert(Number.isSafeInteger(value), `${name} is no count: ${value}`);
  return BigInt(value);
}

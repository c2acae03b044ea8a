// A Parquet file of flat columns as a table, row group by row group: never more than one of them in memory. The reader
// is loaded when it is needed.
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { isoUtc } from '../../kernel/clock.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { Column, ColumnKind, Table, Value } from '../export/table.ts';

export async function parquetTable(file: string): Promise<Table> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  return explained(file, async () => {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const columns = columnsOf(metadata);
    async function* rows(): AsyncGenerator<Value[]> {
      let rowStart = 0;
      for (const { num_rows } of metadata.row_groups) {
        const rowEnd = rowStart + Number(num_rows);
        const group = await explained(file, () =>
          parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd }),
        );
        for (const row of group) yield columns.map(({ name, isSingle }) => valueOf(row[name], isSingle));
        rowStart = rowEnd;
      }
    }
    return { columns, rows: rows() };
  });
}

interface StoredColumn extends Column {
  /** 32-bit floats have more digits as doubles than they are worth. */
  isSingle: boolean;
}

function columnsOf({ schema: [, ...elements] }: FileMetaData): StoredColumn[] {
  return elements.map((element) => ({
    name: element.name,
    kind: kindOf(element),
    isSingle: element.type === 'FLOAT',
  }));
}

function kindOf({ type, converted_type, logical_type }: SchemaElement): ColumnKind {
  if (converted_type?.startsWith('TIMESTAMP') || logical_type?.type === 'TIMESTAMP') return 'moment';
  if (type === 'BOOLEAN') return 'flag';
  if (type === 'INT32' || type === 'INT64') return 'integer';
  return type === 'BYTE_ARRAY' ? 'text' : 'number';
}

function valueOf(stored: unknown, isSingle: boolean): Value {
  if (stored === undefined || stored === null) return null;
  if (stored instanceof Date) return isoUtc(stored.getTime());
  if (typeof stored === 'bigint') return Number(stored);
  if (typeof stored !== 'number') return stored as Value;
  if (!Number.isFinite(stored)) return null;
  return isSingle ? shortest(stored) : stored;
}

/** The fewest digits that read back as the same 32-bit float. */
function shortest(single: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

async function explained<Result>(file: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${file}: cannot be read as Parquet (${(error as Error).message}); it is damaged or cut off, run the scenario again`,
    );
  }
}

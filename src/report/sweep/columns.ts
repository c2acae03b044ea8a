// The table of a sweep as CSV and as Parquet. In Parquet a column has one type: numbers are doubles, flags booleans, and
// whatever is mixed is text; what is missing is null.
import { csv } from '../csv.ts';
import { field } from '../field.ts';
import type { TableCell, TableColumn } from './table.ts';

export function tableCsv(columns: readonly TableColumn[]): string {
  const rows = (columns[0]?.cells ?? []).map((_, i) => i);
  return csv<number>(
    columns.map(({ name, cells }) => field(name, '', '', (row) => cells[row] ?? undefined)),
    rows,
  );
}

export async function tableParquet(columns: readonly TableColumn[]): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = columns.map(({ name, cells }) => {
    const type = typeOf(cells);
    const data = type === 'STRING' ? cells.map((cell) => (cell === null ? null : String(cell))) : [...cells];
    return { name, data, type, nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function typeOf(cells: readonly TableCell[]): 'DOUBLE' | 'BOOLEAN' | 'STRING' {
  const kinds = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
  if (kinds.size !== 1) return 'STRING';
  const [kind] = kinds;
  if (kind === 'number') return 'DOUBLE';
  return kind === 'boolean' ? 'BOOLEAN' : 'STRING';
}

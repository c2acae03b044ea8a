// Tables of a comparison as text for the terminal, and as Markdown the way prettier sets it.
import type { Table } from './tables.ts';

export function textTables(tables: readonly Table[]): string {
  return tables.map((table) => `${table.title}\n${grid(table).join('\n')}\n`).join('\n');
}

function grid(table: Table): string[] {
  const widths = widthsOf(table);
  return [table.columns.map(({ title }) => title), ...table.rows].map((row) =>
    row
      .map((cell, i) => padded(table, i, cell, widths[i]))
      .join('  ')
      .trimEnd(),
  );
}

export function markdownTables(tables: readonly Table[]): string {
  return tables.map((table) => `### ${table.title}\n\n${markdownGrid(table).join('\n')}\n`).join('\n');
}

function markdownGrid({ columns, rows }: Table): string[] {
  const table = {
    title: '',
    columns,
    rows: rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|'))),
  };
  // A delimiter row has at least three dashes.
  const widths = widthsOf(table).map((width) => Math.max(width, 3));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const cells = (row: string[]) => line(row.map((cell, i) => padded(table, i, cell, widths[i])));
  const dashes = widths.map((width, i) =>
    table.columns[i].isNumber ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [cells(table.columns.map(({ title }) => title)), line(dashes), ...table.rows.map(cells)];
}

function widthsOf({ columns, rows }: Table): number[] {
  return columns.map(({ title }, i) =>
    rows.reduce((width, row) => Math.max(width, row[i].length), title.length),
  );
}

function padded({ columns }: Table, i: number, cell: string, width: number): string {
  return columns[i].isNumber ? cell.padStart(width) : cell.padEnd(width);
}

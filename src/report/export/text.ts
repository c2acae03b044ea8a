// A table as CSV (as the result files are written) or as JSON lines: an object per row, null where there is no value.
// In pieces of some ten kilobytes, made as they are asked for.
import { csvLine } from '../csv.ts';
import type { Table, Value } from './table.ts';

export type TextFormat = 'csv' | 'jsonl';

const PIECE_CHARACTERS = 65_536;

export function tableText(table: Table, format: TextFormat): AsyncGenerator<string> {
  return inPieces(format === 'csv' ? csvLines(table) : jsonLines(table));
}

async function* csvLines({ columns, rows }: Table): AsyncGenerator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for await (const row of rows) yield csvLine(row.map(csvField));
}

function csvField(value: Value): string {
  return value === null ? '' : String(value);
}

async function* jsonLines({ columns, rows }: Table): AsyncGenerator<string> {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  for await (const row of rows) {
    yield `{${row.map((value, i) => keys[i] + JSON.stringify(value)).join(',')}}\n`;
  }
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

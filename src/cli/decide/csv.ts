// A table of recorded metrics (RFC 4180: commas, quotes): a column `time`, and others as metrics.ts names them. An empty
// cell was not measured. All that is wrong is told with its line.
import { readTextFile } from '../../kernel/text-file.ts';
import { UserError } from '../../kernel/user-error.ts';
import { columnOf, unknownColumn, type Column, type MappedColumn, type Sample } from './metrics.ts';
import { epochMsOf } from './time.ts';

const BYTES_MAX = 256 * 1024 * 1024;
const PROBLEMS_MAX = 20;
const TIME_NAMES = ['time', 'timestamp', 'at', 'at_seconds', 'atseconds'];

export function readMetricsCsv(path: string, own: Readonly<Record<string, Column>>): Sample[] {
  const text = readTextFile(path, { bytesMax: BYTES_MAX, what: 'CSV' }).replace(/^\uFEFF/, '');
  const rows = rowsOf(text, path);
  if (rows.length < 2)
    throw new UserError(`${path}: has no rows; give a line of names and one per time step`);
  const [header, ...body] = rows;
  const { timeIndex, columns } = columnsOf(header.cells, path, own);
  const problems: string[] = [];
  const samples: Sample[] = [];
  let startMs: number | undefined;
  for (const { cells, line } of body) {
    if (problems.length >= PROBLEMS_MAX) break;
    const report = (what: string) => problems.push(`${path}:${line} ${what}`);
    if (cells.length !== header.cells.length) {
      report(`has ${cells.length} cells, the first line ${header.cells.length}; mend it`);
      continue;
    }
    const epochMs = epochMsOf(cells[timeIndex]);
    if (epochMs === undefined) {
      report(
        `time is ${JSON.stringify(cells[timeIndex])}; write seconds, or a date such as 2026-01-30T12:00:00Z`,
      );
      continue;
    }
    startMs ??= epochMs;
    const atSeconds = (epochMs - startMs) / 1000;
    const before = samples.at(-1)?.atSeconds ?? -1;
    if (atSeconds <= before) report('is not later than the row before; sort the rows by time');
    samples.push({ atSeconds, epochMs, pool: valuesOf(cells, columns, report) });
  }
  if (problems.length > 0) throw new UserError(problems);
  return samples;
}

interface Place extends MappedColumn {
  index: number;
  name: string;
}

function columnsOf(names: readonly string[], path: string, own: Readonly<Record<string, Column>>) {
  const timeIndex = names.findIndex((name) => TIME_NAMES.includes(name.trim().toLowerCase()));
  const problems: string[] = [];
  if (timeIndex < 0) problems.push(`${path}:1 has no column "time"; add one, in seconds or as dates`);
  const columns = names.flatMap((name, index): Place[] => {
    if (index === timeIndex) return [];
    const mapped = columnOf(name, own);
    if (mapped) return [{ ...mapped, index, name }];
    problems.push(`${path}:1 ${unknownColumn(name)}`);
    return [];
  });
  for (const [i, { column, name }] of columns.entries()) {
    const first = columns.findIndex((other) => other.column === column);
    if (first < i) problems.push(`${path}:1 ${name} is the same as ${columns[first].name}; keep one of them`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return { timeIndex, columns };
}

function valuesOf(cells: readonly string[], columns: readonly Place[], report: (what: string) => void) {
  const values: Partial<Record<Column, number>> = {};
  for (const { index, name, column, factor } of columns) {
    const cell = cells[index].trim();
    if (cell === '') continue;
    const value = Number(cell);
    if (Number.isFinite(value) && value >= 0) values[column] = value / factor;
    else report(`${name} is ${JSON.stringify(cell)}; write a number of at least 0, or nothing`);
  }
  return values;
}

interface Row {
  cells: string[];
  /** Of the file, from 1. */
  line: number;
}

function rowsOf(text: string, path: string): Row[] {
  const rows: Row[] = [];
  let line = 1;
  let position = 0;
  // A cell, quoted or not, and what follows it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let cells: string[] = [];
  let first = line;
  while (position < text.length) {
    cell.lastIndex = position;
    const match = cell.exec(text);
    if (match === null)
      throw new UserError(`${path}:${line} a quote is not closed or stands within a cell; mend it`);
    const [whole, quoted, plain, end] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    position += whole.length;
    line += whole.split('\n').length - 1;
    if (end === ',' && position < text.length) continue;
    if (end === ',') cells.push('');
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: first });
    cells = [];
    first = line;
  }
  return rows;
}

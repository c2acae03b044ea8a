// A series of the user's own: prices, grid intensity or temperatures by the hour (or 30, 15 or 5 minutes), from a CSV
// with a column of instants and one of values. Every instant carries its offset from UTC, so that the hour that comes
// twice when clocks go back is two rows; a row that is missing, doubled or out of order is an error with its line.
// Left out: decimal commas, quoted separators, gaps filled in.
import assert from 'node:assert/strict';
import { firstAbove } from '../../kernel/bisect.ts';
import { isoUtc } from '../../kernel/clock.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { Series } from '../spec.ts';

const MINUTE_MS = 60_000;
const STEPS_MINUTES = [60, 30, 15, 5];
const TIME_NAMES = ['time', 'timestamp', 'datetime', 'start', 'utc', 'date'];
const PROBLEMS_MAX = 20;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.0+)?)?(Z|[+-]\d\d:?\d\d)$/;

export interface SeriesQuestion {
  /** Epoch milliseconds that must be covered: [from, to). */
  from: number;
  to: number;
  /** For messages: `price in $/kWh`. */
  what: string;
  /** Name of the column of values; undefined: there is but one beside the time. */
  column?: string;
  /** Values are multiplied by it: currencies, thousandths. */
  factor?: number;
  /** The least that a value may be; undefined: anything, negative too. */
  min?: number;
}

interface Row {
  line: number;
  epochMs: number;
  value: number;
}

/** `file` is the name that the messages carry; `text` its content. */
export function readSeries(file: string, text: string, question: SeriesQuestion): Series {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const { timeIndex, valueIndex, count } = columnsOf(file, lines[0], question);
  const problems: string[] = [];
  const rows: Row[] = [];
  for (let i = 1; i < lines.length && problems.length < PROBLEMS_MAX; i++) {
    if (lines[i].trim() === '') continue;
    const report = (problem: string) => problems.push(`${file}:${i + 1}: ${problem}`);
    const cells = cellsOf(lines[i]);
    if (cells.length !== count) {
      report(`has ${cells.length} cells, the first line ${count}; mend it`);
      continue;
    }
    const epochMs = instantOf(cells[timeIndex], report);
    const value = valueOf(cells[valueIndex], question, report);
    if (epochMs !== undefined && value !== undefined) rows.push({ line: i + 1, epochMs, value });
  }
  if (problems.length > 0) throw new UserError(problems);
  if (rows.length === 0)
    throw new UserError(`${file}: has no rows; give one per hour, after a line of names`);
  const stepMs = stepOf(file, rows);
  const series = {
    file,
    startsEpochMs: rows.map(({ epochMs }) => epochMs),
    values: rows.map(({ value }) => value),
    endEpochMs: rows[rows.length - 1].epochMs + stepMs,
  };
  assertCovers(series, question);
  return series;
}

const rightOf = (startsEpochMs: readonly number[], epochMs: number) =>
  firstAbove(startsEpochMs, epochMs, (start) => start);

/** The value that holds at that instant; asking outside the series is a bug, since `readSeries` checked the run. */
export function valueAt(series: Series, epochMs: number): number {
  const { startsEpochMs, values, endEpochMs, file } = series;
  const covered = epochMs >= startsEpochMs[0] && epochMs < endEpochMs;
  assert(covered, `${file} is asked for ${isoUtc(epochMs)}, which it does not cover`);
  return values[rightOf(startsEpochMs, epochMs) - 1];
}

/** Instants strictly between the two at which the value changes, increasing. */
export function changesIn(series: Series, fromEpochMs: number, toEpochMs: number): number[] {
  const { startsEpochMs, values } = series;
  const changes: number[] = [];
  const first = Math.max(1, rightOf(startsEpochMs, fromEpochMs));
  for (let i = first; i < startsEpochMs.length && startsEpochMs[i] < toEpochMs; i++) {
    if (values[i] !== values[i - 1]) changes.push(startsEpochMs[i]);
  }
  return changes;
}

function columnsOf(file: string, header: string, { column, what }: SeriesQuestion) {
  const names = cellsOf(header);
  const problem = (text: string) => new UserError(`${file}:1: ${text}`);
  if (names.length === 1 && names[0].includes(';')) throw problem('separates by semicolons; write commas');
  const timeIndex = names.findIndex((name) => TIME_NAMES.includes(name.toLowerCase()));
  if (timeIndex < 0) throw problem(`has no column "time"; name the columns, for example "time,value"`);
  const others = names.filter((_, i) => i !== timeIndex);
  const list = others.map((name) => `"${name}"`).join(', ');
  if (column !== undefined) {
    const valueIndex = names.indexOf(column);
    if (valueIndex < 0 || valueIndex === timeIndex) {
      throw problem(`has no column "${column}" of values; it has ${list || 'none'}`);
    }
    return { timeIndex, valueIndex, count: names.length };
  }
  if (others.length !== 1) {
    const fix =
      others.length === 0 ? `add one with the ${what}` : `say which is the ${what}: column: ${others[0]}`;
    throw problem(`has ${others.length} columns beside the time (${list || 'none'}); ${fix}`);
  }
  return { timeIndex, valueIndex: 1 - timeIndex, count: names.length };
}

function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

type Report = (problem: string) => void;

function instantOf(cell: string, report: Report): number | undefined {
  const example = 'write 2024-03-31T01:00:00Z or 2024-03-31T03:00:00+02:00';
  if (/^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(cell)) {
    report(`time ${JSON.stringify(cell)} has no offset from UTC; ${example}`);
    return undefined;
  }
  // Date accepts the 31st of June as the 1st of July: what it understood is compared with what is written.
  const epochMs = INSTANT.test(cell) ? Date.parse(cell.replace(' ', 'T')) : NaN;
  const written = new Date(Date.parse(`${cell.slice(0, 10)}T00:00:00Z`));
  const real = !Number.isNaN(written.getTime()) && written.toISOString().startsWith(cell.slice(0, 10));
  if (real && !Number.isNaN(epochMs)) return epochMs;
  report(`time is ${JSON.stringify(cell)}; ${example}`);
  return undefined;
}

function valueOf(
  cell: string,
  { what, factor = 1, min }: SeriesQuestion,
  report: Report,
): number | undefined {
  const value = cell === '' ? NaN : Number(cell);
  if (!Number.isFinite(value)) {
    report(`the ${what} is ${JSON.stringify(cell)}; write a number`);
    return undefined;
  }
  if (min !== undefined && value < min) {
    report(`the ${what} is ${cell}; it is at least ${min}`);
    return undefined;
  }
  return value * factor;
}

/** What lies between two rows, the same for all of them. */
function stepOf(file: string, rows: readonly Row[]): number {
  if (rows.length === 1) return STEPS_MINUTES[0] * MINUTE_MS;
  const apart = (i: number) => (rows[i].epochMs - rows[i - 1].epochMs) / MINUTE_MS;
  // The commonest is meant, so that a hole between the first two rows is found as one.
  const step = STEPS_MINUTES.map((minutes) => ({
    minutes,
    times: rows.filter((_, i) => i > 0 && apart(i) === minutes).length,
  })).toSorted((a, b) => b.times - a.times)[0].minutes;
  const problems: string[] = [];
  for (let i = 1; i < rows.length && problems.length < PROBLEMS_MAX; i++) {
    if (apart(i) !== step) problems.push(`${file}:${rows[i].line}: ${misplaced(rows[i], apart(i), step)}`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return step * MINUTE_MS;
}

function misplaced({ epochMs }: Row, apart: number, step: number): string {
  const instant = isoUtc(epochMs);
  if (apart === 0) return `${instant} (UTC) comes twice; keep one row for it`;
  if (apart < 0) return `${instant} (UTC) comes before the row above; sort the rows by time`;
  if (apart < step)
    return `${instant} (UTC) is ${apart} minutes after the row above, the others ${step}; mend it`;
  const missing = apart / step - 1;
  const first = isoUtc(epochMs - (apart - step) * MINUTE_MS);
  if (!Number.isInteger(missing))
    return `${instant} (UTC) is ${apart} minutes after the row above, the others ${step}; mend it`;
  return `${missing === 1 ? 'a row is' : `${missing} rows are`} missing before it, from ${first} (UTC) on; add ${missing === 1 ? 'it' : 'them'}`;
}

function assertCovers({ file, startsEpochMs, endEpochMs }: Series, { from, to }: SeriesQuestion): void {
  if (startsEpochMs[0] <= from && endEpochMs >= to) return;
  throw new UserError(
    `${file}: covers ${isoUtc(startsEpochMs[0])} to ${isoUtc(endEpochMs)}, the run ${isoUtc(from)} to ${isoUtc(to)}; ` +
      `add the rows that are missing, or change the run's start or duration`,
  );
}

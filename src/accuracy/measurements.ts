// Measured times of equal requests served together, from a CSV file (columns prompt_tokens, batch, output_tokens and
// any of prompt_ms, token_ms, e2e_ms, total_ms; empty = not measured; further columns are ignored) or from results
// that `vllm bench serve` saved as JSON (bench-serve.ts). All mistakes are reported at once, with file and line.
// Left out: other separators than the comma, quoted fields that go over several lines, thousands separators.
import { readTextFile } from '../kernel/text-file.ts';
import { UserError } from '../kernel/user-error.ts';
import { benchRun, isBenchRun } from './bench-serve.ts';
import { csvRecords, jsonRecords, type SourceRecord } from './records.ts';

export interface Measurement {
  /** Where it is written, from 1. */
  line: number;
  promptTokens: number;
  /** Sequences served together. */
  batch: number;
  /** Per sequence, as they were made; the prefill gives the first. */
  outputTokens: number;
  /** Time to the first token, all prompts of the batch processed together. */
  promptMs?: number;
  /** Mean decode step. */
  tokenMs?: number;
  /** Arrival to last token: in both, but for the name that a source gives it, the same. */
  e2eMs?: number;
  totalMs?: number;
  /** Of the GPU's power limit: mean while decoding, peak of the prefill. */
  decodePowerFraction?: number;
  prefillPeakPowerFraction?: number;
  model?: string;
  gpu?: string;
  stack?: string;
  tp?: number;
  source?: string;
  /** Day of the measurement, as 2024-05-17. */
  date?: string;
  /** Flags, separated by semicolons; among them those that say what to leave out. */
  notes?: string;
}

/** What a record gives: a measurement, or what is wrong with it as `what is wrong; how to mend it`. */
export type Reading = Measurement | { problems: string[] };

const BYTES_MAX = 200_000_000;
const ROWS_MAX = 100_000;
const PROBLEMS_MAX = 20;
const TOKENS_MAX = 10_000_000;
const MILLISECONDS_MAX = 1e9;

interface Column {
  /** In order of preference: the first that is not empty counts. */
  names: readonly string[];
  min?: number;
  /** Exclusive. */
  above?: number;
  max: number;
  whole?: boolean;
}

const milliseconds = (...names: string[]): Column => ({ names, above: 0, max: MILLISECONDS_MAX });
const tokens = (...names: string[]): Column => ({ names, min: 1, max: TOKENS_MAX, whole: true });

const NUMBERS = {
  promptTokens: tokens('prompt_tokens'),
  batch: { names: ['batch', 'max_concurrency'], min: 1, max: 100_000, whole: true },
  outputTokens: tokens('effective_output_tokens', 'output_tokens'),
  promptMs: milliseconds('prompt_ms'),
  tokenMs: milliseconds('token_ms', 'median_itl_ms', 'p50_itl_ms', 'itl_ms'),
  e2eMs: milliseconds('e2e_ms'),
  totalMs: milliseconds('total_ms'),
  decodePowerFraction: { names: ['decode_power_frac', 'avg_power_frac'], above: 0, max: 2 },
  prefillPeakPowerFraction: { names: ['prefill_peak_power_frac', 'peak_power_frac'], above: 0, max: 2 },
  tp: { names: ['tp'], min: 1, max: 1024, whole: true },
} as const satisfies Record<string, Column>;

/** Of requests that come one by one: the first token's time is that of a whole batch at concurrency 1 only. */
const TTFT = milliseconds('median_ttft_ms', 'p50_ttft_ms', 'ttft_ms');

const TEXTS = ['model', 'gpu', 'stack', 'source', 'notes'] as const;
const TIMES = ['promptMs', 'tokenMs', 'e2eMs', 'totalMs'] as const;

/** UserError with up to 20 mistakes; at least one measurement. */
export async function readMeasurements(filePath: string): Promise<Measurement[]> {
  const text = readTextFile(filePath, { bytesMax: BYTES_MAX, what: 'measurements' });
  const isJson = /^\s*[[{]/.test(text);
  const records = isJson
    ? jsonRecords(filePath, text)
    : csvRecords(filePath, text, (names) => checkHeader(filePath, names));
  if (records.length > ROWS_MAX) {
    throw new UserError(
      `${filePath}: has ${records.length} rows, at most ${ROWS_MAX} are read; take a sample`,
    );
  }
  const measurements: Measurement[] = [];
  const problems: string[] = [];
  for (const record of records) {
    const reading = isBenchRun(Object.keys(record.fields)) ? benchRun(record) : measurementOf(record, isJson);
    if ('problems' in reading)
      problems.push(...reading.problems.map((one) => `${filePath}:${record.line}: ${one}`));
    else measurements.push(reading);
  }
  if (problems.length > PROBLEMS_MAX) {
    problems.splice(PROBLEMS_MAX, Infinity, `… and ${problems.length - PROBLEMS_MAX} more`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return measurements;
}

function checkHeader(filePath: string, header: readonly string[]): void {
  if (isBenchRun(header)) return;
  const has = (column: Column) => column.names.some((name) => header.includes(name));
  const needed = [NUMBERS.promptTokens, NUMBERS.batch];
  const missing = needed.filter((column) => !has(column)).map(({ names }) => names.join(' or '));
  if (![...TIMES.map((key) => NUMBERS[key]), TTFT].some(has)) missing.push('prompt_ms or token_ms');
  if (missing.length === 0) return;
  throw new UserError(
    `${filePath}:1: no column ${missing.join(', no column ')} in the header ` +
      `${JSON.stringify(header.join(',').slice(0, 100))}; ` +
      'name the columns prompt_tokens,batch,output_tokens,prompt_ms,token_ms and separate them by commas',
  );
}

function measurementOf(record: SourceRecord, isJson: boolean): Reading {
  if (isJson) {
    return { problems: ['is no result of `vllm bench serve`: total_input_tokens is missing; name one'] };
  }
  const { line, fields } = record;
  const problems: string[] = [];
  const found: Record<string, unknown> = { line };
  for (const [key, column] of Object.entries(NUMBERS)) found[key] = numberIn(fields, column, problems);
  for (const key of TEXTS) found[key] = fields[key] || undefined;
  found.date = dayOf(fields);
  const ttftMs = numberIn(fields, TTFT, problems);
  if (found.batch === 1) found.promptMs ??= ttftMs;
  const outputs = NUMBERS.outputTokens;
  for (const key of ['promptTokens', 'batch'] as const) {
    if (found[key] === undefined && problems.length === 0)
      problems.push(`${NUMBERS[key].names[0]} is empty; fill it in`);
  }
  if (found.outputTokens === undefined && problems.length === 0) {
    // A prompt's time alone is the same whatever follows.
    if (found.tokenMs ?? found.e2eMs ?? found.totalMs)
      problems.push(`${outputs.names[1]} is missing; give the output tokens per request`);
    else found.outputTokens = 1;
  }
  if (problems.length === 0 && ttftMs === undefined && TIMES.every((key) => found[key] === undefined)) {
    problems.push('measures no time; fill in prompt_ms, token_ms or both, or remove the line');
  }
  if (problems.length > 0) return { problems };
  for (const key of Object.keys(found)) if (found[key] === undefined) delete found[key];
  return found as unknown as Measurement;
}

/** Of a date in a common form, as `vllm bench serve` writes it (20240517-101500) too; other text is no date. */
export function dayOf({ date = '' }: SourceRecord['fields']): string | undefined {
  const [, year, month, day] = /^(\d{4})-?(\d\d)-?(\d\d)(?!\d)/.exec(date) ?? [];
  return year && `${year}-${month}-${day}`;
}

function numberIn(
  fields: Readonly<Record<string, string>>,
  column: Column,
  problems: string[],
): number | undefined {
  const name = column.names.find((one) => fields[one]);
  if (name === undefined) return undefined;
  const text = fields[name];
  const { min = -Infinity, above = -Infinity, max, whole } = column;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (value >= min && value > above && value <= max && (!whole || Number.isInteger(value))) return value;
  const range = above > -Infinity ? `above ${above}, at most ${max}` : `from ${min} to ${max}`;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  problems.push(
    `${name} is ${shown}; it is a ${whole ? 'whole number' : 'number'} ${range}, or empty where not measured`,
  );
  return undefined;
}

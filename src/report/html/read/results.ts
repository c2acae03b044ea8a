// What a report is made from: the texts of a run's result files, read once. Nothing else goes in, so that a report made
// with the run and one made from its folder later are the same to the byte. Columns and keys that a version of the
// program did not write are missing, not zero.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { clockMs } from '../../../kernel/clock.ts';
import { readTextFile } from '../../../kernel/text-file.ts';
import { UserError } from '../../../kernel/user-error.ts';
import { SCENARIO, SUMMARY, type ResultFile, type ResultFiles } from '../../files.ts';
import { CsvTable } from './csv-table.ts';

const READ = [
  SCENARIO,
  SUMMARY,
  'windows.csv',
  'hourly.csv',
  'ledger.csv',
  'energy.csv',
  'scaling.csv',
  'latencies.csv',
] as const satisfies ResultFile[];
const OPTIONAL: readonly string[] = ['ledger.csv', 'energy.csv', 'scaling.csv', 'latencies.csv'];

export type ResultTexts = { [name in (typeof READ)[number]]?: string };

export interface Results {
  /** The folder, for messages and to tell runs apart. */
  name: string;
  summary: Summary;
  windows: CsvTable;
  hours: CsvTable;
  /** Undefined where no pool scales and no node is taken back. */
  scaling: CsvTable | undefined;
  /** Undefined where it was not written. */
  latencies: CsvTable | undefined;
  scenarioYaml: string;
  scenario: Data;
}

const BYTES_MAX = 256e6;

export function readTexts(dir: string): ResultTexts {
  if (!existsSync(path.join(dir, SUMMARY))) {
    throw new UserError(`${dir}: holds no results of a run (no ${SUMMARY}); name the folder given as --out`);
  }
  const names = READ.filter((name) => !OPTIONAL.includes(name) || existsSync(path.join(dir, name)));
  return Object.fromEntries(
    names.map((name) => [name, readTextFile(path.join(dir, name), { bytesMax: BYTES_MAX, what: 'result' })]),
  );
}

/** The same of a run that has just ended. */
export function textsOf(files: ResultFiles): ResultTexts {
  return Object.fromEntries(
    READ.flatMap((name) => (typeof files[name] === 'string' ? [[name, files[name]]] : [])),
  );
}

export function resultsOf(name: string, texts: ResultTexts): Results {
  const file = (base: string) => path.join(name, base);
  const table = (base: (typeof READ)[number]) =>
    texts[base] === undefined ? undefined : new CsvTable(file(base), texts[base]);
  const [windows, hours] = [table('windows.csv'), table('hourly.csv')];
  const scenarioYaml = texts[SCENARIO];
  if (windows === undefined || hours === undefined || scenarioYaml === undefined) {
    throw new UserError(`${name}: lacks a result file; run the scenario again with --force`);
  }
  if (windows.length === 0 || hours.length === 0)
    throw new UserError(
      `${name}: the run was stopped before anything was simulated; there is nothing to report`,
    );
  const summary = new Summary(parsedObject(file(SUMMARY), () => JSON.parse(texts[SUMMARY] ?? '') as unknown));
  checkClock(file(SUMMARY), summary);
  checkTimes(file('windows.csv'), windows);
  checkTimes(file('hourly.csv'), hours);
  return {
    name,
    summary,
    windows,
    hours,
    scaling: table('scaling.csv'),
    latencies: table('latencies.csv'),
    scenarioYaml,
    scenario: new Data(parsedObject(file(SCENARIO), () => parse(scenarioYaml) as unknown)),
  };
}

function checkClock(file: string, summary: Summary): void {
  try {
    // Throws where the zone or the instant is none.
    clockMs(Date.parse(summary.text('start_utc')), summary.text('time_zone'));
    if (summary.number('simulated_seconds') > 0) return;
  } catch {
    // Told below.
  }
  throw new UserError(
    `${file}: has no start_utc, time_zone and simulated_seconds of a run; run the scenario again with --force`,
  );
}

/** Rows follow each other: what is drawn over time relies on it. */
function checkTimes(file: string, table: CsvTable): void {
  const missing = ['start_seconds', 'end_seconds'].filter((key) => !table.has(key));
  if (missing.length > 0)
    throw new UserError(`${file}:1: has no column ${missing.join(', ')}; is it the file of a run?`);
  const [starts, ends] = [table.numbers('start_seconds'), table.numbers('end_seconds')];
  const wrong = starts.findIndex(
    (start, i) => !(start >= (i === 0 ? 0 : ends[i - 1] - 1e-6) && ends[i] > start),
  );
  if (wrong >= 0) {
    throw new UserError(
      `${file}: row ${wrong + 1} is from ${starts[wrong]} to ${ends[wrong]} s and does not follow the one before; ` +
        'run the scenario again with --force',
    );
  }
}

function parsedObject(file: string, parsed: () => unknown): Readonly<Record<string, unknown>> {
  try {
    const value = parsed();
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new UserError(`${file}: is damaged; run the scenario again with --force`);
}

/** summary.json by key. */
export class Summary {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }

  /** NaN where there is none. */
  number(key: string): number {
    const value = this.values[key];
    return typeof value === 'number' ? value : NaN;
  }

  /** Empty where there is none. */
  text(key: string): string {
    const value = this.values[key];
    return typeof value === 'string' ? value : '';
  }

  get isPartial(): boolean {
    return this.values.partial === true;
  }
}

/** A mapping of the scenario: text, numbers and mappings by path, where it has them. */
export class Data {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  at(...steps: (string | number)[]): Data {
    let value = this.value;
    for (const step of steps) {
      const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
      value = isInside ? (value as Record<string | number, unknown>)[step] : undefined;
    }
    return new Data(value);
  }

  /** Also of a number; undefined of anything else. */
  get text(): string | undefined {
    return typeof this.value === 'string' || typeof this.value === 'number' ? String(this.value) : undefined;
  }

  get number(): number {
    return typeof this.value === 'number' ? this.value : NaN;
  }

  get list(): Data[] {
    return Array.isArray(this.value) ? this.value.map((one: unknown) => new Data(one)) : [];
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }
}

// A table on its way from one file format to another: columns of known kinds, rows one after the other, so that none
// has to fit into memory. What kind a column is follows from the lists of columns that the files are written from; one
// that is not in them (another version's) is read off its values.
import { LEDGER_COLUMNS, WINDOW_COLUMNS } from '../csv.ts';
import type { Documented } from '../field.ts';
import { SCALING_COLUMNS } from '../scaling/csv.ts';
import { SUMMARY_FIELDS } from '../summary-json.ts';

/** `integer`: a count below 2^53; `moment`: UTC, as ISO 8601 text. */
export type ColumnKind = 'integer' | 'number' | 'text' | 'moment' | 'flag';

export interface Column {
  name: string;
  kind: ColumnKind;
}

/** null: no value. */
export type Value = string | number | boolean | null;

export interface Table {
  columns: readonly Column[];
  /** Values in the order of the columns; to be read once. */
  rows: Iterable<readonly Value[]> | AsyncIterable<readonly Value[]>;
}

const COUNTED = new Set(['requests', 'tokens', 'replicas']);
/** Without a unit: counts and texts. */
const WITHOUT_UNIT: Record<string, ColumnKind> = {
  preemptions: 'integer',
  replicas_wanted: 'integer',
  replicas_provisioning: 'integer',
  replicas_loading: 'integer',
  replicas_ready: 'integer',
  replicas_draining: 'integer',
  phase: 'text',
  pool: 'text',
  reason: 'text',
};

const UNITS = unitsOf([...WINDOW_COLUMNS, ...LEDGER_COLUMNS, ...SCALING_COLUMNS]);

function unitsOf(fields: readonly Documented[]): ReadonlyMap<string, string> {
  return new Map(fields.map(({ key, unit }) => [key, unit]));
}

/** Of a CSV result file; undefined: nothing is known of it. */
export function knownKind(name: string): ColumnKind | undefined {
  return kindOf(name, UNITS.get(name));
}

function kindOf(name: string, unit: string | undefined): ColumnKind | undefined {
  if (name.endsWith('_utc')) return 'moment';
  if (unit === undefined) return undefined;
  if (unit === '') return WITHOUT_UNIT[name];
  if (unit === 'ISO 8601' || unit === 'IANA') return 'text';
  return COUNTED.has(unit) ? 'integer' : 'number';
}

const SUMMARY_UNITS = unitsOf(SUMMARY_FIELDS);
/** Keys of summary.json that are null where they do not apply, and text where they do. */
const SUMMARY_TEXTS = ['step_times', 'step_time_error_reasons', 'scaling_policy'];

/** Of a key of summary.json with that value. */
export function summaryKind(name: string, value: Value): ColumnKind {
  if (typeof value === 'boolean') return 'flag';
  if (SUMMARY_TEXTS.includes(name)) return 'text';
  const known = kindOf(name, SUMMARY_UNITS.get(name));
  if (known !== undefined) return known;
  return typeof value === 'string' ? 'text' : 'number';
}

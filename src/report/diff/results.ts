// What two runs came to differently: the keys of their summaries, in the order in which an operator asks (was it served,
// how fast, what did it cost, what was it done with), and the parts of the cost.
import { SUMMARY_FIELDS } from '../summary-json.ts';

export type Summary = Record<string, unknown>;

export interface ResultDifference {
  key: string;
  unit: string;
  a: unknown;
  b: unknown;
  /** Relative, of a; undefined where it says nothing: no numbers, from nothing, a share. */
  change: number | undefined;
  /** One of those that are asked for first. */
  isMain: boolean;
}

/** These first, in this order; then the others as the file has them. */
const FIRST = [
  'partial',
  'arrived',
  'slo_attainment',
  'completed',
  'failed',
  'rejected_queue_full',
  'rejected_too_long',
  'rejected_exceeds_kv',
  'timed_out',
  'lost',
  'running_at_end',
  'waiting_at_end',
  'request_goodput',
  'p99_ttft_ms',
  'p50_ttft_ms',
  'p99_tpot_ms',
  'p50_tpot_ms',
  'p99_e2el_ms',
  'p50_e2el_ms',
  'worst_window_p99_ttft_ms',
  'total_usd',
  'usd_per_1k_requests',
  'usd_per_million_tokens',
  'replica_hours',
  'scaling_changes',
  'duty_cycle',
  'kv_use_peak',
  'preemptions',
  'facility_kwh',
];

/** Who it is, not what it came to; costs have a table of their own. */
const ELSEWHERE = new Set(['scenario', 'scenario_hash', 'seed', 'version']);

const UNITS: ReadonlyMap<string, string> = new Map(SUMMARY_FIELDS.map(({ key, unit }) => [key, unit]));

export function resultDifferences(a: Summary, b: Summary): ResultDifference[] {
  const keys = [...new Set([...FIRST, ...Object.keys(a), ...Object.keys(b)])];
  return keys
    .filter((key) => !ELSEWHERE.has(key) && !isCostPart(key) && isDifferent(a[key], b[key]))
    .map((key) => ({
      key,
      unit: UNITS.get(key) ?? '',
      a: a[key],
      b: b[key],
      change: UNITS.get(key) === 'share' ? undefined : relative(a[key], b[key]),
      isMain: FIRST.includes(key),
    }));
}

export interface CostDifference {
  /** `electricity`, …; the last one is the total. */
  part: string;
  aUsd: number;
  bUsd: number;
  differenceUsd: number;
  /** Relative, of a; undefined where a is nothing. */
  change: number | undefined;
}

/** By part, the largest change first, and their sum; empty where no part differs. */
export function costDifferences(a: Summary, b: Summary): CostDifference[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(isCostPart);
  if (!keys.some((key) => isDifferent(a[key], b[key]))) return [];
  const parts = keys
    .map((key) => difference(key.replace(/_usd$/, ''), a[key], b[key]))
    .filter(({ aUsd, bUsd }) => aUsd !== 0 || bUsd !== 0)
    .toSorted((one, other) => Math.abs(other.differenceUsd) - Math.abs(one.differenceUsd));
  return [...parts, difference('total', a.total_usd, b.total_usd)];
}

function difference(part: string, a: unknown, b: unknown): CostDifference {
  const [aUsd, bUsd] = [dollars(a), dollars(b)];
  if (!isDifferent(aUsd, bUsd)) return { part, aUsd, bUsd, differenceUsd: 0, change: 0 };
  return { part, aUsd, bUsd, differenceUsd: bUsd - aUsd, change: relative(aUsd, bUsd) };
}

/** A part that a run's version does not know, or that does not apply, costs nothing. */
function dollars(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function isCostPart(key: string): boolean {
  return key.endsWith('_usd') && key !== 'total_usd';
}

/** Sums in another order differ by less. */
const NOISE = 1e-12;

/** A key that one version writes and the other does not is null in it. */
function isDifferent(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) > NOISE * Math.max(Math.abs(a), Math.abs(b));
  }
  return !Object.is(a ?? null, b ?? null);
}

function relative(a: unknown, b: unknown): number | undefined {
  return typeof a === 'number' && typeof b === 'number' && a !== 0 ? (b - a) / Math.abs(a) : undefined;
}

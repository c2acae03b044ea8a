// What explanations are made of: a run's saved figures, its ledger by pool, its scenario, and where each number of that is
// written. Numbers of the ledger are sums of a column of ledger.csv; those of the scenario have their line in
// scenario.resolved.yaml and, where they are the catalog's, publisher and year too.
import type { DemandCharge, LedgerWindow } from '../../economics/ledger.ts';
import type { LedgerRow } from '../../economics/spec.ts';
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { PoolSpec, Scenario } from '../../scenario/scenario.ts';
import type { Input } from './explanation.ts';
import { publishedSource } from './sources.ts';

export interface ExplainedPool {
  spec: PoolSpec;
  nodes: number;
  gpusPerNode: number;
  rows: readonly LedgerRow[];
}

export interface Money {
  /** summary.json. */
  summary: Readonly<Record<string, unknown>>;
  scenario: Scenario;
  pools: readonly ExplainedPool[];
  /** Of all pools together. */
  rows: readonly LedgerRow[];
  /** energy.csv and windows.csv. */
  ledgerWindows: readonly LedgerWindow[];
  windows: readonly WindowMetrics[];
  /** As it follows from energy.csv. */
  demandCharge: DemandCharge | undefined;
  /** `scenario.resolved.yaml:63` for a key of the scenario such as `economics.pue`. */
  placeOf(key: string): string;
}

/** Columns of the ledger that add up. */
export type Column = {
  [K in keyof LedgerRow]-?: NonNullable<LedgerRow[K]> extends number ? K : never;
}[keyof LedgerRow];

export function sumOf(rows: readonly LedgerRow[], key: Column): number {
  return rows.reduce((sum, row) => sum + (row[key] ?? NaN), 0);
}

/** `ledger.csv, facility_kwh, sum of 24 rows`; `which` rows, in words. */
export function ledgerSource(column: string, rows: number, which = ''): string {
  return `ledger.csv, ${column}, sum of ${rows} row${rows === 1 ? '' : 's'}${which && ` ${which}`}`;
}

/** A number of summary.json that another figure is made of. */
export function figure(money: Money, key: string, input: Pick<Input, 'what' | 'unit' | 'name'>): Input {
  return { ...input, value: Number(money.summary[key] ?? NaN), source: `summary.json, ${key}` };
}

/** A number of the scenario. */
export function given(money: Money, key: string, input: Omit<Input, 'source'>): Input {
  return { ...input, source: sourceOfKey(money, key) };
}

export function sourceOfKey(money: Money, key: string): string {
  const published = publishedSource(money.scenario, key);
  return [`${money.placeOf(key)}, ${key}`, published].filter((part) => part !== undefined).join('; ');
}

/** What a definition fixes. */
export function constant(name: string, value: number, unit: string, what: string): Input {
  return { name, what, value, unit, source: 'definition' };
}

export function hoursOf(money: Money): Input {
  const value = Number(money.summary.simulated_seconds) / 3600;
  return {
    name: 'hours',
    what: 'hours simulated',
    value,
    unit: 'h',
    source: 'summary.json, simulated_seconds ÷ 3,600',
  };
}

export function ownedPools({ pools }: Money): readonly ExplainedPool[] {
  return pools.filter(({ spec }) => spec.ownership === 'owned');
}

export function rentedPools({ pools }: Money): readonly ExplainedPool[] {
  return pools.filter(({ spec }) => spec.ownership === 'rented');
}

/** `of pool a and b`, or nothing where these are all. */
export function namesOf({ pools }: Money, of: readonly ExplainedPool[]): string {
  if (of.length === pools.length) return '';
  return `of pool ${of.map(({ spec }) => spec.name).join(' and ')}`;
}

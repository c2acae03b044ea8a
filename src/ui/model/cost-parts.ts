// What money is for, read off the ledger's own keys: every amount in dollars that its rows have and that is not itself a
// sum or a share of others. What costs nothing is left out.
import type { LedgerRow } from '../../economics/spec.ts';

export interface CostPart {
  key: string;
  name: string;
  /** For the head of a column. */
  short: string;
}

/** In this order; others come behind them under their own names. */
const NAMES: Record<string, readonly [name: string, short: string]> = {
  electricityUsd: ['electricity', 'electr.'],
  amortizationUsd: ['amortization', 'amort.'],
  rentUsd: ['rent', 'rent'],
  maintenanceUsd: ['maintenance', 'maint.'],
  storageUsd: ['storage', 'storage'],
  transferUsd: ['transfer', 'transf.'],
  staffUsd: ['staff', 'staff'],
  licencesUsd: ['licences', 'licenc.'],
};

/** Sums, and shares of amounts that are told anyway. */
const DERIVED = new Set(['totalUsd', 'reservedUsd', 'spotUsd', 'prefillUsd', 'decodeUsd', 'idleUsd']);

export function amountOf(row: LedgerRow | undefined, key: string): number {
  const value = (row as unknown as Record<string, unknown> | undefined)?.[key];
  return typeof value === 'number' ? value : NaN;
}

export function sumOf(rows: readonly LedgerRow[], key: string): number {
  return rows.reduce((sum, row) => sum + amountOf(row, key), 0);
}

/** Those that cost something in these rows; electricity always. */
export function costParts(rows: readonly LedgerRow[]): CostPart[] {
  const found = Object.keys(rows[0] ?? {}).filter((key) => key.endsWith('Usd') && !DERIVED.has(key));
  const keys = [
    ...Object.keys(NAMES).filter((key) => found.includes(key)),
    ...found.filter((key) => !NAMES[key]),
  ];
  return keys
    .filter((key) => key === 'electricityUsd' || rows.some((row) => amountOf(row, key) !== 0))
    .map((key) => {
      const [name, short] = NAMES[key] ?? [key.slice(0, -'Usd'.length), key.slice(0, 7)];
      return { key, name, short };
    });
}

/** Kilograms of CO2e of these rows: operation by location, and building what they use; NaN where nobody knows. */
export function carbonKg(rows: readonly LedgerRow[]): { operation: number; embodied: number } {
  return { operation: sumOf(rows, 'locationGrams') / 1000, embodied: sumOf(rows, 'embodiedGrams') / 1000 };
}

// What the dollars of a run are for: every column of hourly.csv that ends in _usd, but for sums and for columns that split the
// same dollars another way. So a part that the ledger learns of later shows by itself, with its own name.
import type { Results } from './results.ts';

export interface CostPart {
  /** electricity_usd */
  key: string;
  label: string;
  /** CSS. */
  colour: string;
  usd: number;
  /** By row of hourly.csv; undefined for what belongs to no hour. */
  byHour: Float64Array | undefined;
}

/** The total; attributions of it; what is part of the rent. */
const NO_PARTS = ['total_usd', 'prefill_usd', 'decode_usd', 'idle_usd', 'reserved_usd', 'spot_usd'];

/** Of no hour: in summary.json alone. */
const RUN_PART = /^demand.*_usd$/;

/** One hue per part in every report; the rest share what is left. */
const HUES = [
  'electricity',
  'amortization',
  'rent',
  'maintenance',
  'storage',
  'transfer',
  'staff',
  'licences',
];

/** Those that are not zero throughout, in the order of the file. */
export function costParts({ hours, summary }: Results): CostPart[] {
  const inHours = hours.names.filter((name) => name.endsWith('_usd') && !NO_PARTS.includes(name));
  const ofRun = Object.keys(summary.values).filter((key) => RUN_PART.test(key) && !inHours.includes(key));
  const parts = [
    ...inHours.map((key) => ({ key, usd: hours.sum(key), byHour: hours.numbers(key) })),
    ...ofRun.map((key) => ({ key, usd: summary.number(key), byHour: undefined })),
  ].filter(({ usd, byHour }) => Math.abs(usd) > 0 || byHour?.some((value) => Math.abs(value) > 0));
  const label = ({ key }: { key: string }) => key.replace(/_usd$/, '').replaceAll('_', ' ');
  const labels = parts.map(label);
  const free = HUES.filter((hue) => !labels.includes(hue));
  return parts.map((part, i) => {
    const others = labels.slice(0, i).filter((other) => !HUES.includes(other)).length;
    const hue = HUES.includes(labels[i]) ? labels[i] : free[others % Math.max(1, free.length)];
    return { ...part, label: labels[i], colour: `var(--part-${1 + Math.max(0, HUES.indexOf(hue))})` };
  });
}

/** With what belongs to no hour, where the files know of such. */
export function totalUsd({ summary }: Pick<Results, 'summary'>): number {
  return summary.number(totalKey({ summary }));
}

/** Of summary.json. */
export function totalKey({ summary }: Pick<Results, 'summary'>): string {
  return Number.isNaN(summary.number('demand_charge_usd')) ? 'total_usd' : 'total_with_demand_charge_usd';
}

/** Whether they add up to the total of the files, to a millionth of it. */
export function addUp(parts: readonly CostPart[], totalUsd: number): boolean {
  const sum = parts.reduce((usd, part) => usd + part.usd, 0);
  const size = parts.reduce((usd, part) => usd + Math.abs(part.usd), 0);
  return Math.abs(sum - totalUsd) <= 1e-6 * size;
}

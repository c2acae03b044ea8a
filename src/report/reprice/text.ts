// A run's money, energy and carbon at its own prices and at others, part by part, for the terminal and as JSON.
import { percent, quantity, scaled, usd } from '../format.ts';
import type { Summary } from './repriced.ts';

export interface Comparison {
  /** The run's folder. */
  dir: string;
  changes: readonly string[];
  before: Summary;
  after: Summary;
}

type Show = (value: number) => string;

const watthours: Show = (kwh) => scaled(kwh * 1000, 'Wh');
const kilograms: Show = (kg) => (Math.abs(kg) >= 1000 ? `${quantity(kg / 1000)} t` : `${quantity(kg)} kg`);
const plain: Show = (value) => quantity(value);

/** Key, label, how it is shown; `always` even where both are 0 or missing. */
const LINES: readonly [string, string, Show, 'always'?][] = [
  ['electricity_usd', 'electricity', usd],
  ['amortization_usd', 'amortization', usd],
  ['rent_usd', 'rent', usd],
  ['maintenance_usd', 'maintenance', usd],
  ['storage_usd', 'storage', usd],
  ['transfer_usd', 'transfer', usd],
  ['staff_usd', 'staff', usd],
  ['licences_usd', 'licences', usd],
  ['total_usd', 'total', usd, 'always'],
  ['idle_usd', '  of it while idle', usd],
  ['demand_charge_usd', 'demand charge', usd],
  ['usd_per_1k_requests', 'per 1,000 requests', usd, 'always'],
  ['usd_per_million_output_tokens', 'per million output tokens', usd, 'always'],
  ['mean_usd_per_kwh', 'price of a kWh', usd, 'always'],
  ['facility_kwh', 'energy of the facility', watthours, 'always'],
  ['mean_pue', 'PUE', plain, 'always'],
  ['location_kg', 'carbon, location-based', kilograms],
  ['market_kg', 'carbon, market-based', kilograms],
  ['embodied_kg', 'carbon, embodied', kilograms],
];

export function repriceText(comparison: Comparison): string {
  const { dir, changes, before, after } = comparison;
  const rows = LINES.flatMap(([key, label, show, always]) => {
    const [old, now] = [numberOf(before, key), numberOf(after, key)];
    const isNothing = (value: number) => Number.isNaN(value) || value === 0;
    if (always === undefined && isNothing(old) && isNothing(now)) return [];
    return [[label, show(old), show(now), changeOf(old, now)]];
  });
  const table = [['', 'the run', 'repriced', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column].length)));
  return [
    `${dir} with ${changes.length === 0 ? 'its own prices' : changes.join(', ')}`,
    ...(before.partial === true
      ? [
          `The run ended early: both cover its first ${quantity(Number(before.simulated_seconds) / 3600)} h alone.`,
        ]
      : []),
    '',
    ...table.map(([label, old, now, change]) =>
      `  ${label.padEnd(widths[0])}  ${old.padStart(widths[1])}  ${now.padStart(widths[2])}  ${change}`.trimEnd(),
    ),
    '',
  ].join('\n');
}

/** Every figure that is not what it was, with both values. */
export function repriceJson({ dir, changes, before, after }: Comparison) {
  const changed = Object.keys(after).filter((key) => key !== 'scenario_hash' && after[key] !== before[key]);
  return {
    run: dir,
    set: changes,
    partial: before.partial === true,
    figures: Object.fromEntries(
      [...new Set([...LINES.map(([key]) => key), ...changed])].map((key) => [
        key,
        { before: before[key] ?? null, after: after[key] ?? null },
      ]),
    ),
  };
}

function numberOf(summary: Summary, key: string): number {
  const value = summary[key];
  return typeof value === 'number' ? value : NaN;
}

function changeOf(old: number, now: number): string {
  const share = now / old - 1;
  if (!Number.isFinite(share)) return '';
  // What rounding changed is no change.
  if (Math.abs(share) < 1e-9) return '=';
  return `${share > 0 ? '+' : '−'}${percent(Math.abs(share))}`;
}

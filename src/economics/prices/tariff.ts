// The price of electricity at an instant: flat; by season, kind of day and hour in the tariff's own zone; or a series
// of the user's. A period's days, months and holidays are those of the hour itself: `weekdays 22-6` holds on Monday
// 00:00-06:00 and not on Saturday 00:00-06:00. Left out: prices by amount used (blocks, tiers).
import { clockMs } from '../../kernel/clock.ts';
import { changesIn, valueAt } from './series.ts';
import type { TariffPeriod, TariffSpec } from '../spec.ts';

type TimeOfUse = Extract<TariffSpec, { kind: 'time-of-use' }>;

/** $/kWh; of a series only within its hours. */
export function priceAt(tariff: TariffSpec, epochMs: number): number {
  if (tariff.kind === 'flat') return tariff.usdPerKwh;
  if (tariff.kind === 'series') return valueAt(tariff.usdPerKwh, epochMs);
  const clock = new Date(clockMs(epochMs, tariff.timeZone));
  return (tariff.periods.find((period) => holds(period, clock, tariff)) ?? tariff).usdPerKwh;
}

function holds(period: TariffPeriod, clock: Date, tariff: TimeOfUse): boolean {
  return (
    inMonths(period.months, clock.getUTCMonth() + 1) &&
    (period.days === 'all' || period.days === kindOfDay(clock, tariff.holidays)) &&
    inHours(period, clock.getUTCHours())
  );
}

function kindOfDay(clock: Date, holidays: readonly string[]): TariffPeriod['days'] {
  if (holidays.length > 0 && holidays.includes(clock.toISOString().slice(0, 10))) return 'holidays';
  return clock.getUTCDay() === 0 || clock.getUTCDay() === 6 ? 'weekends' : 'weekdays';
}

function inMonths(months: TariffPeriod['months'], month: number): boolean {
  if (months === undefined) return true;
  const { from, to } = months;
  return from <= to ? month >= from && month <= to : month >= from || month <= to;
}

/** Equal hours are a whole day: 0-0 is 0-24. */
function inHours({ fromHour, toHour }: TariffPeriod, hour: number): boolean {
  return fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
}

/** Instants strictly between the two at which the price changes, increasing. */
export function priceChanges(tariff: TariffSpec, fromEpochMs: number, toEpochMs: number): number[] {
  if (tariff.kind === 'flat') return [];
  if (tariff.kind === 'series') return changesIn(tariff.usdPerKwh, fromEpochMs, toEpochMs);
  const changes: number[] = [];
  let price = priceAt(tariff, fromEpochMs);
  let epochMs = nextCandidate(fromEpochMs, tariff.timeZone);
  for (; epochMs < toEpochMs; epochMs = nextCandidate(epochMs, tariff.timeZone)) {
    const next = priceAt(tariff, epochMs);
    if (next !== price) changes.push(epochMs);
    price = next;
  }
  return changes;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * Prices change with the local hour. Where the clock is set before that is full, every minute may do: clocks are set at
 * whole ones only (Newfoundland's, until 2011, at 00:01).
 */
function nextCandidate(epochMs: number, timeZone: string): number {
  const clock = clockMs(epochMs, timeZone);
  const leftMs = HOUR_MS - (clock % HOUR_MS);
  if (clockMs(epochMs + leftMs, timeZone) === clock + leftMs) return epochMs + leftMs;
  return (Math.floor(epochMs / MINUTE_MS) + 1) * MINUTE_MS;
}

// The price of electricity at an instant: flat, or by hour and kind of day in the tariff's own zone. A period's days
// are those of the hour itself: `weekdays 22-6` holds on Monday 00:00-06:00 and not on Saturday 00:00-06:00. Left out:
// seasons, holidays, hourly series, demand charges.
import { clockMs } from '../kernel/clock.ts';
import type { TariffSpec } from './spec.ts';

type Period = Extract<TariffSpec, { kind: 'time-of-use' }>['periods'][number];

export function priceAt(tariff: TariffSpec, epochMs: number): number {
  if (tariff.kind === 'flat') return tariff.usdPerKwh;
  const clock = new Date(clockMs(epochMs, tariff.timeZone));
  const weekend = clock.getUTCDay() === 0 || clock.getUTCDay() === 6;
  const hour = clock.getUTCHours();
  return (tariff.periods.find((period) => holds(period, weekend, hour)) ?? tariff).usdPerKwh;
}

/** Equal hours are a whole day: 0-0 is 0-24. */
function holds({ days, fromHour, toHour }: Period, weekend: boolean, hour: number): boolean {
  if (days !== 'all' && (days === 'weekends') !== weekend) return false;
  return fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
}

/** Instants strictly between the two at which the price changes, increasing. */
export function priceChanges(tariff: TariffSpec, fromEpochMs: number, toEpochMs: number): number[] {
  if (tariff.kind === 'flat') return [];
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

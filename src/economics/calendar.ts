// Where a run's time is cut: ledger rows at local hours, metric windows at every row and at every change of price, so
// that a window belongs to one row and has one price. A row is 3,600 s of elapsed time from the first local full hour
// on: a day on which clocks change has 23 or 25 of them. Half-hour zones and half-hour changes need nothing special.
import { secondsToTicks } from '../kernel/ticks.ts';
import { clockMs } from '../kernel/clock.ts';
import type { TariffSpec } from './spec.ts';
import { priceChanges } from './tariff.ts';

const HOUR_MS = 3_600_000;
const HOUR_SECONDS = 3600;

export interface RunTimes {
  startEpochMs: number;
  timeZone: string;
  durationSeconds: number;
}

/** Seconds since the start at which rows begin: 0, the first full hour, then every 3,600 s. */
export function ledgerRowBounds({ startEpochMs, timeZone, durationSeconds }: RunTimes): number[] {
  const clock = clockMs(startEpochMs, timeZone);
  const firstHourSeconds = (Math.ceil(clock / HOUR_MS) * HOUR_MS - clock) / 1000;
  const bounds = firstHourSeconds > 0 ? [0] : [];
  for (let i = 0; firstHourSeconds + i * HOUR_SECONDS < durationSeconds; i++) {
    bounds.push(firstHourSeconds + i * HOUR_SECONDS);
  }
  return bounds;
}

/**
 * Seconds since the start at which metric windows end, increasing: multiples of `windowSeconds`, row bounds, changes
 * of price, and the end of the run. No two fall on the same tick.
 */
export function windowEnds(run: RunTimes & { windowSeconds: number; tariff: TariffSpec }): number[] {
  const { startEpochMs, durationSeconds, windowSeconds } = run;
  const ends: number[] = [];
  for (const epochMs of priceChanges(run.tariff, startEpochMs, startEpochMs + durationSeconds * 1000)) {
    ends.push((epochMs - startEpochMs) / 1000);
  }
  for (let i = 1; i * windowSeconds < durationSeconds; i++) ends.push(i * windowSeconds);
  // Last, so that of several numbers for the same tick the row's own bound is kept, to the last bit.
  ends.push(...ledgerRowBounds(run).slice(1), durationSeconds);
  const endsByTick = new Map(ends.map((end) => [secondsToTicks(end), end]));
  return [...endsByTick.values()].toSorted((a, b) => a - b);
}

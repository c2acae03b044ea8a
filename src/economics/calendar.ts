// Where the ledger's rows begin, and where metric windows must end so that no window straddles a row or a change of
// anything that is priced: electricity, grid intensity, temperature, spot price, the capital of a node as it ages. Rows
// follow the local clock: the first runs to the first full local hour, then one every 3,600 s, so a day on which clocks
// change has 23 or 25 of them. Half-hour zones and half-hour changes need nothing special.
import { clockMs } from '../kernel/clock.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import { HOURS_PER_YEAR } from './prices/capital.ts';
import { intensityChanges } from './carbon.ts';
import { temperatureChanges } from './prices/pue.ts';
import { spotPriceChanges } from './prices/rent.ts';
import type { CapitalSpec, EconomicsSpec } from './spec.ts';
import { priceChanges } from './prices/tariff.ts';

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

/** What may change while a run lasts. */
export type Changing = Pick<EconomicsSpec, 'tariff' | 'pue' | 'carbon' | 'rent' | 'capital'>;

/**
 * Seconds since the start at which metric windows end, increasing: multiples of `windowSeconds`, row bounds, changes
 * of price and the like, and the end of the run. No two fall on the same tick.
 */
export function windowEnds(run: RunTimes & { windowSeconds: number; economics: Changing }): number[] {
  const { startEpochMs, durationSeconds, windowSeconds, economics } = run;
  const ends = changesOf(economics, startEpochMs, startEpochMs + durationSeconds * 1000).map(
    (epochMs) => (epochMs - startEpochMs) / 1000,
  );
  ends.push(...capitalChanges(economics.capital, durationSeconds));
  for (let i = 1; i * windowSeconds < durationSeconds; i++) ends.push(i * windowSeconds);
  // Last, so that of several numbers for the same tick the row's own bound is kept, to the last bit.
  ends.push(...ledgerRowBounds(run).slice(1), durationSeconds);
  const endsByTick = new Map(ends.map((end) => [secondsToTicks(end), end]));
  return [...endsByTick.values()].toSorted((a, b) => a - b);
}

function changesOf({ tariff, pue, carbon, rent }: Changing, fromMs: number, toMs: number): number[] {
  return [
    ...priceChanges(tariff, fromMs, toMs),
    ...temperatureChanges(pue, fromMs, toMs),
    ...intensityChanges(carbon, fromMs, toMs),
    ...spotPriceChanges(rent, fromMs, toMs),
  ];
}

/** A declining balance changes with every year of age, and all methods end with the life. */
function capitalChanges({ method, lifeYears, ageYears }: CapitalSpec, durationSeconds: number): number[] {
  const ages = [lifeYears];
  if (method === 'declining-balance') {
    for (let age = Math.floor(ageYears) + 1; age < lifeYears; age++) ages.push(age);
  }
  return ages
    .map((age) => (age - ageYears) * HOURS_PER_YEAR * HOUR_SECONDS)
    .filter((seconds) => seconds > 0 && seconds < durationSeconds);
}

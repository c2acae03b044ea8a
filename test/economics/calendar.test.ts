import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerRowBounds, windowEnds } from '../../src/economics/calendar.ts';
import { clockMs } from '../../src/kernel/clock.ts';
import type { Series, TariffSpec } from '../../src/economics/spec.ts';
import { priceAt } from '../../src/economics/prices/tariff.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { economics } from '../support/economics.ts';

const flat = economics();

describe('ledger rows', () => {
  it('are the hours of a day that starts at a full one', () => {
    const bounds = ledgerRowBounds({
      startEpochMs: Date.UTC(2023, 0, 30),
      timeZone: 'UTC',
      durationSeconds: 86_400,
    });
    expect(bounds).toEqual(Array.from({ length: 24 }, (_, hour) => hour * 3600));
  });

  it('begin with a short one where the run starts inside an hour, and end with one', () => {
    const bounds = ledgerRowBounds({
      startEpochMs: Date.UTC(2023, 0, 30, 8, 45),
      timeZone: 'UTC',
      durationSeconds: 2 * 3600,
    });
    expect(bounds).toEqual([0, 900, 4500]);
  });

  it('follow the local hour, not the one of UTC', () => {
    const run = { startEpochMs: Date.UTC(2023, 0, 30), durationSeconds: 7200 };
    expect(ledgerRowBounds({ ...run, timeZone: 'Asia/Kolkata' })).toEqual([0, 1800, 5400]);
    expect(ledgerRowBounds({ ...run, timeZone: 'Asia/Kathmandu' })).toEqual([0, 900, 4500]);
  });

  it.each([
    ['23 rows when clocks go forward', Date.UTC(2023, 2, 25, 23), Date.UTC(2023, 2, 26, 22), 23],
    ['25 rows when they go back', Date.UTC(2023, 9, 28, 22), Date.UTC(2023, 9, 29, 23), 25],
  ])('of a day in Berlin: %s', (_, midnightMs, nextMidnightMs, rows) => {
    const durationSeconds = (nextMidnightMs - midnightMs) / 1000;
    const bounds = ledgerRowBounds({ startEpochMs: midnightMs, timeZone: 'Europe/Berlin', durationSeconds });
    expect(bounds).toHaveLength(rows);
    for (const bound of bounds) {
      expect(clockMs(midnightMs + bound * 1000, 'Europe/Berlin') % 3_600_000).toBe(0);
    }
  });

  it('are one row for a run shorter than the rest of its hour', () => {
    const run = { startEpochMs: Date.UTC(2023, 0, 30, 0, 10), timeZone: 'UTC', durationSeconds: 60 };
    expect(ledgerRowBounds(run)).toEqual([0]);
  });
});

describe('window ends', () => {
  it('are multiples of the window, row bounds, changes of price and the end', () => {
    const tariff: TariffSpec = {
      kind: 'time-of-use',
      timeZone: 'Asia/Kolkata', // 06:00 there is 00:30 UTC.
      usdPerKwh: 0.1,
      holidays: [],
      periods: [{ days: 'all', fromHour: 6, toHour: 7, usdPerKwh: 0.2 }],
    };
    const ends = windowEnds({
      startEpochMs: Date.UTC(2023, 0, 30, 0, 10),
      timeZone: 'UTC',
      durationSeconds: 6000,
      windowSeconds: 2000,
      economics: economics({ tariff }),
    });
    expect(ends).toEqual([1200, 2000, 3000, 4000, 4800, 6000]);
  });

  it('are changes of intensity, temperature, spot price and capital too', () => {
    const startEpochMs = Date.UTC(2023, 0, 30);
    const changing = (...atSeconds: number[]): Series => ({
      file: 'x.csv',
      startsEpochMs: [0, ...atSeconds].map((seconds) => startEpochMs + seconds * 1000),
      values: [0, ...atSeconds],
      endEpochMs: startEpochMs + 9000_000,
    });
    const plain = economics();
    const points = [{ load: 0, pue: 1.2 }];
    const ends = windowEnds({
      startEpochMs,
      timeZone: 'UTC',
      durationSeconds: 9000,
      windowSeconds: 9000,
      economics: {
        ...plain,
        carbon: { ...plain.carbon, gramsPerKwh: changing(900, 1800) },
        pue: {
          kind: 'curve',
          fullLoadWatts: 1,
          curves: [
            { celsius: 0, points },
            { celsius: 9, points },
          ],
          celsius: changing(2700),
        },
        rent: { ...plain.rent, spot: { share: 1, usdPerGpuHour: changing(4500) } },
        // A year of 8,760 h ends after an hour and a half; the life later than the run.
        capital: { ...plain.capital, method: 'declining-balance', ageYears: 2 - 1.5 / 8760, lifeYears: 3 },
      },
    });
    expect(ends.map((end) => Math.round(end * 1e6) / 1e6)).toEqual([
      900, 1800, 2700, 3600, 4500, 5400, 7200, 9000,
    ]);
  });

  it('of a day of minutes are 1,440', () => {
    const run = { startEpochMs: Date.UTC(2023, 0, 30), timeZone: 'UTC', durationSeconds: 86_400 };
    const ends = windowEnds({ ...run, windowSeconds: 60, economics: flat });
    expect(ends).toEqual(Array.from({ length: 1440 }, (_, i) => (i + 1) * 60));
  });

  it('never fall on one tick, though multiples of a tenth miss the full hours by rounding', () => {
    const run = { startEpochMs: Date.UTC(2023, 0, 30), timeZone: 'UTC', durationSeconds: 7200 };
    const ends = windowEnds({ ...run, windowSeconds: 0.1, economics: flat });
    expect(ends).toHaveLength(72_000);
  });

  it('hold for any start, zone, length and window: increasing, one price and one row in each', () => {
    const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe'];
    const arbitrary = fc.record({
      startEpochMs: fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2027, 0, 1) }),
      timeZone: fc.constantFrom(...zones),
      tariffZone: fc.constantFrom(...zones),
      durationSeconds: fc.double({ min: 1, max: 100_000, noNaN: true }),
      windowSeconds: fc.double({ min: 50, max: 5000, noNaN: true }),
      fromHour: fc.integer({ min: 0, max: 23 }),
      toHour: fc.integer({ min: 0, max: 24 }),
    });
    const check = fc.property(arbitrary, ({ tariffZone, fromHour, toHour, ...run }) => {
      const periods = [{ days: 'weekdays' as const, fromHour, toHour, usdPerKwh: 0.2 }];
      const tariff: TariffSpec = {
        kind: 'time-of-use',
        timeZone: tariffZone,
        usdPerKwh: 0.1,
        holidays: [],
        periods,
      };
      const ends = windowEnds({ ...run, economics: economics({ tariff }) });
      expect(ends.at(-1)).toBe(run.durationSeconds);
      const bounds = new Set(ledgerRowBounds(run).slice(1));
      for (const [i, end] of ends.entries()) {
        const start = i === 0 ? 0 : ends[i - 1];
        expect(secondsToTicks(end)).toBeGreaterThan(secondsToTicks(start));
        const startMs = Math.round(run.startEpochMs + start * 1000);
        const lastMs = Math.max(startMs, Math.round(run.startEpochMs + end * 1000) - 1);
        expect(priceAt(tariff, lastMs)).toBe(priceAt(tariff, startMs));
        bounds.delete(end);
      }
      expect([...bounds]).toEqual([]);
    });
    fc.assert(check, { numRuns: 60 });
  });
});

import { describe, expect, it } from 'vitest';
import type { TariffSpec } from '../../src/economics/spec.ts';
import { priceAt, priceChanges } from '../../src/economics/tariff.ts';

const HOUR_MS = 3_600_000;

/** Peak on weekday afternoons, cheap nights and weekends, otherwise 0.10. */
const berlin: TariffSpec = {
  kind: 'time-of-use',
  timeZone: 'Europe/Berlin',
  usdPerKwh: 0.1,
  periods: [
    { days: 'weekdays', fromHour: 16, toHour: 20, usdPerKwh: 0.3 },
    { days: 'all', fromHour: 22, toHour: 6, usdPerKwh: 0.05 },
    { days: 'weekends', fromHour: 0, toHour: 24, usdPerKwh: 0.07 },
  ],
};

/** 2023-01-30 is a Monday; Berlin is UTC+1 in winter. */
const mondayUtc = (hour: number, days = 0) => Date.UTC(2023, 0, 30 + days, hour);

describe('a time-of-use tariff', () => {
  it.each([
    ['Monday 15:59 local, before the peak', mondayUtc(15) - 1, 0.1],
    ['Monday 16:00 local, the first instant of the peak', mondayUtc(15), 0.3],
    ['Monday 19:59 local, its last', mondayUtc(19) - 1, 0.3],
    ['Monday 20:00 local', mondayUtc(19), 0.1],
    ['Monday 22:00 local, the night begins', mondayUtc(21), 0.05],
    ['Tuesday 05:00 local, the night has wrapped past midnight', mondayUtc(4, 1), 0.05],
    ['Tuesday 06:00 local', mondayUtc(5, 1), 0.1],
    ['Saturday 17:00 local, no weekday peak', mondayUtc(16, 5), 0.07],
    ['Saturday 23:00 local, the first period that matches wins', mondayUtc(22, 5), 0.05],
    ['Saturday 07:00 local, after the night', mondayUtc(6, 5), 0.07],
  ])('at %s', (_, epochMs, price) => {
    expect(priceAt(berlin, epochMs)).toBe(price);
  });

  it('takes the days of a period that wraps past midnight from the hour itself', () => {
    const nights: TariffSpec = {
      ...berlin,
      periods: [{ days: 'weekdays', fromHour: 22, toHour: 6, usdPerKwh: 0.05 }],
    };
    expect(priceAt(nights, mondayUtc(1))).toBe(0.05); // Monday 02:00
    expect(priceAt(nights, mondayUtc(1, 5))).toBe(0.1); // Saturday 02:00
  });

  it('changes at the edges of its periods, strictly within the run', () => {
    const changes = priceChanges(berlin, mondayUtc(5), mondayUtc(5, 1));
    expect(changes.map((epochMs) => (epochMs - mondayUtc(0)) / HOUR_MS)).toEqual([15, 19, 21]);
  });

  it('follows the clock through the night on which it is set', () => {
    // Berlin, Sunday 26 March 2023: 02:00 becomes 03:00 at 01:00 UTC, so 06:00 local is 04:00 UTC.
    const night: TariffSpec = {
      ...berlin,
      periods: [{ days: 'all', fromHour: 22, toHour: 6, usdPerKwh: 0.05 }],
    };
    const changes = priceChanges(night, Date.UTC(2023, 2, 25, 12), Date.UTC(2023, 2, 26, 12));
    expect(changes).toEqual([Date.UTC(2023, 2, 25, 21), Date.UTC(2023, 2, 26, 4)]);
  });

  it('finds edges in zones that are half an hour off', () => {
    const india: TariffSpec = {
      kind: 'time-of-use',
      timeZone: 'Asia/Kolkata',
      usdPerKwh: 0.1,
      periods: [{ days: 'all', fromHour: 18, toHour: 22, usdPerKwh: 0.2 }],
    };
    expect(priceChanges(india, mondayUtc(0), mondayUtc(24))).toEqual([
      mondayUtc(12) + HOUR_MS / 2,
      mondayUtc(16) + HOUR_MS / 2,
    ]);
  });
});

describe('a flat tariff', () => {
  it('never changes', () => {
    const flat: TariffSpec = { kind: 'flat', usdPerKwh: 0.08 };
    expect(priceAt(flat, 0)).toBe(0.08);
    expect(priceChanges(flat, 0, 1e12)).toEqual([]);
  });
});

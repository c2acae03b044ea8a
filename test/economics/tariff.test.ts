import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSeries } from '../../src/economics/prices/series.ts';
import type { TariffPeriod, TariffSpec } from '../../src/economics/spec.ts';
import { priceAt, priceChanges } from '../../src/economics/prices/tariff.ts';

const HOUR_MS = 3_600_000;

type TimeOfUse = Extract<TariffSpec, { kind: 'time-of-use' }>;

/** Peak on weekday afternoons, cheap nights and weekends, otherwise 0.10. */
const berlin: TimeOfUse = {
  kind: 'time-of-use',
  timeZone: 'Europe/Berlin',
  usdPerKwh: 0.1,
  holidays: [],
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
      holidays: [],
      periods: [{ days: 'all', fromHour: 18, toHour: 22, usdPerKwh: 0.2 }],
    };
    expect(priceChanges(india, mondayUtc(0), mondayUtc(24))).toEqual([
      mondayUtc(12) + HOUR_MS / 2,
      mondayUtc(16) + HOUR_MS / 2,
    ]);
  });
});

describe('holidays', () => {
  const tariff: TimeOfUse = {
    ...berlin,
    holidays: ['2023-01-31'],
    periods: [
      { days: 'holidays', fromHour: 0, toHour: 0, usdPerKwh: 0.01 },
      { days: 'weekdays', fromHour: 0, toHour: 0, usdPerKwh: 0.3 },
    ],
  };

  it('are neither weekdays nor weekends, from local midnight to local midnight', () => {
    expect(priceAt(tariff, mondayUtc(23) - 1)).toBe(0.3);
    expect(priceAt(tariff, mondayUtc(23))).toBe(0.01);
    expect(priceAt(tariff, mondayUtc(23, 1))).toBe(0.3);
    expect(priceChanges(tariff, mondayUtc(0), mondayUtc(0, 3))).toEqual([mondayUtc(23), mondayUtc(23, 1)]);
  });
});

describe('seasons', () => {
  const seasonal = (from: number, to: number): TimeOfUse => ({
    ...berlin,
    periods: [{ days: 'all', months: { from, to }, fromHour: 0, toHour: 24, usdPerKwh: 0.5 }],
  });
  const noonIn = (month: number) => Date.UTC(2023, month - 1, 15, 11);

  it.each([
    [6, 9, [6, 7, 8, 9]],
    [11, 2, [1, 2, 11, 12]],
    [4, 4, [4]],
  ])('from month %i to month %i', (from, to, expected) => {
    const months = Array.from({ length: 12 }, (_, i) => i + 1);
    expect(months.filter((month) => priceAt(seasonal(from, to), noonIn(month)) === 0.5)).toEqual(expected);
  });

  it('begin at local midnight', () => {
    const changes = priceChanges(seasonal(6, 9), Date.UTC(2023, 4, 31), Date.UTC(2023, 5, 2));
    expect(changes).toEqual([Date.UTC(2023, 4, 31, 22)]);
  });
});

describe('a flat tariff', () => {
  it('never changes', () => {
    const flat: TariffSpec = { kind: 'flat', usdPerKwh: 0.08 };
    expect(priceAt(flat, 0)).toBe(0.08);
    expect(priceChanges(flat, 0, 1e12)).toEqual([]);
  });
});

describe('a series of prices', () => {
  it('is read as it stands, negative prices included', () => {
    const text = 'time,price\n2023-01-30T00:00Z,0.1\n2023-01-30T01:00Z,-0.02\n2023-01-30T02:00Z,-0.02\n';
    const question = { from: mondayUtc(0), to: mondayUtc(3), what: 'price' };
    const tariff: TariffSpec = { kind: 'series', usdPerKwh: readSeries('prices.csv', text, question) };
    expect(priceAt(tariff, mondayUtc(1) - 1)).toBe(0.1);
    expect(priceAt(tariff, mondayUtc(1))).toBe(-0.02);
    expect(priceChanges(tariff, mondayUtc(0), mondayUtc(3))).toEqual([mondayUtc(1)]);
  });
});

const writers = new Map<string, Intl.DateTimeFormat>();
function writer(timeZone: string): Intl.DateTimeFormat {
  const numbers = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  const options = { timeZone, weekday: 'short', hourCycle: 'h23', ...numbers } as const;
  if (!writers.has(timeZone)) writers.set(timeZone, new Intl.DateTimeFormat('en-US', options));
  return writers.get(timeZone)!;
}

/** By the clock that Intl writes out, minute by minute. */
function obviousPrice(tariff: TimeOfUse, epochMs: number): number {
  const [weekday, date, time] = writer(tariff.timeZone).format(epochMs).split(', ');
  const [month, dayOfMonth, year] = date.split('/');
  const iso = `${year}-${month}-${dayOfMonth}`;
  const hour = Number(time.slice(0, 2));
  const weekend = ['Sat', 'Sun'].includes(weekday);
  const day = tariff.holidays.includes(iso) ? 'holidays' : weekend ? 'weekends' : 'weekdays';
  const listed = (from: number, to: number, size: number, closed: boolean) => {
    const list = [];
    for (let i = from; i !== to; i = (i + 1) % size) list.push(i);
    return closed ? [...list, to] : list.length === 0 ? Array.from({ length: size }, (_, i) => i) : list;
  };
  for (const period of tariff.periods) {
    if (period.days !== 'all' && period.days !== day) continue;
    if (!listed(period.fromHour % 24, period.toHour % 24, 24, false).includes(hour)) continue;
    const { months } = period;
    if (months && !listed(months.from - 1, months.to - 1, 12, true).includes(Number(month) - 1)) continue;
    return period.usdPerKwh;
  }
  return tariff.usdPerKwh;
}

it('agrees with a clock read minute by minute, in any zone, across days on which clocks change', () => {
  const period: fc.Arbitrary<TariffPeriod> = fc.record({
    days: fc.constantFrom('all' as const, 'weekdays' as const, 'weekends' as const, 'holidays' as const),
    months: fc.option(
      fc.record({ from: fc.integer({ min: 1, max: 12 }), to: fc.integer({ min: 1, max: 12 }) }),
      {
        nil: undefined,
      },
    ),
    fromHour: fc.integer({ min: 0, max: 23 }),
    toHour: fc.integer({ min: 0, max: 24 }),
    usdPerKwh: fc.integer({ min: -3, max: 9 }),
  });
  const arbitrary = fc.record({
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
    periods: fc.array(period, { maxLength: 3 }),
    // Around the changes of clocks of Berlin and of Lord Howe Island in 2023.
    startEpochMs: fc
      .constantFrom(Date.UTC(2023, 2, 25, 18), Date.UTC(2023, 9, 28, 18), Date.UTC(2023, 9, 1, 6))
      .chain((base) => fc.integer({ min: 0, max: 600 }).map((minutes) => base + minutes * 60_000)),
  });
  const check = fc.property(arbitrary, ({ timeZone, periods, startEpochMs }) => {
    const tariff: TimeOfUse = {
      kind: 'time-of-use',
      timeZone,
      usdPerKwh: 0,
      holidays: ['2023-03-26', '2023-10-29'],
      periods,
    };
    const changes = [];
    const minutes = 8 * 60;
    for (let i = 0, before = NaN; i < minutes; i++) {
      const epochMs = startEpochMs + i * 60_000;
      const price = obviousPrice(tariff, epochMs);
      if (i > 0 && price !== before) changes.push(epochMs);
      before = price;
      if (i % 30 === 0) expect(priceAt(tariff, epochMs)).toBe(price);
    }
    expect(priceChanges(tariff, startEpochMs, startEpochMs + minutes * 60_000)).toEqual(changes);
  });
  fc.assert(check, { numRuns: 12 });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesIn, readSeries, valueAt, type SeriesQuestion } from '../../src/economics/prices/series.ts';
import { isoLocal, isoUtc } from '../../src/kernel/clock.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2024, 2, 31);
const question: SeriesQuestion = { from: START, to: START + 3 * HOUR_MS, what: 'price in $/kWh' };
const rows = ['2024-03-31T00:00:00Z,0.1', '2024-03-31T01:00:00Z,-0.05', '2024-03-31T02:00:00Z,0.2'];
const read = (lines: readonly string[], more: Partial<SeriesQuestion> = {}) =>
  readSeries('prices.csv', lines.join('\n'), { ...question, ...more });

describe('a series', () => {
  it('holds each value until the next row, and the last for as long as the others', () => {
    const series = read(['time,price', ...rows]);
    expect(series).toEqual({
      file: 'prices.csv',
      startsEpochMs: [0, 1, 2].map((hour) => START + hour * HOUR_MS),
      values: [0.1, -0.05, 0.2],
      endEpochMs: START + 3 * HOUR_MS,
    });
    expect(valueAt(series, START + HOUR_MS - 1)).toBe(0.1);
    expect(valueAt(series, START + HOUR_MS)).toBe(-0.05);
    expect(valueAt(series, START + 3 * HOUR_MS - 1)).toBe(0.2);
    expect(() => valueAt(series, START + 3 * HOUR_MS)).toThrow('which it does not cover');
  });

  it('reads local times with offsets: the hour that comes twice when clocks go back is two rows', () => {
    const autumn = Date.UTC(2024, 9, 26, 23);
    const local = ['01:00:00+02:00,1', '02:00:00+02:00,2', '02:00:00+01:00,3', '03:00:00+01:00,4'];
    const lines = [
      'price,time',
      ...local.map((row) => `${row.split(',')[1]},2024-10-27T${row.split(',')[0]}`),
    ];
    const series = read(lines, { from: autumn, to: autumn + 4 * HOUR_MS });
    expect(series.values).toEqual([1, 2, 3, 4]);
    expect(series.startsEpochMs[2]).toBe(Date.UTC(2024, 9, 27, 1));
  });

  it('takes the column that is asked for, quotes, blank lines, a byte order mark, and a factor', () => {
    const lines = [
      '\uFEFF"time","load","price"',
      '2024-03-31 00:00+0000,7,"80"',
      '',
      '2024-03-31 01:00+0000,7,90',
      '',
    ];
    const series = read(lines, { column: 'price', factor: 0.001, to: START + 2 * HOUR_MS });
    expect(series.values).toEqual([0.08, 0.09]);
  });

  it('has quarters of an hour where the market has them', () => {
    const quarters = [0, 15, 30, 45].map(
      (minute) => `2024-03-31T00:${String(minute).padStart(2, '0')}Z,${minute}`,
    );
    const series = read(['time,price', ...quarters], { to: START + HOUR_MS });
    expect(series.endEpochMs).toBe(START + HOUR_MS);
    expect(changesIn(series, START, START + HOUR_MS)).toHaveLength(3);
  });
});

describe('what is wrong with a series is said with file and line', () => {
  it.each([
    [
      'a missing hour',
      [rows[0], rows[2]],
      'prices.csv:3: a row is missing before it, from 2024-03-31T01:00:00Z',
    ],
    ['a doubled hour', [rows[0], rows[0], rows[1]], 'prices.csv:3: 2024-03-31T00:00:00Z (UTC) comes twice'],
    [
      'rows out of order',
      [rows[1], rows[0], rows[2]],
      'prices.csv:3: 2024-03-31T00:00:00Z (UTC) comes before',
    ],
    [
      'half an hour too many',
      [...rows, '2024-03-31T02:30Z,1'],
      'prices.csv:5: 2024-03-31T02:30:00Z (UTC) is 30 minutes',
    ],
    [
      'no offset',
      ['2024-03-31T00:00:00,1'],
      'prices.csv:2: time "2024-03-31T00:00:00" has no offset from UTC; write',
    ],
    ['a day that is none', ['2024-06-31T00:00Z,1'], 'prices.csv:2: time is "2024-06-31T00:00Z"; write 2024'],
    ['a time that is none', ['yesterday,1'], 'prices.csv:2: time is "yesterday"; write 2024'],
    ['no number', ['2024-03-31T00:00Z,n/a'], 'prices.csv:2: the price in $/kWh is "n/a"; write a number'],
    ['nothing', ['2024-03-31T00:00Z,'], 'prices.csv:2: the price in $/kWh is ""; write a number'],
    [
      'infinity',
      ['2024-03-31T00:00Z,Infinity'],
      'prices.csv:2: the price in $/kWh is "Infinity"; write a number',
    ],
    ['a decimal comma', ['2024-03-31T00:00Z,0,08'], 'prices.csv:2: has 3 cells, the first line 2'],
    [
      'too few hours',
      rows.slice(0, 2),
      'prices.csv: covers 2024-03-31T00:00:00Z to 2024-03-31T02:00:00Z, the run',
    ],
    ['no rows', [], 'prices.csv: has no rows'],
  ])('%s', (_, body, message) => {
    expect(() => read(['time,price', ...body])).toThrow(message);
  });

  it.each([
    ['no time', 'price,load', 'prices.csv:1: has no column "time"'],
    [
      'nothing but time',
      'time',
      'prices.csv:1: has 0 columns beside the time (none); add one with the price in $/kWh',
    ],
    ['several values', 'time,DE,FR', 'prices.csv:1: has 2 columns beside the time ("DE", "FR"); say which'],
    ['semicolons', 'time;price', 'prices.csv:1: separates by semicolons'],
  ])('a first line with %s', (_, header, message) => {
    expect(() => read([header, ...rows])).toThrow(message);
  });

  it('a column that is not there, a value below the least', () => {
    expect(() => read(['time,price', ...rows], { column: 'cost' })).toThrow(
      'prices.csv:1: has no column "cost"',
    );
    expect(() => read(['time,price', ...rows], { min: 0 })).toThrow(
      'prices.csv:3: the price in $/kWh is -0.05',
    );
  });

  it('everything at once', () => {
    const lines = ['time,price', 'x,1', rows[0], '2024-03-31T01:00Z,y'];
    expect(() => read(lines)).toThrow(/prices\.csv:2: .*\nprices\.csv:4: /);
  });
});

it('gives the value of any instant as a search from the start does, and every change', () => {
  const arbitrary = fc.record({
    values: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 2, maxLength: 40 }),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns'),
    share: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  });
  const check = fc.property(arbitrary, ({ values, zone, share }) => {
    const start = Date.UTC(2024, 2, 30, 12);
    const times = values.map((_, i) => start + i * HOUR_MS);
    const lines = values.map(
      (value, i) => `${zone === 'UTC' ? isoUtc(times[i]) : isoLocal(times[i], zone)},${value}`,
    );
    const to = start + values.length * HOUR_MS;
    const series = read(['utc,v', ...lines], { from: start, to });
    const epochMs = start + Math.floor(share * (to - start));
    let expected = NaN;
    for (const [i, time] of times.entries()) if (time <= epochMs) expected = values[i];
    expect(valueAt(series, epochMs)).toBe(expected);
    const changes = times.filter((time, i) => i > 0 && values[i] !== values[i - 1] && time > epochMs);
    expect(changesIn(series, epochMs, to)).toEqual(changes);
  });
  fc.assert(check, { numRuns: 60 });
});

import { describe, expect, test } from 'vitest';
import { clockDate, clockMoment, clockTime, isNight, zoneName } from '../../src/ui/clock.ts';
import * as format from '../../src/ui/format.ts';
import { fit, lineWidth, plainText, spread, text, toAnsi } from '../../src/ui/line.ts';
import { formatPlainLine } from '../../src/ui/plain.ts';
import { flagshipDay, flagshipInfo } from './support/fixture.ts';

describe('numbers', () => {
  test('figures have three significant digits', () => {
    expect([0, 0.4123, 0.99951, 1.519, 9.996, 15.64, 99.96, 123.4, 3861.2].map(format.figure)).toEqual([
      '0.000',
      '0.412',
      '1.00',
      '1.52',
      '10.0',
      '15.6',
      '100',
      '123',
      '3,861',
    ]);
  });

  test('counts are exact below ten thousand', () => {
    expect([0, 212, 3861, 9999, 64_321, 849_499, 1_250_000, 250_000_000, 55e9].map(format.count)).toEqual([
      '0',
      '212',
      '3,861',
      '9,999',
      '64,300',
      '849,000',
      '1.25 M',
      '250 M',
      '55.0 G',
    ]);
  });

  test('money has cents where they matter', () => {
    expect([0, 0.0051, 0.588, 2.674, 99.99, 99.996, 443.4, 8163, 117_210, 1_234_567].map(format.usd)).toEqual(
      ['$0.00', '$0.00510', '$0.588', '$2.67', '$99.99', '$100', '$443', '$8,163', '$117,210', '$1.23 M'],
    );
  });

  test('attainment is rounded down, so that 100 % means every request', () => {
    expect([1, 0.999999, 0.99934, 0.9993, 0].map(format.attainment)).toEqual([
      '100.00 %',
      '99.99 %',
      '99.93 %',
      '99.93 %',
      '0.00 %',
    ]);
  });

  test('a missing value is a dash, not zero', () => {
    for (const shown of [
      format.figure,
      format.count,
      format.percent,
      format.attainment,
      format.usd,
      format.watts,
    ]) {
      expect(shown(NaN)).toBe('—');
    }
  });

  test('power, latency, times and axis labels carry their units', () => {
    expect([640, 812_000, 5_523_000].map(format.watts)).toEqual(['640 W', '812 kW', '5.52 MW']);
    expect([2, 1.84, 0.2, 0.0415].map(format.latency)).toEqual(['2 s', '1.84 s', '200 ms', '41.5 ms']);
    expect([12, 727, 3723].map(format.stopwatch)).toEqual(['0:12', '12:07', '1:02:03']);
    expect([12, 840, 12_000].map(format.span)).toEqual(['12 s', '14 min', '3 h 20 min']);
    expect([0, 500, 2500, 40_000, 1.2e6].map(format.compact)).toEqual(['0', '500', '2.5k', '40k', '1.2M']);
  });
});

describe('clock', () => {
  const at = (timeZone: string, iso: string) => ({
    ...flagshipInfo,
    timeZone,
    startEpochMs: Date.parse(iso),
  });

  test('shows the time of the scenario’s zone', () => {
    const start = '2023-01-30T14:23:00Z';
    expect(clockTime(at('UTC', start), 0)).toBe('14:23');
    expect(clockTime(at('America/Los_Angeles', start), 0)).toBe('06:23');
    expect(clockTime(at('Asia/Kolkata', start), 0)).toBe('19:53');
    expect(zoneName(at('UTC', start), 0)).toBe('UTC');
    expect(zoneName(at('America/Los_Angeles', start), 0)).toBe('PST');
  });

  test('follows daylight saving within a run', () => {
    const berlin = at('Europe/Berlin', '2023-03-26T00:30:00Z');
    expect([0, 1800].map((seconds) => clockTime(berlin, seconds))).toEqual(['01:30', '03:00']);
  });

  test('dates keep their width', () => {
    expect(clockDate(at('UTC', '2023-01-30T00:00:00Z'), 0)).toBe('Mon 30 Jan 2023');
    expect(clockDate(at('UTC', '2023-09-05T00:00:00Z'), 0)).toBe('Tue  5 Sep 2023');
  });

  test('windows shorter than a minute show seconds, runs longer than a day the day of the week', () => {
    expect(clockTime({ ...flagshipInfo, windowSeconds: 10 }, 70)).toBe('00:01:10');
    expect(clockMoment({ ...flagshipInfo, durationSeconds: 2 * 86_400 }, 86_400)).toBe('Tue 00:00');
  });

  test('night is from 22 to 6 o’clock', () => {
    expect([0, 5.9, 6, 12, 21.9, 22].map((hour) => isNight(flagshipInfo, hour * 3600))).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('lines', () => {
  test('are cut with an ellipsis and filled with blanks', () => {
    expect(plainText(fit([text('abc'), text('def', 'bold')], 5))).toBe('abcd…');
    expect(plainText(fit([text('abc')], 5))).toBe('abc  ');
    expect(plainText(spread([text('left')], [text('right')], 11))).toBe('left  right');
    expect(lineWidth(spread([text('left')], [text('right')], 7))).toBe(7);
  });

  test('without colours keep bold and dim', () => {
    const line = [text('a', 'broken'), text('b', 'bold'), text('c', 'dim')];
    expect(toAnsi(line, 'none')).toBe('a\x1b[1mb\x1b[22m\x1b[2mc\x1b[22m');
    expect(toAnsi(line, '16')).toContain('\x1b[31ma\x1b[39m');
  });
});

describe('plain lines', () => {
  const day = [...flagshipDay()];

  test('say time, progress, load, latency, SLO, cost and what is left, in columns', () => {
    expect(formatPlainLine(flagshipInfo, day[862])).toMatch(
      /^14:23 {3}59 % {4}3,8\d\d req\/s {2}p99 TTFT {2}1\.6\d s {2}SLO {2}99\.9\d % {4}\$8,2\d\d\/h {2}19 s left at 6.94M\/s$/,
    );
    const columns = [1, 300, 862, 1300].map((i) => formatPlainLine(flagshipInfo, day[i]).indexOf(' req/s'));
    expect(new Set(columns).size).toBe(1);
  });

  test('tell when a run drains, ends or waits', () => {
    expect(formatPlainLine(flagshipInfo, day[1440])).toMatch(/ {2}draining, \d+ requests left$/);
    expect(formatPlainLine(flagshipInfo, day[1441])).toMatch(/ {2}finished in 48 s$/);
    expect(formatPlainLine(flagshipInfo, { ...day[9], status: 'paused' })).toMatch(/ {2}paused$/);
  });
});

import { describe, expect, it } from 'vitest';
import {
  cronWindow,
  nextAfter,
  parseCron,
  type Cron,
} from '../../../../../src/policies/scaling/kubernetes/keda/cron.ts';

const next = (schedule: string, after: string, timeZone = 'UTC') => {
  const time = nextAfter(parseCron(schedule) as Cron, Date.parse(after), timeZone);
  return Number.isFinite(time) ? new Date(time).toISOString().slice(0, 16) : null;
};

describe('cron schedules', () => {
  it.each([
    ['* * * * *', '2025-03-03T10:00:00Z', '2025-03-03T10:01'],
    ['* * * * *', '2025-03-03T10:00:30Z', '2025-03-03T10:01'],
    ['0 8 * * *', '2025-03-03T07:59:59Z', '2025-03-03T08:00'],
    ['0 8 * * *', '2025-03-03T08:00:00Z', '2025-03-04T08:00'],
    ['*/15 9-17 * * 1-5', '2025-03-07T17:45:00Z', '2025-03-10T09:00'], // from Friday to Monday
    ['30 6,18 * * *', '2025-03-03T06:30:00Z', '2025-03-03T18:30'],
    ['5/20 * * * *', '2025-03-03T10:46:00Z', '2025-03-03T11:05'],
    ['0 0 1 JAN ?', '2025-03-03T00:00:00Z', '2026-01-01T00:00'],
    ['0 0 * * sun', '2025-03-03T00:00:00Z', '2025-03-09T00:00'],
    ['0 0 29 2 *', '2025-03-03T00:00:00Z', '2028-02-29T00:00'],
    ['@daily', '2025-03-03T00:00:00Z', '2025-03-04T00:00'],
    // Either day: the 13th or a Friday.
    ['0 0 13 * 5', '2025-03-08T00:00:00Z', '2025-03-13T00:00'],
    ['0 0 13 * 5', '2025-03-13T00:00:00Z', '2025-03-14T00:00'],
    // Every second day counts as restricted; any day with a step of one does not.
    ['0 0 */2 * 1', '2025-03-09T00:00:00Z', '2025-03-10T00:00'],
    ['0 0 */1 * 1', '2025-03-04T00:00:00Z', '2025-03-10T00:00'],
  ])('%s after %s is at %s', (schedule, after, expected) => expect(next(schedule, after)).toBe(expected));

  it('happen on the clock of their zone', () => {
    expect(next('0 8 * * *', '2025-01-15T00:00:00Z', 'America/New_York')).toBe('2025-01-15T13:00');
    expect(next('0 8 * * *', '2025-07-15T00:00:00Z', 'America/New_York')).toBe('2025-07-15T12:00');
    expect(next('30 0 * * *', '2025-01-15T00:00:00Z', 'Asia/Kolkata')).toBe('2025-01-15T19:00');
  });

  it('do not happen in an hour that the clocks skip, and happen twice in one that they repeat', () => {
    // New York: from 2:00 to 3:00 on 9 March 2025; from 2:00 back to 1:00 on 2 November.
    expect(next('30 2 * * *', '2025-03-09T05:00:00Z', 'America/New_York')).toBe('2025-03-10T06:30');
    expect(next('30 1 * * *', '2025-11-02T04:00:00Z', 'America/New_York')).toBe('2025-11-02T05:30');
    expect(next('30 1 * * *', '2025-11-02T05:30:00Z', 'America/New_York')).toBe('2025-11-02T06:30');
    expect(next('*/10 * * * *', '2025-11-02T05:55:00Z', 'America/New_York')).toBe('2025-11-02T06:00');
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * 32 * *',
    '* * * 13 *',
    '* * * * 7',
    '5-1 * * * *',
    '*/0 * * * *',
    '*-5 * * * *',
    'a * * * *',
    '1,,2 * * * *',
    '@every 1h',
    '0 0 30 2 *',
    '0 0 31 4,6 *',
  ])('%j is none', (schedule) => expect(parseCron(schedule)).toHaveProperty('problem'));
});

describe('between start and end', () => {
  const active = (at: string, start = '0 8 * * *', end = '0 18 * * *', zone = 'UTC') =>
    cronWindow(start, end, Date.parse(at), zone).active;

  it('the start belongs to it, the end does not', () => {
    expect(active('2025-03-03T07:59:59Z')).toBe(false);
    expect(active('2025-03-03T08:00:00Z')).toBe(true);
    expect(active('2025-03-03T17:59:59Z')).toBe(true);
    expect(active('2025-03-03T18:00:00Z')).toBe(false);
  });

  it('a night goes over midnight', () => {
    expect(active('2025-03-03T23:00:00Z', '0 22 * * *', '0 6 * * *')).toBe(true);
    expect(active('2025-03-03T05:59:00Z', '0 22 * * *', '0 6 * * *')).toBe(true);
    expect(active('2025-03-03T12:00:00Z', '0 22 * * *', '0 6 * * *')).toBe(false);
  });

  it('a week without its end of week', () => {
    expect(active('2025-03-08T12:00:00Z', '0 8 * * 1-5', '0 18 * * 1-5')).toBe(false);
    // From Monday to Friday evening.
    expect(active('2025-03-05T23:00:00Z', '0 8 * * 1', '0 18 * * 5')).toBe(true);
  });

  it('as in the original, a start that comes again before the end makes it inactive until then', () => {
    expect(active('2025-03-03T09:00:00Z', '0 8,12 * * *', '0 18 * * *')).toBe(false);
    expect(active('2025-03-03T13:00:00Z', '0 8,12 * * *', '0 18 * * *')).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { lastFiring, parseSchedule } from '../../../../src/policies/scaling/aws/cron.ts';
import { applySchedule, type ScheduledAction } from '../../../../src/policies/scaling/aws/schedule.ts';

/** Clock readings are written as UTC. */
const clock = (text: string) => Date.parse(`${text}Z`);

function last(schedule: string, now: string): string | null {
  const parsed = parseSchedule(schedule);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const firing = lastFiring(parsed, clock(now));
  return firing === null ? null : new Date(firing).toISOString().slice(0, 16);
}

// 1 May 2024 was a Wednesday.
describe('the last firing', () => {
  it.each([
    ['just now', '0 8 * * *', '2024-05-01T08:00:00', '2024-05-01T08:00'],
    ['a moment before: that of yesterday', '0 8 * * *', '2024-05-01T07:59:59', '2024-04-30T08:00'],
    ['every quarter of an hour', '*/15 * * * *', '2024-05-01T07:44:00', '2024-05-01T07:30'],
    ['from a minute on', '10/20 * * * *', '2024-05-01T07:44:00', '2024-05-01T07:30'],
    ['a list', '0 6,18 * * *', '2024-05-01T17:00:00', '2024-05-01T06:00'],
    ['a range of weekdays', '0 8 * * 1-5', '2024-05-05T12:00:00', '2024-05-03T08:00'],
    ['weekdays by name', '0 8 * * mon-fri', '2024-05-05T12:00:00', '2024-05-03T08:00'],
    ['Sunday is 0', '0 8 * * 0', '2024-05-01T12:00:00', '2024-04-28T08:00'],
    ['and 7', '0 8 * * 7', '2024-05-01T12:00:00', '2024-04-28T08:00'],
    ['a day of the month', '0 0 31 * *', '2024-05-01T12:00:00', '2024-03-31T00:00'],
    ['either day where both are given', '0 0 13 * 5', '2024-05-14T00:00:00', '2024-05-13T00:00'],
    ['a month by name', '0 0 1 JAN *', '2024-05-01T12:00:00', '2024-01-01T00:00'],
    ['29 February, years back', '0 0 29 2 *', '2023-05-01T12:00:00', '2020-02-29T00:00'],
    ['a day that never comes', '0 0 31 2 *', '2024-05-01T12:00:00', null],
    ['AWS counts weekdays from Sunday = 1', 'cron(0 8 ? * 2-6 *)', '2024-05-05T12:00:00', '2024-05-03T08:00'],
    ['AWS names them too', 'cron(0 8 ? * MON-FRI *)', '2024-05-05T12:00:00', '2024-05-03T08:00'],
    ['a year', 'cron(0 8 1 5 ? 2023)', '2024-05-05T12:00:00', '2023-05-01T08:00'],
    ['a year to come', 'cron(0 8 1 5 ? 2030)', '2024-05-05T12:00:00', null],
    ['at a moment', 'at(2024-05-01T08:00:00)', '2024-05-05T12:00:00', '2024-05-01T08:00'],
    ['at a moment to come', 'at(2024-05-06T08:00:00)', '2024-05-05T12:00:00', null],
  ])('%s', (_, schedule, now, firing) => expect(last(schedule, now)).toBe(firing));

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    '1/2/3 * * * *',
    'a * * * *',
    '1, * * * *',
    'cron(0 8 * * *)',
    'cron(0 8 * * MON *)',
    'cron(0 8 ? * ? *)',
    'at(2024-05-01)',
    'at(2024-13-01T00:00:00)',
    'rate(5 minutes)',
  ])('%s is no schedule', (schedule) => expect(parseSchedule(schedule)).toHaveProperty('problem'));
});

describe('scheduled actions', () => {
  const action = (schedule: string, changes: Partial<ScheduledAction>): ScheduledAction => ({
    schedule,
    timeZone: null,
    minCapacity: null,
    maxCapacity: null,
    desiredCapacity: null,
    ...changes,
  });
  const day = action('0 8 * * *', { minCapacity: 10, maxCapacity: 40 });
  const night = action('0 20 * * *', { minCapacity: 2, maxCapacity: 5 });
  const base = { timeZone: 'UTC', sinceEpochMs: null, capacity: 3, minCapacity: 1, maxCapacity: 50 };

  it.each([
    [
      'at night the night’s bounds hold',
      '2024-05-01T07:59:00',
      3,
      { minCapacity: 2, maxCapacity: 5, desiredCapacity: 3 },
    ],
    [
      'in the morning the lower bound lifts',
      '2024-05-01T08:00:00',
      3,
      { minCapacity: 10, maxCapacity: 40, desiredCapacity: 10 },
    ],
    [
      'in the evening the upper bound lowers',
      '2024-05-01T20:00:00',
      30,
      { minCapacity: 2, maxCapacity: 5, desiredCapacity: 5 },
    ],
  ])('%s', (_, now, capacity, result) => {
    expect(applySchedule({ ...base, capacity, actions: [day, night], epochMs: clock(now) })).toMatchObject(
      result,
    );
  });

  it('between two looks only what fired in between is done', () => {
    const looks = { ...base, actions: [day, night], minCapacity: 10, maxCapacity: 40, capacity: 12 };
    const since = clock('2024-05-01T08:00:00');
    const quiet = applySchedule({ ...looks, sinceEpochMs: since, epochMs: since + 60_000 });
    expect(quiet).toEqual({ minCapacity: 10, maxCapacity: 40, desiredCapacity: 12, fired: [] });
    const evening = applySchedule({ ...looks, sinceEpochMs: since, epochMs: clock('2024-05-01T20:00:00') });
    expect(evening).toMatchObject({ desiredCapacity: 5, fired: ['0 20 * * *'] });
  });

  it('one that gives the capacity sets it', () => {
    const actions = [action('0 8 * * *', { desiredCapacity: 25 })];
    const result = applySchedule({ ...base, actions, epochMs: clock('2024-05-01T09:00:00') });
    expect(result).toMatchObject({ desiredCapacity: 25, minCapacity: 1, maxCapacity: 50 });
  });

  it('a lower bound above the upper one takes it along', () => {
    const actions = [action('0 8 * * *', { minCapacity: 60 })];
    const result = applySchedule({ ...base, actions, epochMs: clock('2024-05-01T09:00:00') });
    expect(result).toMatchObject({ minCapacity: 60, maxCapacity: 60, desiredCapacity: 60 });
  });

  it('follows the clocks of its zone, in summer and in winter', () => {
    const berlin = { ...base, timeZone: 'Europe/Berlin', actions: [day, night] };
    const lowest = (now: string) => applySchedule({ ...berlin, epochMs: clock(now) }).minCapacity;
    expect(lowest('2024-05-01T06:00:00')).toBe(10);
    expect(lowest('2024-05-01T05:59:00')).toBe(2);
    expect(lowest('2024-01-01T07:00:00')).toBe(10);
    expect(lowest('2024-01-01T06:59:00')).toBe(2);
  });

  it('a time that the clock jumps over fires right after the jump', () => {
    const actions = [action('30 2 * * *', { minCapacity: 9 })];
    // 31 March 2024: at 01:00 UTC clocks in Berlin go from 02:00 to 03:00.
    const berlin = {
      ...base,
      timeZone: 'Europe/Berlin',
      actions,
      sinceEpochMs: clock('2024-03-31T00:59:00'),
    };
    expect(applySchedule({ ...berlin, epochMs: clock('2024-03-31T01:00:00') }).minCapacity).toBe(9);
  });
});

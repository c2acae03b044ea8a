// Round clock times of the scenario's zone, on days of 23 and 25 hours too; nights; a drain that would squeeze the day.
import { expect, it } from 'vitest';
import { dateText, timeAxis } from '../../../src/report/html/charts/time-axis.ts';

const DAY = 86_400;

function axisOf(start: string, timeZone: string, dayEndSeconds: number, endSeconds = dayEndSeconds) {
  return timeAxis({ startEpochMs: Date.parse(start), timeZone, dayEndSeconds, endSeconds });
}

const labels = (axis: ReturnType<typeof timeAxis>, countMax: number) =>
  axis.ticks(countMax).map(({ label }) => label);

it('marks a day every three hours where nine marks have room, every six hours on a phone', () => {
  const axis = axisOf('2023-01-30T00:00:00Z', 'UTC', DAY);
  expect(labels(axis, 9)).toEqual([
    '00:00',
    '03:00',
    '06:00',
    '09:00',
    '12:00',
    '15:00',
    '18:00',
    '21:00',
    '00:00',
  ]);
  expect(labels(axis, 5)).toEqual(['00:00', '06:00', '12:00', '18:00', '00:00']);
});

it('marks round local times where the zone is half an hour off', () => {
  const axis = axisOf('2024-05-14T00:00:00Z', 'Asia/Kathmandu', 6 * 3600);
  // 00:00 UTC is 05:45 there.
  expect(axis.ticks(4)[0]).toEqual({ seconds: 900, label: '06:00' });
  expect(axis.clock(0)).toBe('05:45');
});

it('steps over the hour that a spring night lacks, and shows the one that an autumn night has twice', () => {
  const spring = axisOf('2024-03-31T00:00:00+01:00', 'Europe/Berlin', 6 * 3600);
  expect(labels(spring, 8)).toEqual(['00:00', '01:00', '03:00', '04:00', '05:00', '06:00', '07:00']);
  const autumn = axisOf('2024-10-27T00:00:00+02:00', 'Europe/Berlin', 4 * 3600);
  expect(labels(autumn, 5)).toEqual(['00:00', '01:00', '02:00', '02:00', '03:00']);
});

it('names days where a run is longer', () => {
  const week = axisOf('2023-01-30T00:00:00Z', 'UTC', 7 * DAY);
  expect(labels(week, 9).slice(0, 3)).toEqual(['Mon 30', 'Tue 31', 'Wed 1']);
  expect(week.clock(DAY + 60)).toBe('Tue 31 00:01');
  const year = axisOf('2023-01-01T00:00:00Z', 'UTC', 365 * DAY);
  expect(labels(year, 9)[1]).toBe('26 Feb');
  expect(year.clock(31 * DAY)).toBe('Wed 1 Feb 00:00');
  expect(dateText(Date.parse('2023-01-30T23:30:00Z'), 'Europe/Berlin')).toBe('Tue 31 Jan 2023');
});

it('shades from 22 to 6 o’clock', () => {
  expect(axisOf('2023-01-30T00:00:00Z', 'UTC', DAY).nights).toEqual([
    { fromSeconds: 0, toSeconds: 6 * 3600 },
    { fromSeconds: 22 * 3600, toSeconds: DAY },
  ]);
});

it('cuts a drain off that takes longer than a quarter of the day', () => {
  expect(axisOf('2023-01-30T00:00:00Z', 'UTC', 7200, 7300).toSeconds).toBe(7300);
  expect(axisOf('2023-01-30T00:00:00Z', 'UTC', 7200, 1e7).toSeconds).toBe(9000);
});

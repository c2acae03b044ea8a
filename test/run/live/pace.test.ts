import { expect, test } from 'vitest';
import { atSpeed, shown, unhurried, waitMs } from '../../../src/run/live/pace.ts';

test('as fast as it can waits for nothing', () => {
  expect(waitMs(unhurried, 1e9, 0)).toBe(0);
});

test('a minute a second: windows of a minute are shown a second apart', () => {
  let pace = atSpeed(unhurried, 60, 5000);
  expect(waitMs(pace, 60, 5000)).toBe(1000);
  expect(waitMs(pace, 60, 5600)).toBe(400);
  pace = shown(pace, 60, 6000);
  expect(waitMs(pace, 120, 6000)).toBe(1000);
});

test('a timer that is some milliseconds late delays nothing in the long run', () => {
  let pace = atSpeed(unhurried, 60, 0);
  for (let minute = 1; minute <= 100; minute++) {
    const now = (minute - 1) * 1000 + (minute > 1 ? 7 : 0);
    pace = shown(pace, minute * 60, now + waitMs(pace, minute * 60, now) + 7);
  }
  expect(waitMs(pace, 101 * 60, 100_007)).toBeCloseTo(993, 6);
});

test('a run that could not keep up is not hurried afterwards', () => {
  let pace = atSpeed(unhurried, 60, 0);
  pace = shown(pace, 60, 10_000);
  expect(waitMs(pace, 120, 10_000)).toBe(1000);
});

test('a change of speed counts from the moment it is made', () => {
  let pace = shown(atSpeed(unhurried, 60, 0), 60, 1000);
  pace = atSpeed(pace, 600, 1500);
  expect(waitMs(pace, 120, 1500)).toBe(100);
});

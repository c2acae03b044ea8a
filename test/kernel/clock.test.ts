import { describe, expect, it } from 'vitest';
import { isoLocal, isoUtc } from '../../src/kernel/clock.ts';

describe('clock times', () => {
  const instant = Date.UTC(2023, 0, 30, 14, 5, 9);

  it('are written in UTC without empty fractions of a second', () => {
    expect(isoUtc(instant)).toBe('2023-01-30T14:05:09Z');
    expect(isoUtc(instant + 250)).toBe('2023-01-30T14:05:09.250Z');
  });

  it.each([
    ['UTC', '2023-01-30T14:05:09+00:00'],
    ['Europe/Berlin', '2023-01-30T15:05:09+01:00'],
    ['America/Los_Angeles', '2023-01-30T06:05:09-08:00'],
    ['Asia/Kolkata', '2023-01-30T19:35:09+05:30'],
    ['Asia/Kathmandu', '2023-01-30T19:50:09+05:45'],
    ['America/St_Johns', '2023-01-30T10:35:09-03:30'],
    ['Pacific/Kiritimati', '2023-01-31T04:05:09+14:00'],
  ])('carry the offset of %s', (timeZone, expected) => {
    expect(isoLocal(instant, timeZone)).toBe(expected);
  });

  it('name the same instant in every zone', () => {
    for (const timeZone of ['Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe']) {
      expect(Date.parse(isoLocal(instant, timeZone))).toBe(instant);
    }
  });

  it('read 00, not 24, at midnight', () => {
    expect(isoLocal(Date.UTC(2023, 0, 30), 'UTC')).toBe('2023-01-30T00:00:00+00:00');
  });
});

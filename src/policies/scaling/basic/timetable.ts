// How many replicas a weekly timetable says: the entry that began last, on the clocks of a zone, holds. Times that a
// clock jumps over begin right after the jump.
import { clockMs } from '../../../kernel/clock.ts';

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface TimetableEntry {
  /** `HH:MM`, 00:00 to 23:59. */
  at: string;
  /** Null: every day. */
  days: readonly Weekday[] | null;
  replicas: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1 January 1970 was a Thursday. */
const FIRST_SUNDAY_MS = 3 * DAY_MS;

export const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Of entries that begin at the same time the last in the list. */
export function timetableEntry(
  entries: readonly TimetableEntry[],
  epochMs: number,
  timeZone: string,
): { replicas: number; at: string; day: Weekday } {
  const clock = clockMs(epochMs, timeZone);
  const inWeek = (((clock - FIRST_SUNDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS;
  let best = { age: Infinity, replicas: 0, at: '', day: WEEKDAYS[0] as Weekday };
  for (const { at, days, replicas } of entries) {
    for (const day of days ?? WEEKDAYS) {
      const begin = WEEKDAYS.indexOf(day) * DAY_MS + minuteOf(at) * MINUTE_MS;
      const age = inWeek >= begin ? inWeek - begin : inWeek - begin + WEEK_MS;
      if (age <= best.age) best = { age, replicas, at, day };
    }
  }
  const { age: _, ...entry } = best;
  return entry;
}

function minuteOf(at: string): number {
  const [hours, minutes] = at.split(':').map(Number);
  return hours * 60 + minutes;
}

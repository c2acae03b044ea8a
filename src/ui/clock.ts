// Simulated time as people in the scenario's IANA time zone read it. Seconds are since the start of the run; the
// zone's rules (daylight saving included) come from the JavaScript engine.
import type { RunInfo } from '../run/snapshot.ts';

type When = Pick<RunInfo, 'startEpochMs' | 'timeZone' | 'windowSeconds' | 'durationSeconds'>;

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(when: When, seconds: number): Record<string, string> {
  let format = formats.get(when.timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: when.timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
    formats.set(when.timeZone, format);
  }
  const named: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(when.startEpochMs + seconds * 1000)) named[type] = value;
  return named;
}

/** 14:23, with seconds where windows are shorter than a minute. */
export function clockTime(when: When, seconds: number): string {
  const { hour, minute, second } = parts(when, seconds);
  return when.windowSeconds < 60 ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

/** As clockTime, with the day of the week before it where a run is longer than a day: Tue 14:23. */
export function clockMoment(when: When, seconds: number): string {
  const time = clockTime(when, seconds);
  return when.durationSeconds > 86_400 ? `${parts(when, seconds).weekday} ${time}` : time;
}

/** Mon 30 Jan 2023; the day is two cells wide so that what follows stays put. */
export function clockDate(when: When, seconds: number): string {
  const { weekday, day, month, year } = parts(when, seconds);
  return `${weekday} ${day.padStart(2)} ${month} ${year}`;
}

export function zoneName(when: When, seconds: number): string {
  return parts(when, seconds).timeZoneName;
}

/** Seconds since local midnight by the clock on the wall, and the day's short name: for axes. */
export function localTime(when: When, seconds: number): { secondOfDay: number; day: string } {
  const { hour, minute, second, weekday, day } = parts(when, seconds);
  return {
    secondOfDay: Number(hour) * 3600 + Number(minute) * 60 + Number(second),
    day: `${weekday} ${day}`,
  };
}

/** Between 22 and 6 o'clock local time. */
export function isNight(when: When, seconds: number): boolean {
  const { secondOfDay } = localTime(when, seconds);
  return secondOfDay >= 22 * 3600 || secondOfDay < 6 * 3600;
}

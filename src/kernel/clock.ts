// Clock readings in an IANA time zone, from the zone data that comes with Node (Intl). Valid for every offset since
// 1972: whole minutes, daylight saving included. Left out: leap seconds, which POSIX time does not have either.

/** The zone's clock at that instant, as if it were a UTC time stamp: read it with Date's getUTC methods. */
export function clockMs(epochMs: number, timeZone: string): number {
  // Most scenarios have no other zone, and the first formatter takes 20 ms to build.
  if (timeZone === 'UTC') return epochMs;
  const part: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(epochMs)) part[type] = Number(value);
  const wholeSeconds = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return wholeSeconds + (epochMs - Math.floor(epochMs / 1000) * 1000);
}

/** `2023-01-30T14:00:00Z`; fractions of a second only where there are some. */
export function isoUtc(epochMs: number): string {
  return isoClock(Math.round(epochMs)) + 'Z';
}

/** `2023-01-30T15:00:00+01:00`. */
export function isoLocal(epochMs: number, timeZone: string): string {
  const instant = Math.round(epochMs);
  const clock = clockMs(instant, timeZone);
  const offsetMinutes = Math.round((clock - instant) / 60_000);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(offsetMinutes) / 60);
  return `${isoClock(clock)}${sign}${twoDigits(hours)}:${twoDigits(Math.abs(offsetMinutes) % 60)}`;
}

function isoClock(clock: number): string {
  return new Date(clock).toISOString().replace('.000', '').slice(0, -1);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Building a formatter costs more than using it a hundred times. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

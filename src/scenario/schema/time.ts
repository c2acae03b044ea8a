// Dates and time zones as a scenario writes them. A moment is a date with an optional time, on the clocks of a zone or
// with an explicit offset. Years 1973 to 2100: before, one zone's offset
// (Africa/Monrovia) had seconds.
import { z } from 'zod';
import { clockMs } from '../../kernel/clock.ts';
import { nearest } from '../../settings/suggest.ts';
import { isZone } from '../../settings/zone.ts';

const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?(Z|[+-]\d\d:\d\d)?$/;
const HOUR_MS = 3_600_000;

export function zone(description: string) {
  return z
    .string({ error: () => 'must be the name of a time zone; write e.g. UTC or Europe/Berlin' })
    .refine(isZone, {
      error: ({ input }) => {
        const near = nearest(String(input), Intl.supportedValuesOf('timeZone'));
        return `unknown time zone; ${near ? `did you mean ${near}?` : 'write an IANA name, e.g. UTC or Europe/Berlin'}`;
      },
    })
    .meta({ description });
}

function noMoment(): string {
  return 'is not a date and time from 1973 to 2100; write e.g. 2023-01-30T00:00:00 (or with Z or +01:00)';
}

export function moment(description: string) {
  return z.string({ error: noMoment }).refine(isMoment, { error: noMoment }).meta({ description });
}

export function isMoment(text: string): boolean {
  return asUtcMs(text) !== undefined;
}

/** Milliseconds since the epoch, or why the zone's clocks do not show that moment just once. */
export function epochMsOf(text: string, timeZone: string): number | { problem: string } {
  const wanted = asUtcMs(text)!;
  const offset = MOMENT.exec(text)![7];
  if (offset === 'Z') return wanted;
  if (offset !== undefined) return wanted - offsetMs(offset);
  // Clocks are within 26 hours of each other, and change by less than a day.
  const offsets = new Set([-26, 26].map((hours) => clockOffsetMs(wanted + hours * HOUR_MS, timeZone)));
  const found = [...offsets].map((ms) => wanted - ms).filter((epoch) => clockMs(epoch, timeZone) === wanted);
  if (found.length === 1) return found[0];
  const often = found.length === 0 ? 'never comes' : 'comes twice';
  return {
    problem: `${often} in ${timeZone}, where clocks change then; write it with an offset, e.g. ${text}Z`,
  };
}

function clockOffsetMs(epochMs: number, timeZone: string): number {
  return clockMs(epochMs, timeZone) - epochMs;
}

function offsetMs(offset: string): number {
  const [hours, minutes] = offset.slice(1).split(':').map(Number);
  return (offset[0] === '-' ? -1 : 1) * (hours * HOUR_MS + minutes * 60_000);
}

/** The written clock time as if it were UTC; undefined if there is no such date. */
function asUtcMs(text: string): number | undefined {
  const match = MOMENT.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const epochMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(epochMs);
  const isReal = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24;
  const isMeant = minute < 60 && second < 60 && year >= 1973 && year <= 2100;
  const offset = match[7] ?? 'Z';
  const isOffset = offset === 'Z' || Math.abs(offsetMs(offset)) <= 14 * HOUR_MS;
  return isReal && isMeant && isOffset ? epochMs : undefined;
}

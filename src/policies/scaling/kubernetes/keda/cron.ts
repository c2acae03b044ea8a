// Five-field cron schedules in a time zone, as KEDA's cron trigger reads them (robfig/cron v3): minute, hour, day of
// month, month, day of week (0-6, Sunday is 0); lists, ranges, steps, names, `?` and @hourly … @yearly. Where both days
// are restricted, either fits. A local time that a change of clocks skips does not happen; one that it repeats happens
// twice. Left out: seconds, @every, a zone within the expression.
import { z } from 'zod';
import { clockMs } from '../../../../kernel/clock.ts';
import { cronNumbers, fitsDay, MONTHS, WEEKDAYS, type CronDays, type CronField } from '../../cron.ts';

const FIELDS: readonly (CronField & { name: string })[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: WEEKDAYS },
];

const NICKNAMES: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_MS = 86_400_000;
/** From one 29 February to the next there are eight years at most. */
const DAYS_AHEAD = 8 * 366 + 1;
/** Clocks are changed by less. */
const SHIFT_MS = 3 * 3_600_000;

export interface Cron extends CronDays {
  minutes: readonly number[];
  hours: readonly number[];
}

export function parseCron(text: string): Cron | { problem: string } {
  const words = (NICKNAMES[text.trim()] ?? text).trim().split(/\s+/);
  if (words.length !== FIELDS.length) return { problem: `has ${words.length} fields, not 5` };
  const values: number[][] = [];
  for (const [i, word] of words.entries()) {
    const parsed = cronNumbers(word, FIELDS[i]);
    if (!parsed) return { problem: `"${word}" is no ${FIELDS[i].name}` };
    values.push(parsed);
  }
  const [minutes, hours, days, months, weekdays] = values;
  // A day must fit both fields if one of them is any day.
  const eitherDay = ![words[2], words[4]].some((word) => word.split(',').some(isAny));
  const exists = months.some((month) => days.some((day) => day <= DAYS_OF_MONTH[month - 1]));
  if (!eitherDay && !exists) return { problem: 'never happens' };
  const sets = { days: new Set(days), months: new Set(months), weekdays: new Set(weekdays) };
  return { minutes, hours, ...sets, eitherDay };
}

/** `*`, or with a step of one. */
function isAny(part: string): boolean {
  return /^[*?](\/0*1)?$/.test(part);
}

/** The next time strictly after, in milliseconds since 1970; Infinity if there is none in eight years. */
export function nextAfter(cron: Cron, epochMs: number, timeZone: string): number {
  const local = epochMs + offsetMs(epochMs, timeZone);
  const firstDay = Math.floor(local / DAY_MS) - 1;
  let best = Infinity;
  for (let day = firstDay; day < firstDay + DAYS_AHEAD; day++) {
    if (best < Infinity && day * DAY_MS > best + offsetMs(best, timeZone)) break;
    if (!fitsDay(cron, new Date(day * DAY_MS))) continue;
    for (const wanted of timesOf(cron, day * DAY_MS)) {
      if (wanted < local - SHIFT_MS) continue;
      if (best < Infinity && wanted > local + SHIFT_MS) break;
      for (const time of instantsOf(wanted, timeZone)) if (time > epochMs) best = Math.min(best, time);
    }
  }
  return best;
}

function* timesOf({ hours, minutes }: Cron, dayMs: number): Generator<number> {
  for (const hour of hours) for (const minute of minutes) yield dayMs + (hour * 60 + minute) * 60_000;
}

/** When the clocks of the zone show `localMs`: once, never or twice. */
function instantsOf(localMs: number, timeZone: string): number[] {
  const offsets = [offsetMs(localMs - DAY_MS, timeZone), offsetMs(localMs + DAY_MS, timeZone)];
  const instants = [...new Set(offsets)].map((offset) => localMs - offset);
  return instants.filter((instant) => instant + offsetMs(instant, timeZone) === localMs);
}

/** Local time of the zone less UTC. */
function offsetMs(epochMs: number, timeZone: string): number {
  return clockMs(epochMs, timeZone) - epochMs;
}

export const cronKey = (description: string) =>
  z
    .string({ error: () => 'must be a cron schedule; write e.g. 0 8 * * 1-5' })
    .superRefine((text, context) => {
      const parsed = parseCron(text);
      if (!('problem' in parsed)) return;
      context.addIssue({ code: 'custom', message: `${parsed.problem}; write e.g. 0 8 * * 1-5` });
    })
    .meta({ description });

export interface CronWindow {
  active: boolean;
  nextStartMs: number;
  nextEndMs: number;
}

/** Between a start and an end: where the next end comes no later than the next start. */
export function cronWindow(start: string, end: string, epochMs: number, timeZone: string): CronWindow {
  const [startCron, endCron] = [parseCron(start), parseCron(end)];
  if ('problem' in startCron || 'problem' in endCron) throw new Error(`no schedule: ${start}, ${end}`);
  const nextStartMs = nextAfter(startCron, epochMs, timeZone);
  const nextEndMs = nextAfter(endCron, epochMs, timeZone);
  return { active: nextEndMs <= nextStartMs, nextStartMs, nextEndMs };
}

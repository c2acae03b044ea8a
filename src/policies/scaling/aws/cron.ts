// When a schedule last fired, on the clock of a zone: Unix cron of five fields (EC2 Auto Scaling), `cron(…)` of six and
// `at(…)` (Application Auto Scaling). A time that the clock jumps over fires right after the jump.
// Left out: L, W and #, and rate(…), which no capacity plan of a day needs.
// Source: docs.aws.amazon.com/scheduler (cron and at expressions, 2024), crontab(5).
import { cronNumbers, fitsDay, MONTHS, WEEKDAYS, type CronDays, type CronField } from '../cron.ts';

export type Schedule =
  | { kind: 'at'; clockMs: number }
  | ({
      kind: 'cron';
      minutes: ReadonlySet<number>;
      hours: ReadonlySet<number>;
      years: ReadonlySet<number> | null;
    } & CronDays);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 29 February comes round within eight years. */
const DAYS_BACK_MAX = 366 * 8;

/** What is wrong is `what is wrong; how to mend it`. */
export function parseSchedule(text: string): Schedule | { problem: string } {
  const called = /^(cron|at)\((.*)\)$/.exec(text.trim());
  if (called?.[1] === 'at') return parseAt(called[2]);
  const fields = (called?.[2] ?? text).trim().split(/\s+/);
  const isAws = called !== null;
  if (fields.length !== (isAws ? 6 : 5)) {
    return {
      problem:
        'is no schedule; write e.g. "0 8 * * 1-5", "cron(0 8 ? * MON-FRI *)" or "at(2024-05-01T08:00:00)"',
    };
  }
  const [minute, hour, day, month, weekday, year = '*'] = fields.map((field) => field.toUpperCase());
  const read = [
    numbersOf(minute, { min: 0, max: 59 }),
    numbersOf(hour, { min: 0, max: 23 }),
    numbersOf(day, { min: 1, max: 31 }),
    numbersOf(month, { min: 1, max: 12, names: MONTHS }),
    // AWS counts from Sunday = 1, Unix from Sunday = 0 (and 7).
    numbersOf(weekday, isAws ? { min: 1, max: 7, names: WEEKDAYS } : { min: 0, max: 7, names: WEEKDAYS }),
    numbersOf(year, { min: 1970, max: 2199 }),
  ];
  const wrong = read.indexOf(undefined);
  if (wrong >= 0)
    return { problem: `has "${fields[wrong]}" as field ${wrong + 1}, which is none; correct it` };
  if (isAws && (day === '?') === (weekday === '?')) {
    return { problem: 'needs ? for the day of the month or for the day of the week, not both; write one ?' };
  }
  const [minutes, hours, days, months, weekdays, years] = read.map((numbers) => new Set(numbers));
  return {
    kind: 'cron',
    minutes,
    hours,
    days,
    months,
    weekdays: new Set([...weekdays].map((number) => (isAws ? number - 1 : number % 7))),
    years: year === '*' ? null : years,
    // Unix: with both days and weekdays given, either will do.
    eitherDay: !isAws && !day.startsWith('*') && !weekday.startsWith('*'),
  };
}

function parseAt(text: string): Schedule | { problem: string } {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text);
  const clockMs = isTime ? Date.parse(`${text}Z`) : NaN;
  return Number.isNaN(clockMs)
    ? { problem: 'is no moment; write e.g. "at(2024-05-01T08:00:00)"' }
    : { kind: 'at', clockMs };
}

/** `?` stands alone. */
function numbersOf(word: string, field: CronField): number[] | undefined {
  return word.includes('?') && word !== '?' ? undefined : cronNumbers(word, field);
}

/** The latest firing at or before that clock reading (as in kernel/clock.ts); null if there is none. */
export function lastFiring(schedule: Schedule, nowClockMs: number): number | null {
  if (schedule.kind === 'at') return schedule.clockMs <= nowClockMs ? schedule.clockMs : null;
  const today = Math.floor(nowClockMs / DAY_MS) * DAY_MS;
  for (let i = 0; i < DAYS_BACK_MAX; i++) {
    const day = today - i * DAY_MS;
    const date = new Date(day);
    if (!fitsDay(schedule, date) || schedule.years?.has(date.getUTCFullYear()) === false) continue;
    const minutesMax = i === 0 ? Math.floor((nowClockMs - day) / MINUTE_MS) : 24 * 60 - 1;
    const minute = lastMinute(schedule, minutesMax);
    if (minute !== null) return day + minute * MINUTE_MS;
  }
  return null;
}

type Cron = Extract<Schedule, { kind: 'cron' }>;

function lastMinute({ minutes, hours }: Cron, minutesMax: number): number | null {
  for (let minute = minutesMax; minute >= 0; minute--) {
    if (hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60)) return minute;
  }
  return null;
}

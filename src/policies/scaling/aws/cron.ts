// When a schedule last fired, on the clock of a zone: Unix cron of five fields (EC2 Auto Scaling), `cron(…)` of six and
// `at(…)` (Application Auto Scaling). A time that the clock jumps over fires right after the jump.
// Left out: L, W and #, and rate(…), which no capacity plan of a day needs.
// Source: docs.aws.amazon.com/scheduler (cron and at expressions, 2024), crontab(5).

export type Schedule =
  | { kind: 'at'; clockMs: number }
  | {
      kind: 'cron';
      minutes: ReadonlySet<number>;
      hours: ReadonlySet<number>;
      days: ReadonlySet<number>;
      months: ReadonlySet<number>;
      /** 0 is Sunday. */
      weekdays: ReadonlySet<number>;
      years: ReadonlySet<number> | null;
      /** Unix: with both days and weekdays given, either will do. */
      eitherDay: boolean;
    };

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
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
    parseField(minute, { min: 0, max: 59 }),
    parseField(hour, { min: 0, max: 23 }),
    parseField(day, { min: 1, max: 31 }),
    parseField(month, { min: 1, max: 12, names: MONTHS }),
    // AWS counts from Sunday = 1, Unix from Sunday = 0 (and 7).
    parseField(weekday, isAws ? { min: 1, max: 7, names: WEEKDAYS } : { min: 0, max: 7, names: WEEKDAYS }),
    parseField(year, { min: 1970, max: 2199 }),
  ];
  const wrong = read.indexOf(undefined);
  if (wrong >= 0)
    return { problem: `has "${fields[wrong]}" as field ${wrong + 1}, which is none; correct it` };
  if (isAws && (day === '?') === (weekday === '?')) {
    return { problem: 'needs ? for the day of the month or for the day of the week, not both; write one ?' };
  }
  const [minutes, hours, days, months, weekdays, years] = read as ReadonlySet<number>[];
  return {
    kind: 'cron',
    minutes,
    hours,
    days,
    months,
    weekdays: new Set([...weekdays].map((number) => (isAws ? number - 1 : number % 7))),
    years: year === '*' ? null : years,
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

interface FieldRules {
  min: number;
  max: number;
  /** Of the numbers from `min` on. */
  names?: readonly string[];
}

/** The numbers of `*`, `?`, `5`, `1-5`, `*` + `/15`, `MON,WED-FRI`; undefined for anything else. */
function parseField(field: string, { min, max, names = [] }: FieldRules): ReadonlySet<number> | undefined {
  const numberOf = (text: string): number => {
    const name = names.indexOf(text);
    return name >= 0 ? name + min : /^\d+$/.test(text) ? Number(text) : NaN;
  };
  const numbers = new Set<number>();
  for (const part of field.split(',')) {
    const [range, stepText] = part.split('/', 2);
    const step = stepText === undefined ? 1 : /^[1-9]\d*$/.test(stepText) ? Number(stepText) : NaN;
    const [from, to] = range.split('-', 2);
    const isAll = range === '*' || (range === '?' && field === '?');
    const first = isAll ? min : numberOf(from);
    // `5/15` is from 5 on.
    const single = stepText === undefined ? first : max;
    const last = isAll ? max : to === undefined ? single : numberOf(to);
    const isSound = first >= min && last <= max && first <= last && step > 0 && part.split('/').length <= 2;
    if (!isSound) return undefined;
    for (let number = first; number <= last; number += step) numbers.add(number);
  }
  return numbers;
}

/** The latest firing at or before that clock reading (as in kernel/clock.ts); null if there is none. */
export function lastFiring(schedule: Schedule, nowClockMs: number): number | null {
  if (schedule.kind === 'at') return schedule.clockMs <= nowClockMs ? schedule.clockMs : null;
  const today = Math.floor(nowClockMs / DAY_MS) * DAY_MS;
  for (let i = 0; i < DAYS_BACK_MAX; i++) {
    const day = today - i * DAY_MS;
    if (!isDay(schedule, new Date(day))) continue;
    const minutesMax = i === 0 ? Math.floor((nowClockMs - day) / MINUTE_MS) : 24 * 60 - 1;
    const minute = lastMinute(schedule, minutesMax);
    if (minute !== null) return day + minute * MINUTE_MS;
  }
  return null;
}

type Cron = Extract<Schedule, { kind: 'cron' }>;

function isDay({ days, months, weekdays, years, eitherDay }: Cron, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1) || (years && !years.has(date.getUTCFullYear()))) return false;
  const isDate = days.has(date.getUTCDate());
  const isWeekday = weekdays.has(date.getUTCDay());
  return eitherDay ? isDate || isWeekday : isDate && isWeekday;
}

function lastMinute({ minutes, hours }: Cron, minutesMax: number): number | null {
  for (let minute = minutesMax; minute >= 0; minute--) {
    if (hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60)) return minute;
  }
  return null;
}

// What the dialects of cron have in common: the numbers of a field, and which days a schedule is for. Dialects differ in
// fields, in what `?` may stand beside, and in whether they look forward (KEDA) or back (AWS).

export interface CronField {
  min: number;
  max: number;
  /** In lower case; of the numbers from `min` on. */
  names?: readonly string[];
}

export const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
export const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');

/** The numbers of `*`, `?`, `5`, `1-5`, `*` + `/15`, `5/15` (from 5 on), `MON,WED-FRI`, ascending; undefined for all else. */
export function cronNumbers(word: string, field: CronField): number[] | undefined {
  const { min, max } = field;
  const found = new Set<number>();
  for (const part of word.toLowerCase().split(',')) {
    const match = /^([*?]|[\da-z]+)(?:-([\da-z]+))?(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, first, last, stepText] = match;
    const step = Number(stepText ?? 1);
    const isWhole = first === '*' || first === '?';
    if (step === 0 || (isWhole && last !== undefined)) return undefined;
    const from = isWhole ? min : numberOf(first, field);
    const openEnd = isWhole || stepText !== undefined ? max : from;
    const to = last === undefined ? openEnd : numberOf(last, field);
    if (!(from >= min && from <= to && to <= max)) return undefined;
    for (let value = from; value <= to; value += step) found.add(value);
  }
  return [...found].toSorted((a, b) => a - b);
}

function numberOf(text: string, { min, names = [] }: CronField): number {
  const named = names.indexOf(text);
  return named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : NaN;
}

export interface CronDays {
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  /** 0 is Sunday. */
  weekdays: ReadonlySet<number>;
  /** Of day of the month and weekday one will do; else a day must be both. */
  eitherDay: boolean;
}

/** By the UTC calendar of `date`. */
export function fitsDay({ days, months, weekdays, eitherDay }: CronDays, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const isDate = days.has(date.getUTCDate());
  const isWeekday = weekdays.has(date.getUTCDay());
  return eitherDay ? isDate || isWeekday : isDate && isWeekday;
}

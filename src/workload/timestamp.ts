// Time stamps as traces write them: `2023-11-16 18:15:46.6805900`, also with `T`, with up to nine decimals and with an
// offset from UTC (`Z`, `+00:00`, `+0000`; none means UTC). Parsed from bytes into whole seconds and nanoseconds,
// because Date would cut them to milliseconds. Proleptic Gregorian calendar; left out: leap seconds.

export interface Timestamp {
  /** Whole seconds since 1970 UTC, and nanoseconds of that second. */
  epochSeconds: number;
  nanoseconds: number;
}

const DASH = 45;
const COLON = 58;
const SPACE = 32;
const LETTER_T = 84;
const LETTER_Z = 90;
const DOT = 46;
const PLUS = 43;
const DIGIT_0 = 48;

const DAY_SECONDS = 86_400;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const YEAR_0_TO_1970_DAYS = 719_528;
/** Nanoseconds in one unit of the last of so many decimals. */
const NANOSECONDS_OF_DECIMALS = [0, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1];

/** Reads the time stamp in bytes `from` to `to` into `target`; false where it is none. */
export function parseTimestamp(bytes: Uint8Array, from: number, to: number, target: Timestamp): boolean {
  if (to - from < 19 || !hasSeparators(bytes, from)) return false;
  const days = daysSince1970(
    wholeNumber(bytes, from, from + 4),
    wholeNumber(bytes, from + 5, from + 7),
    wholeNumber(bytes, from + 8, from + 10),
  );
  const hours = wholeNumber(bytes, from + 11, from + 13);
  const minutes = wholeNumber(bytes, from + 14, from + 16);
  const seconds = wholeNumber(bytes, from + 17, from + 19);
  let end = from + 19;
  let nanoseconds = 0;
  if (end < to && bytes[end] === DOT) {
    const start = end + 1;
    end = start;
    while (end < to && bytes[end] >= DIGIT_0 && bytes[end] < DIGIT_0 + 10) end++;
    if (end - start > 9) return false;
    nanoseconds = wholeNumber(bytes, start, end) * NANOSECONDS_OF_DECIMALS[end - start];
  }
  const epochSeconds =
    days * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds - offsetSeconds(bytes, end, to);
  // NaN in any part makes the sum NaN.
  if (!(hours < 24 && minutes < 60 && seconds < 60 && epochSeconds + nanoseconds > -Infinity)) return false;
  target.epochSeconds = epochSeconds;
  target.nanoseconds = nanoseconds;
  return true;
}

/** The digits in bytes `from` to `to` as a number; NaN where there are none or something else is among them. */
export function wholeNumber(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return NaN;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i] - DIGIT_0;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function hasSeparators(bytes: Uint8Array, from: number): boolean {
  return (
    bytes[from + 4] === DASH &&
    bytes[from + 7] === DASH &&
    (bytes[from + 10] === SPACE || bytes[from + 10] === LETTER_T) &&
    bytes[from + 13] === COLON &&
    bytes[from + 16] === COLON
  );
}

/** NaN for a day that is not in the calendar. */
function daysSince1970(year: number, month: number, day: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = DAYS_IN_MONTH[month - 1] + (leap && month === 2 ? 1 : 0);
  if (!(day >= 1 && day <= length)) return NaN;
  // Leap days of the years before this one, the year 0 included.
  const leapDays = Math.ceil(year / 4) - Math.ceil(year / 100) + Math.ceil(year / 400);
  const dayOfYear = DAYS_BEFORE_MONTH[month - 1] + (leap && month > 2 ? 1 : 0) + day - 1;
  return year * 365 + leapDays + dayOfYear - YEAR_0_TO_1970_DAYS;
}

/** Nothing, `Z`, `+hh:mm` or `+hhmm`; NaN for anything else. */
function offsetSeconds(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return 0;
  const sign = bytes[from];
  if (sign === LETTER_Z) return to === from + 1 ? 0 : NaN;
  if (sign !== PLUS && sign !== DASH) return NaN;
  const minutesFrom = bytes[from + 3] === COLON ? from + 4 : from + 3;
  if (to !== minutesFrom + 2) return NaN;
  const hours = wholeNumber(bytes, from + 1, from + 3);
  const minutes = wholeNumber(bytes, minutesFrom, to);
  if (!(hours < 24 && minutes < 60)) return NaN;
  const seconds = hours * 3600 + minutes * 60;
  return sign === PLUS ? seconds : -seconds;
}

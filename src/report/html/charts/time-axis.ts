// The time axis of all charts of a run: seconds from its start, marked at round clock times of the scenario's zone, nights
// shaded. Zones differ from UTC by whole quarters of an hour, so round local times lie on that grid. Left out: months.
import { clockMs } from '../../../kernel/clock.ts';

export interface TimeAxis {
  fromSeconds: number;
  toSeconds: number;
  /** Requests arrive until then. */
  dayEndSeconds: number;
  ticks(countMax: number): Tick[];
  /** Between 22 and 6 o'clock; none where there would be too many to see. */
  nights: readonly { fromSeconds: number; toSeconds: number }[];
  /** 14:23, and before it the day where there are several. */
  clock(seconds: number): string;
}

export interface Tick {
  seconds: number;
  label: string;
}

export interface AxisOptions {
  startEpochMs: number;
  timeZone: string;
  dayEndSeconds: number;
  /** Of the drain as well. */
  endSeconds: number;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const MINUTES = [1, 2, 5, 10, 15, 30].map((count) => count * MINUTE);
const HOURS = [1, 2, 3, 4, 6, 12].map((count) => count * HOUR);
const STEPS = [...MINUTES, ...HOURS, ...[1, 2, 7, 14, 28, 56].map((count) => count * DAY)];
const GRID = 15 * MINUTE;
const NIGHTS_MAX = 15;
/** Of the axis: a drain that takes longer is cut off. */
const DRAIN_SHARE_MAX = 0.25;
const DAY_SECONDS_MIN = 60;

export function timeAxis(options: AxisOptions): TimeAxis {
  const { dayEndSeconds, endSeconds } = options;
  // Every chart asks for the same ones.
  const known = new Map<number, Tick[]>();
  const drainMost = Math.max(dayEndSeconds * DRAIN_SHARE_MAX, DAY_SECONDS_MIN);
  const toSeconds = Math.min(endSeconds, dayEndSeconds + drainMost);
  return {
    fromSeconds: 0,
    toSeconds,
    dayEndSeconds,
    ticks: (countMax) => {
      const ticks = known.get(countMax) ?? ticksOf(options, toSeconds, countMax);
      known.set(countMax, ticks);
      return ticks;
    },
    nights: toSeconds > NIGHTS_MAX * DAY ? [] : nightsOf(options, toSeconds),
    clock: (seconds) => clockOf(options, seconds, toSeconds),
  };
}

const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTH_NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Mon 30 Jan 2023. */
export function dateText(epochMs: number, timeZone: string): string {
  const local = new Date(clockMs(epochMs, timeZone));
  return `${dayText(local)} ${MONTH_NAMES[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
}

function dayText(local: Date): string {
  return `${DAY_NAMES[local.getUTCDay()]} ${local.getUTCDate()}`;
}

function localOf({ startEpochMs, timeZone }: AxisOptions, seconds: number): Date {
  return new Date(clockMs(startEpochMs + seconds * 1000, timeZone));
}

const secondOfDay = (local: Date) =>
  local.getUTCHours() * HOUR + local.getUTCMinutes() * MINUTE + local.getUTCSeconds();

const two = (value: number) => String(value).padStart(2, '0');

function clockOf(options: AxisOptions, seconds: number, toSeconds: number): string {
  const local = localOf(options, seconds);
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  const withSeconds = toSeconds < 10 * MINUTE ? `${time}:${two(local.getUTCSeconds())}` : time;
  if (toSeconds <= DAY * 1.25) return withSeconds;
  // In a month a day of the week and a number tell a day.
  const month = toSeconds > 28 * DAY ? ` ${MONTH_NAMES[local.getUTCMonth()]}` : '';
  return `${dayText(local)}${month} ${withSeconds}`;
}

function ticksOf(options: AxisOptions, toSeconds: number, countMax: number): Tick[] {
  const step = STEPS.find((one) => toSeconds / one <= countMax) ?? STEPS[STEPS.length - 1];
  const grid = Math.min(step, GRID);
  const ticks: Tick[] = [];
  for (let seconds = firstOnGrid(options, grid); seconds <= toSeconds; seconds += grid) {
    const local = localOf(options, seconds);
    if (secondOfDay(local) % Math.min(step, DAY) !== 0) continue;
    // Steps of several days count from the first midnight; the hour is for days of 23 hours.
    const last = ticks.at(-1);
    if (step <= DAY || last === undefined || seconds - last.seconds >= step - HOUR)
      ticks.push({ seconds, label: labelOf(local, step) });
    // The next midnight is 23 hours away at least.
    if (step >= DAY) seconds += DAY - 2 * HOUR;
  }
  return ticks;
}

function labelOf(local: Date, step: number): string {
  if (step < DAY) return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  return step > DAY ? `${local.getUTCDate()} ${MONTH_NAMES[local.getUTCMonth()]}` : dayText(local);
}

function firstOnGrid({ startEpochMs }: AxisOptions, grid: number): number {
  const start = startEpochMs / 1000;
  return Math.ceil(start / grid) * grid - start;
}

function nightsOf(options: AxisOptions, toSeconds: number): TimeAxis['nights'] {
  const nights: { fromSeconds: number; toSeconds: number }[] = [];
  let from: number | undefined;
  const look = (seconds: number) => {
    const hour = localOf(options, seconds).getUTCHours();
    const isNight = hour >= 22 || hour < 6;
    if (isNight) from ??= seconds;
    if (from !== undefined && !isNight) {
      nights.push({ fromSeconds: from, toSeconds: seconds });
      from = undefined;
    }
  };
  look(0);
  for (let seconds = firstOnGrid(options, GRID); seconds < toSeconds; seconds += GRID) look(seconds);
  if (from !== undefined) nights.push({ fromSeconds: from, toSeconds });
  return nights;
}

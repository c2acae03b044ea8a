// The demand charge: dollars per kW of a month's highest mean power over an interval (a quarter of an hour). A run
// shorter than a month cannot know that peak: it pays its share of the month's days, as if every day peaked like its
// own. Intervals lie on the local clock; one that the run covers in part counts only in a month that has no whole one.
// Left out: ratchets (last year's peak), contracted power, reactive power, charges by time of use.
import assert from 'node:assert/strict';
import { clockMs } from '../kernel/clock.ts';
import type { EconomicsSpec } from './spec.ts';

const DAY_SECONDS = 86_400;

export interface DemandRun {
  startEpochMs: number;
  timeZone: string;
  intervalSeconds: number;
}

export interface MonthlyPeak {
  /** Local: `2023-01`. */
  month: string;
  /** Of the run in this month. */
  seconds: number;
  /** Highest mean over an interval, and when that began, in seconds since the start of the run. */
  peakWatts: number;
  peakStartSeconds: number;
  /** No whole interval so far: the peak is the mean over what there is. */
  partial: boolean;
}

/** Plain data, to be saved. */
export interface DemandState {
  months: MonthlyPeak[];
  /** The interval under way: what of it was covered, and its energy. */
  startSeconds: number;
  coveredSeconds: number;
  joules: number;
}

export function newDemand(): DemandState {
  return { months: [], startSeconds: 0, coveredSeconds: 0, joules: 0 };
}

export interface DemandWindow {
  startSeconds: number;
  endSeconds: number;
  facilityJoules: number;
}

/** Windows come in time order without gaps; one that crosses the end of an interval is split by time. */
export function addDemand(state: DemandState, run: DemandRun, window: DemandWindow): void {
  const { startSeconds, endSeconds, facilityJoules } = window;
  assert(endSeconds > startSeconds, `demand window ${startSeconds}-${endSeconds} s is empty`);
  const watts = facilityJoules / (endSeconds - startSeconds);
  for (let from = startSeconds; from < endSeconds;) {
    const bound = intervalEnd(run, from);
    const to = Math.min(bound, endSeconds);
    if (state.coveredSeconds === 0) state.startSeconds = from;
    state.coveredSeconds += to - from;
    state.joules += watts * (to - from);
    monthOf(state.months, run, from).seconds += to - from;
    if (to === bound) closeInterval(state, run);
    from = to;
  }
}

/** The peaks so far, those of an interval under way included where its month has no other. */
export function monthlyPeaks(state: DemandState, run: DemandRun): MonthlyPeak[] {
  const copy = structuredClone(state);
  if (copy.coveredSeconds > 0) closeInterval(copy, run);
  return copy.months;
}

/** Of all months together, each for its part of the run. */
export function demandChargeUsd(
  { usdPerKwMonth }: Pick<NonNullable<EconomicsSpec['demandCharge']>, 'usdPerKwMonth'>,
  months: readonly MonthlyPeak[],
): number {
  return months.reduce(
    (sum, { peakWatts, seconds, month }) =>
      sum + (usdPerKwMonth * (peakWatts / 1000) * (seconds / DAY_SECONDS)) / daysOfMonth(month),
    0,
  );
}

export function daysOfMonth(month: string): number {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** End of the interval that holds at that time, in seconds since the start of the run. */
function intervalEnd({ startEpochMs, timeZone, intervalSeconds }: DemandRun, seconds: number): number {
  const phaseSeconds = (clockMs(startEpochMs, timeZone) / 1000) % intervalSeconds;
  // A start that lies a rounding error before a bound belongs to the interval after it.
  const passed = Math.floor((seconds + phaseSeconds) / intervalSeconds + 1e-9);
  return (passed + 1) * intervalSeconds - phaseSeconds;
}

function closeInterval(state: DemandState, run: DemandRun): void {
  const { startSeconds, coveredSeconds, joules } = state;
  const month = monthOf(state.months, run, startSeconds);
  const watts = joules / coveredSeconds;
  const partial = coveredSeconds < run.intervalSeconds * (1 - 1e-9);
  if (month.partial === partial ? watts > month.peakWatts : month.partial) {
    Object.assign(month, { peakWatts: watts, peakStartSeconds: startSeconds, partial });
  }
  state.coveredSeconds = 0;
  state.joules = 0;
}

function monthOf(months: MonthlyPeak[], { startEpochMs, timeZone }: DemandRun, seconds: number): MonthlyPeak {
  const month = new Date(clockMs(startEpochMs + seconds * 1000, timeZone)).toISOString().slice(0, 7);
  const last = months.at(-1);
  if (last?.month === month) return last;
  const next = { month, seconds: 0, peakWatts: 0, peakStartSeconds: seconds, partial: true };
  months.push(next);
  return next;
}

// The expected arrival rate over a run: a daily or weekly curve laid along the calendar of its time zone, as straight
// pieces of half an hour at most (of a day where the rate is constant, so that times within a piece stay exact). The
// clock changes of that zone are followed from the next half hour on (an hour of the curve is skipped or comes twice,
// and the rate jumps); events come on top (rate-changes.ts). Left out: noise on
// the rate itself, for which there is trace replay.
import { firstAbove } from '../kernel/bisect.ts';
import { clockMs } from '../kernel/clock.ts';
import { UserError } from '../kernel/user-error.ts';
import { withChanges } from './rate-changes.ts';
import type { ArrivalsSpec } from './spec.ts';

/** A part of the run during which the rate changes linearly. Seconds since the start, requests per second. */
export interface RateSegment {
  fromSeconds: number;
  toSeconds: number;
  rateAtStart: number;
  rateAtEnd: number;
}

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;
/** Both ways to join hourly values have their corners at whole or half local hours. */
const PIECE_MS = HOUR_MS / 2;
/** 1970-01-01 was a Thursday: Monday 0 h lies three days before it. */
const EPOCH_AFTER_MONDAY_MS = 72 * HOUR_MS;

/** The rate in [0, durationSeconds], without gaps, events included. UserError for an impossible curve. */
export function rateSegments(
  arrivals: ArrivalsSpec,
  startEpochMs: number,
  durationSeconds: number,
): RateSegment[] {
  return withChanges(undisturbed(arrivals, startEpochMs, durationSeconds), arrivals.changes);
}

function undisturbed(arrivals: ArrivalsSpec, startEpochMs: number, durationSeconds: number): RateSegment[] {
  if (arrivals.kind === 'constant') {
    return constantRate(arrivals.requestsPerSecond, durationSeconds);
  }
  const rateAt = hourlyRate(arrivals);
  const segments: RateSegment[] = [];
  for (let fromMs = 0, toMs = 0; toMs < durationSeconds * 1000; fromMs = toMs) {
    const epochMs = startEpochMs + fromMs;
    const localMs = clockMs(epochMs, arrivals.timeZone) + EPOCH_AFTER_MONDAY_MS;
    toMs = Math.min(fromMs + PIECE_MS - modulo(localMs, PIECE_MS), durationSeconds * 1000);
    segments.push({
      fromSeconds: fromMs / 1000,
      toSeconds: toMs / 1000,
      ...rateAt(localMs, toMs - fromMs),
    });
  }
  return segments;
}

/** Requests per second at that time; 0 outside the run. */
export function expectedRate(segments: readonly RateSegment[], seconds: number): number {
  const segment = segments[firstAbove(segments, seconds, ({ toSeconds }) => toSeconds)];
  if (segment === undefined || seconds < segment.fromSeconds) return 0;
  const { fromSeconds, toSeconds, rateAtStart, rateAtEnd } = segment;
  return rateAtStart + ((rateAtEnd - rateAtStart) * (seconds - fromSeconds)) / (toSeconds - fromSeconds);
}

/** The curve scaled to mean 1 and stretched about it until its largest value is `peakToMean`. */
export function normaliseCurve(curve: readonly number[], peakToMean?: number): number[] {
  if (curve.length !== 24 && curve.length !== 168) {
    throw new UserError(`a curve has 24 or 168 hourly values, not ${curve.length}`);
  }
  const sum = curve.reduce((total, value) => total + value, 0);
  if (!(sum > 0 && Number.isFinite(sum) && curve.every((value) => value >= 0))) {
    throw new UserError('a curve consists of numbers from 0 on, and some are above 0');
  }
  const values = curve.map((value) => (value * curve.length) / sum);
  if (peakToMean === undefined) return values;

  const peak = Math.max(...values);
  const trough = Math.min(...values);
  if (peak === trough) throw new UserError('a flat curve has no peak to stretch; leave peakToMean out');
  const peakToMeanMax = 1 + (peak - 1) / (1 - trough);
  if (!(peakToMean >= 1 && peakToMean <= peakToMeanMax)) {
    throw new UserError(
      `peakToMean is ${peakToMean}; this curve allows 1 to ${peakToMeanMax.toFixed(3)}, where its lowest hour reaches 0`,
    );
  }
  return values.map((value) => 1 + ((value - 1) * (peakToMean - 1)) / (peak - 1));
}

function constantRate(rate: number, durationSeconds: number): RateSegment[] {
  const segments: RateSegment[] = [];
  for (let fromSeconds = 0, toSeconds = 0; toSeconds < durationSeconds; fromSeconds = toSeconds) {
    toSeconds = Math.min(fromSeconds + DAY_SECONDS, durationSeconds);
    segments.push({ fromSeconds, toSeconds, rateAtStart: rate, rateAtEnd: rate });
  }
  return segments;
}

/** Rates at both ends of a piece that starts so long after some Monday 0 h and crosses no corner. */
function hourlyRate(arrivals: Extract<ArrivalsSpec, { kind: 'diurnal' }>) {
  const curve = normaliseCurve(arrivals.curve, arrivals.peakToMean);
  const rate = (hour: number) => arrivals.requestsPerSecondMean * curve[modulo(hour, curve.length)];
  if (arrivals.interpolation === 'step') {
    return (fromMs: number) => {
      const held = rate(Math.floor(fromMs / HOUR_MS));
      return { rateAtStart: held, rateAtEnd: held };
    };
  }
  return (fromMs: number, lengthMs: number) => {
    const middle = Math.floor((fromMs - HOUR_MS / 2) / HOUR_MS);
    const sinceMiddleMs = fromMs - (middle + 0.5) * HOUR_MS;
    const between = (ms: number) => (rate(middle) * (HOUR_MS - ms) + rate(middle + 1) * ms) / HOUR_MS;
    return { rateAtStart: between(sinceMiddleMs), rateAtEnd: between(sinceMiddleMs + lengthMs) };
  };
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

// What is remembered of every window that has passed, for charts: the smallest and largest value of each track in
// bins of equal length. Bounded: when all bins are in use, neighbours are merged and a bin covers twice as many
// windows, so a spike of one window stays visible however long the run. Immutable; a new window copies at most
// BINS pointers.
import type { Snapshot } from '../../run/snapshot.ts';
import { Band, higher, lower } from './band.ts';

/** A day of one-minute windows is kept whole. */
export const BINS = 2048;

type Reading = (snapshot: Snapshot, windowSeconds: number) => number;

/** Everything that can be drawn over the day, per window. NaN where there is no value. */
const READINGS = {
  // Nothing arrives while the run drains: that is no dip in the traffic.
  arriving: ({ window }, seconds) => (window.phase === 'day' ? window.arrived / seconds : NaN),
  finished: ({ window }, seconds) => window.finished / seconds,
  output: ({ window }, seconds) => window.outputTokens / seconds,
  input: ({ window }, seconds) => window.promptTokens / seconds,
  preempted: ({ window }, seconds) => window.preemptions / seconds,
  rejected: ({ window }, seconds) => rejectedOf(window) / seconds,
  running: ({ window }) => window.running,
  waiting: ({ window }) => window.waiting,
  replicas: ({ window }) => window.replicasReady,
  batch: ({ window }) => window.batchMean,
  kv: ({ window }) => window.kvUse,
  duty: ({ window }) => window.dutyCycle,
  mbu: ({ window }) => window.mbu,
  mfu: ({ window }) => window.mfu,
  goodput: ({ window }, seconds) => window.good / seconds,
  power: ({ window }, seconds) => window.itJoules / seconds,
  ttftP50: ({ window }) => window.ttft.p50Seconds,
  tpotP50: ({ window }) => window.tpot.p50Seconds,
  ttftP99: ({ window }) => window.ttft.p99Seconds,
  tpotP99: ({ window }) => window.tpot.p99Seconds,
} satisfies Record<string, Reading>;

export type Track = keyof typeof READINGS;

const TRACKS = Object.keys(READINGS) as Track[];
const INDEX = Object.fromEntries(TRACKS.map((track, i) => [track, i])) as Record<Track, number>;

interface Bin {
  low: readonly number[];
  high: readonly number[];
}

export interface History {
  windowsPerBin: number;
  windowSeconds: number;
  bins: readonly Bin[];
}

export function rejectedOf(counts: Snapshot['window']): number {
  return counts.rejectedQueueFull + counts.rejectedTooLong + counts.rejectedExceedsKv;
}

export function emptyHistory(windowSeconds: number): History {
  return { windowsPerBin: 1, windowSeconds, bins: [] };
}

/** Adds the snapshot's window; windows come in order, a gap stays empty, a repeated window changes nothing. */
export function remember(history: History, snapshot: Snapshot): History {
  const { window, windowIndex } = snapshot;
  const seconds = window.endSeconds - window.startSeconds;
  const values = TRACKS.map((track) => READINGS[track](snapshot, seconds));
  let { windowsPerBin } = history;
  let bins = history.bins.slice();
  while (Math.floor(windowIndex / windowsPerBin) >= BINS) {
    bins = halved(bins);
    windowsPerBin *= 2;
  }
  const at = Math.floor(windowIndex / windowsPerBin);
  while (bins.length < at) bins.push(NOTHING);
  const fresh = { low: values, high: values };
  if (at === bins.length) bins.push(fresh);
  else bins[at] = merged(bins[at], fresh);
  return { ...history, windowsPerBin, bins };
}

const NOTHING: Bin = { low: TRACKS.map(() => NaN), high: TRACKS.map(() => NaN) };

function merged(a: Bin, b: Bin): Bin {
  return {
    low: a.low.map((value, i) => lower(value, b.low[i])),
    high: a.high.map((value, i) => higher(value, b.high[i])),
  };
}

function halved(bins: readonly Bin[]): Bin[] {
  const half: Bin[] = [];
  for (let i = 0; i < bins.length; i += 2) {
    half.push(i + 1 < bins.length ? merged(bins[i], bins[i + 1]) : bins[i]);
  }
  return half;
}

/** The track over [0, spanSeconds) in so many columns: every window is in at least one of them. */
export function trackBand(history: History, track: Track, columns: number, spanSeconds: number): Band {
  const band = new Band(columns);
  const index = INDEX[track];
  const secondsPerBin = history.windowsPerBin * history.windowSeconds;
  const scale = columns / spanSeconds;
  history.bins.forEach(({ low, high }, i) => {
    band.widen(i * secondsPerBin * scale, (i + 1) * secondsPerBin * scale, low[index], high[index]);
  });
  return band;
}

// What is remembered of every window that has passed, for charts: the smallest and largest value of each track in
// bins of equal length. Bounded: when all bins are in use, neighbours are merged and a bin covers twice as many
// windows, so a spike of one window stays visible however long the run. Every bin also keeps one window whole, that
// with the highest TTFT, to look back at. Immutable; a new window copies at most BINS pointers.
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { Snapshot } from '../../run/snapshot.ts';
import { Band, higher, lower } from './band.ts';
import { isAtEnd, type TimeFrame } from './time-frame.ts';

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
  wanted: ({ window }) => window.replicasWanted,
  starting: ({ window }) => window.replicasProvisioning + window.replicasLoading,
  draining: ({ window }) => window.replicasDraining,
  held: ({ window }) => window.held,
  batch: ({ window }) => window.batchMean,
  kv: ({ window }) => window.kvUse,
  duty: ({ window }) => window.dutyCycle,
  mbu: ({ window }) => window.mbu,
  mfu: ({ window }) => window.mfu,
  goodput: ({ window }, seconds) => window.good / seconds,
  power: ({ window }, seconds) => window.itJoules / seconds,
  ttftP50: ({ window }) => window.ttft.p50Seconds,
  ttftP95: ({ window }) => window.ttft.p95Seconds,
  ttftP99: ({ window }) => window.ttft.p99Seconds,
  tpotP50: ({ window }) => window.tpot.p50Seconds,
  tpotP95: ({ window }) => window.tpot.p95Seconds,
  tpotP99: ({ window }) => window.tpot.p99Seconds,
  itlP50: ({ window }) => window.itl.p50Seconds,
  itlP95: ({ window }) => window.itl.p95Seconds,
  itlP99: ({ window }) => window.itl.p99Seconds,
  e2eP50: ({ window }) => window.e2e.p50Seconds,
  e2eP95: ({ window }) => window.e2e.p95Seconds,
  e2eP99: ({ window }) => window.e2e.p99Seconds,
} satisfies Record<string, Reading>;

export type Track = keyof typeof READINGS;

const TRACKS = Object.keys(READINGS) as Track[];
const INDEX = Object.fromEntries(TRACKS.map((track, i) => [track, i])) as Record<Track, number>;

interface Bin {
  low: readonly number[];
  high: readonly number[];
  window: WindowMetrics | undefined;
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
  const { window } = snapshot;
  const seconds = window.endSeconds - window.startSeconds;
  const values = TRACKS.map((track) => READINGS[track](snapshot, seconds));
  let { windowsPerBin } = history;
  let bins = history.bins.slice();
  // By time, not by number: windows that a tariff or the end of an hour cuts short share a bin.
  const place = (): number =>
    Math.floor(window.startSeconds / (history.windowSeconds * windowsPerBin) + 1e-9);
  while (place() >= BINS) {
    bins = halved(bins);
    windowsPerBin *= 2;
  }
  const at = place();
  while (bins.length < at) bins.push(NOTHING);
  const fresh = { low: values, high: values, window };
  if (at === bins.length) bins.push(fresh);
  else bins[at] = merged(bins[at], fresh);
  return { ...history, windowsPerBin, bins };
}

const NOTHING: Bin = { low: TRACKS.map(() => NaN), high: TRACKS.map(() => NaN), window: undefined };

function merged(a: Bin, b: Bin): Bin {
  return {
    low: a.low.map((value, i) => lower(value, b.low[i])),
    high: a.high.map((value, i) => higher(value, b.high[i])),
    window: worse(a.window, b.window),
  };
}

function worse(a: WindowMetrics | undefined, b: WindowMetrics | undefined): WindowMetrics | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.ttft.p99Seconds <= a.ttft.p99Seconds ? a : b;
}

function halved(bins: readonly Bin[]): Bin[] {
  const half: Bin[] = [];
  for (let i = 0; i < bins.length; i += 2) {
    half.push(i + 1 < bins.length ? merged(bins[i], bins[i + 1]) : bins[i]);
  }
  return half;
}

/** The window that holds the moment; undefined where nothing was simulated. */
export function windowAt(history: History, seconds: number): WindowMetrics | undefined {
  const bin = Math.floor(seconds / (history.windowsPerBin * history.windowSeconds));
  return history.bins[bin]?.window;
}

/** The track over the time shown in so many columns: every window is in at least one of them. */
export function trackBand(history: History, track: Track, columns: number, frame: TimeFrame): Band {
  const { fromSeconds, toSeconds } = frame;
  const index = INDEX[track];
  const secondsPerBin = history.windowsPerBin * history.windowSeconds;
  const scale = columns / (toSeconds - fromSeconds);
  const last = isAtEnd(frame) ? history.bins.length : Math.ceil(toSeconds / secondsPerBin);
  const band = new Band(columns);
  for (let i = Math.floor(fromSeconds / secondsPerBin); i < Math.min(last, history.bins.length); i++) {
    const start = (i * secondsPerBin - fromSeconds) * scale;
    const end = ((i + 1) * secondsPerBin - fromSeconds) * scale;
    if (end > 1e-9) band.widen(start, end, history.bins[i].low[index], history.bins[i].high[index]);
  }
  return band;
}

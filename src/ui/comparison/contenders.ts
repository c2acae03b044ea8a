// What a comparison's screen knows of its runs: how far each is, its newest figures, and the course of its replicas. Memory
// is bounded: a band of COLUMNS per run.
import type { RunInfo, Snapshot } from '../../run/snapshot.ts';
import { Band } from '../model/band.ts';
import { attainmentSoFar } from '../model/reading.ts';

/** Dot columns kept of a course; a wider screen does not show more. */
const COLUMNS = 480;

export interface Contender {
  name: string;
  status: 'waiting' | 'running' | 'finished';
  /** Simulated part, 0 to 1. */
  done: number;
  simulatedSeconds: number;
  costUsd: number;
  attainment: number;
  ttftP99Seconds: number;
  ready: number;
  wanted: number;
  /** Ready replicas over the run. */
  replicas: Band;
}

/** Of all runs. */
export type Course = Pick<
  RunInfo,
  'name' | 'slo' | 'durationSeconds' | 'windowSeconds' | 'startEpochMs' | 'timeZone'
>;

export function waitingContender(name: string): Contender {
  const unknown = { costUsd: NaN, attainment: NaN, ttftP99Seconds: NaN, ready: NaN, wanted: NaN };
  return {
    name,
    status: 'waiting',
    done: 0,
    simulatedSeconds: 0,
    ...unknown,
    replicas: new Band(COLUMNS),
  };
}

/** The band is the same, and has learned of the window. */
export function noted(before: Contender, snapshot: Snapshot, { durationSeconds }: Course): Contender {
  const { window, cost, day } = snapshot;
  const scale = COLUMNS / durationSeconds;
  // The drain is no part of the day.
  if (window.phase === 'day') {
    const { startSeconds, endSeconds, replicasReady } = window;
    before.replicas.widen(startSeconds * scale, endSeconds * scale, replicasReady, replicasReady);
  }
  return {
    ...before,
    status: 'running',
    done: Math.min(1, window.endSeconds / durationSeconds),
    simulatedSeconds: Math.min(window.endSeconds, durationSeconds),
    costUsd: cost.totalUsd,
    attainment: attainmentSoFar(snapshot),
    ttftP99Seconds: day.ttft.p99Seconds,
    ready: window.replicasReady,
    wanted: window.replicasWanted,
  };
}

/** The course in other columns: least and greatest of those that fall together. */
export function resampled(band: Band, columns: number): Band {
  const target = new Band(columns);
  const scale = columns / COLUMNS;
  for (let i = 0; i < COLUMNS; i++) {
    if (!Number.isNaN(band.low[i])) target.widen(i * scale, (i + 1) * scale, band.low[i], band.high[i]);
  }
  return target;
}

// Requests and tokens by hour, for what a token cost in each: the ledger knows energy and money only. Rows are those of
// the ledger: hours of the local clock, the first one possibly short. Zones that shift by half an hour (Lord Howe) are
// left out.
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { RunInfo } from '../../run/snapshot.ts';
import { localTime } from '../clock.ts';

export interface HourCounts {
  arrived: number;
  finished: number;
  promptTokens: number;
  outputTokens: number;
}

const NOTHING: HourCounts = { arrived: 0, finished: 0, promptTokens: 0, outputTokens: 0 };

type When = Pick<RunInfo, 'startEpochMs' | 'timeZone' | 'windowSeconds' | 'durationSeconds'>;

/** Row of the ledger that holds a moment. */
export function rowAt(info: When, seconds: number): number {
  const intoHour = firstOffset(info);
  return Math.floor((seconds + intoHour + 1e-6) / 3600);
}

const offsets = new WeakMap<When, number>();

/** Seconds of the local hour that had passed when the run began. */
function firstOffset(info: When): number {
  let offset = offsets.get(info);
  if (offset === undefined) {
    offset = localTime(info, 0).secondOfDay % 3600;
    offsets.set(info, offset);
  }
  return offset;
}

export function addHour(
  hours: readonly HourCounts[],
  window: WindowMetrics,
  info: When,
): readonly HourCounts[] {
  // The drain belongs to no hour.
  if (window.phase === 'drain') return hours;
  const row = rowAt(info, window.startSeconds);
  const next = hours.slice();
  while (next.length <= row) next.push(NOTHING);
  const { arrived, finished, promptTokens, outputTokens } = next[row];
  next[row] = {
    arrived: arrived + window.arrived,
    finished: finished + window.finished,
    promptTokens: promptTokens + window.promptTokens,
    outputTokens: outputTokens + window.outputTokens,
  };
  return next;
}

// How near a value is to its limit. The band below a limit is where an operator starts to look; leaving a state
// takes a clear step back, so that noise around a threshold does not fill the event log.
import type { Level } from '../line.ts';

const CLOSE = 0.9;
const CLEAR = 0.8;

/** Without memory: for marks beside a number. */
export function levelOf(value: number, limit: number): Level {
  if (value > limit) return 'broken';
  return value > CLOSE * limit ? 'close' : 'held';
}

/** With memory: broken until 10 % below the limit, close until 20 % below. No value keeps the state. */
export function nextLevel(before: Level, value: number, limit: number): Level {
  if (Number.isNaN(value)) return before;
  if (value > limit || (before === 'broken' && value > CLOSE * limit)) return 'broken';
  if (value > CLOSE * limit || (before !== 'held' && value > CLEAR * limit)) return 'close';
  return 'held';
}

/** Objectives are on the 99th percentile: one request in a hundred may miss. */
export const MISSED_SHARE_MAX = 0.01;

export function attainmentLevel(attained: number): Level {
  // 1 - 0.99 is a little more than 0.01 in floating point.
  return levelOf(1 - attained - 1e-12, MISSED_SHARE_MAX);
}

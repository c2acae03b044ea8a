// How fast simulated time may pass for people who watch: a gate before every stop. It holds reports that have come
// already, never the simulation's own order, so no result depends on it. A run that cannot keep up is not hurried
// afterwards. The wall clock comes in as a number: milliseconds of any origin.

export interface Pace {
  /** Simulated seconds per second. */
  speed: number | 'max';
  /** Simulated time that was shown, and when. */
  shownSeconds: number;
  shownAtMs: number;
}

export const unhurried: Pace = { speed: 'max', shownSeconds: 0, shownAtMs: -Infinity };

/** Milliseconds until the moment may be shown; 0: now. */
export function waitMs(
  { speed, shownSeconds, shownAtMs }: Pace,
  momentSeconds: number,
  nowMs: number,
): number {
  if (speed === 'max') return 0;
  const dueMs = shownAtMs + ((momentSeconds - shownSeconds) / speed) * 1000;
  return Math.max(0, dueMs - nowMs);
}

/** The moment is shown now; time that it was due earlier is forgotten, up to a frame of it. */
export function shown(pace: Pace, momentSeconds: number, nowMs: number): Pace {
  const late = pace.speed === 'max' ? 0 : lateMs(pace, momentSeconds, nowMs);
  return { ...pace, shownSeconds: momentSeconds, shownAtMs: nowMs - late };
}

/** Timers fire late by some milliseconds: those are made up for. */
const MADE_UP_MS = 50;

function lateMs({ speed, shownSeconds, shownAtMs }: Pace, momentSeconds: number, nowMs: number): number {
  const dueMs = shownAtMs + ((momentSeconds - shownSeconds) / Number(speed)) * 1000;
  const late = nowMs - dueMs;
  return late > 0 && late <= MADE_UP_MS ? late : 0;
}

/** From now on so fast. */
export function atSpeed(pace: Pace, speed: number | 'max', nowMs: number): Pace {
  return { speed, shownSeconds: pace.shownSeconds, shownAtMs: nowMs };
}

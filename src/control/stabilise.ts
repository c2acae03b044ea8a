// From what a policy recommends to what is ordered: stabilisation windows, rate limits, bounds, in this order; pure.
// With the defaults (no windows, no limits) only the bounds are left: HPA, KPA and others bring their own.
import type { StabilisationSpec } from './spec.ts';

export interface StabiliserState {
  /** Recommendations that a window may still look at. */
  recommended: { atSeconds: number; replicas: number }[];
  /** Changes of the last minute: replicas added (+) or removed (-). */
  changes: { atSeconds: number; replicas: number }[];
}

export interface Stabilised {
  replicas: number;
  /** What held it back: `up window`, `down window`, `up rate`, `down rate`, `min`, `max`; empty if nothing. */
  limitedBy: string[];
  state: StabiliserState;
}

export interface StabiliserInput {
  spec: StabilisationSpec;
  minReplicas: number;
  maxReplicas: number;
  atSeconds: number;
  currentReplicas: number;
  desiredReplicas: number;
  state: StabiliserState;
}

const MINUTE = 60;

export const initialStabiliserState = (): StabiliserState => ({ recommended: [], changes: [] });

/** Ages are strict: what is exactly as old as the window counts no more. */
export function stabilise(input: StabiliserInput): Stabilised {
  const { spec, atSeconds: now, currentReplicas: current, desiredReplicas: desired, state } = input;
  const limitedBy: string[] = [];
  const limited = (by: string, value: number, limit: number) => {
    if (value !== limit) limitedBy.push(by);
    return limit;
  };
  const within = (window: number) =>
    state.recommended.filter(({ atSeconds }) => now - atSeconds < window).map(({ replicas }) => replicas);
  let replicas = desired;
  if (desired > current) {
    const least = Math.max(current, Math.min(desired, ...within(spec.upWindowSeconds)));
    replicas = limited('up window', replicas, least);
  } else if (desired < current) {
    const greatest = Math.min(current, Math.max(desired, ...within(spec.downWindowSeconds)));
    replicas = limited('down window', replicas, greatest);
  }
  const recent = state.changes.filter(({ atSeconds }) => now - atSeconds < MINUTE);
  const done = (sign: number) => recent.reduce((sum, change) => sum + Math.max(0, change.replicas * sign), 0);
  if (replicas > current) {
    const room = Math.max(0, Math.floor(spec.upPerMinute - done(1)));
    replicas = limited('up rate', replicas, Math.min(replicas, current + room));
  } else if (replicas < current) {
    const room = Math.max(0, Math.floor(spec.downPerMinute - done(-1)));
    replicas = limited('down rate', replicas, Math.max(replicas, current - room));
  }
  if (replicas < input.minReplicas) replicas = limited('min', replicas, input.minReplicas);
  if (replicas > input.maxReplicas) replicas = limited('max', replicas, input.maxReplicas);
  const keep = Math.max(spec.upWindowSeconds, spec.downWindowSeconds);
  const recommended = state.recommended.filter(({ atSeconds }) => now - atSeconds < keep);
  if (keep > 0) recommended.push({ atSeconds: now, replicas: desired });
  const changes =
    replicas === current ? recent : [...recent, { atSeconds: now, replicas: replicas - current }];
  return { replicas, limitedBy, state: { recommended, changes } };
}

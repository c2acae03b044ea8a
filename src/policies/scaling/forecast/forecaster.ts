// What a forecaster of a series is: it takes one value after another and says what comes some steps after the last.
// A value that is missing (null) counts as what was forecast for it, so that a gap moves no level and no season shifts.

export interface Smoothing {
  /** Weights of the newest value in level, trend and season, 0..1. */
  alpha: number;
  beta: number;
  gamma: number;
  /** Values in a season. */
  seasonSteps: number;
}

/** Pure; `S` is JSON. */
export interface Forecaster<S, P = Smoothing> {
  /** Before the first value. */
  start: S;
  next(state: S, value: number | null, parameters: P): S;
  /** `steps` >= 1 after the last value; null before the first. May be negative even if no value is. */
  ahead(state: S, steps: number, parameters: P): number | null;
}

export interface RunInput<S> {
  values: readonly (number | null)[];
  horizon: number;
  state: S;
}

/** Takes in all values, then looks 1 to `horizon` steps ahead. */
export function run<S, P>(forecaster: Forecaster<S, P>, input: RunInput<S> & P) {
  const state = input.values.reduce<S>((s, value) => forecaster.next(s, value, input), input.state);
  const forecast = Array.from({ length: input.horizon }, (_, i) => forecaster.ahead(state, i + 1, input));
  return { forecast, state };
}

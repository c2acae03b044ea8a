// What was a season ago: the value of the same time of day yesterday. Until a whole season was seen, the last value.
// Source: R. J. Hyndman, G. Athanasopoulos, Forecasting: principles and practice, 3rd edition, 5.2, 2021.
import type { Forecaster, Smoothing } from './forecaster.ts';

export interface SeasonalNaiveState {
  /** The last season, oldest first; fewer in the beginning. */
  values: readonly number[];
}

export const seasonalNaive: Forecaster<SeasonalNaiveState, Pick<Smoothing, 'seasonSteps'>> = {
  start: { values: [] },
  next: (state, value, parameters) => {
    const taken = value ?? seasonalNaive.ahead(state, 1, parameters);
    return taken === null ? state : { values: [...state.values, taken].slice(-parameters.seasonSteps) };
  },
  ahead: ({ values }, steps, { seasonSteps }) => {
    if (values.length < seasonSteps) return values.at(-1) ?? null;
    return values[(steps - 1) % seasonSteps];
  },
};

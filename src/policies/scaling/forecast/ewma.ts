// Simple exponential smoothing: the forecast, however far ahead, is a mean of all values with weights that fall off
// geometrically. Knows neither trend nor season. Starts at the first value.
// Source: R. G. Brown, Statistical forecasting for inventory control, 1959.
import type { Forecaster, Smoothing } from './forecaster.ts';

export interface EwmaState {
  level: number | null;
}

export const ewma: Forecaster<EwmaState, Pick<Smoothing, 'alpha'>> = {
  start: { level: null },
  next: ({ level }, value, { alpha }) => ({
    level: value === null ? level : level === null ? value : alpha * value + (1 - alpha) * level,
  }),
  ahead: ({ level }) => level,
};

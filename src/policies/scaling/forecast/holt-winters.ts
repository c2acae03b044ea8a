// Triple exponential smoothing with additive season: level l, trend b, season s of m steps,
//   l' = α·(y − s) + (1 − α)·(l + b), b' = β·(l' − l) + (1 − β)·b, s' = γ·(y − l − b) + (1 − γ)·s,
// forecast h ahead: l + h·b + s of that step. Initialisation: the first season is taken in by Holt's line (no season,
// from the first value and trend 0); at its end the level is its mean, the trend 0, the season what lay above the mean.
// Left out: fitting of the weights, multiplicative seasons.
// Source: C. C. Holt, 1957; P. R. Winters, 1960; in the form of R. J. Hyndman, G. Athanasopoulos, Forecasting:
// principles and practice, 3rd edition, 8.3, 2021.
import type { Forecaster } from './forecaster.ts';

export interface HoltWintersState {
  level: number | null;
  trend: number;
  /** Of the next m steps, the very next first; empty during the first season. */
  seasonal: readonly number[];
  /** Values of the first season until it is whole. */
  first: readonly number[];
}

export const holtWinters: Forecaster<HoltWintersState> = {
  start: { level: null, trend: 0, seasonal: [], first: [] },
  next: (state, value, parameters) => {
    const { level, trend, seasonal, first } = state;
    if (level === null) return value === null ? state : { ...state, level: value, first: [value] };
    const { alpha, beta, gamma, seasonSteps } = parameters;
    const season = seasonal[0] ?? 0;
    const taken = value ?? level + trend + season;
    if (first.length > 0 && first.length + 1 === seasonSteps) return afterFirstSeason([...first, taken]);
    const nextLevel = alpha * (taken - season) + (1 - alpha) * (level + trend);
    const nextTrend = beta * (nextLevel - level) + (1 - beta) * trend;
    const nextSeason = gamma * (taken - level - trend) + (1 - gamma) * season;
    const isSeasonal = seasonal.length > 0;
    return {
      level: nextLevel,
      trend: nextTrend,
      seasonal: isSeasonal ? [...seasonal.slice(1), nextSeason] : [],
      first: isSeasonal ? [] : [...first, taken],
    };
  },
  ahead: ({ level, trend, seasonal }, steps) => {
    if (level === null) return null;
    const season = seasonal.length > 0 ? seasonal[(steps - 1) % seasonal.length] : 0;
    return level + steps * trend + season;
  },
};

function afterFirstSeason(values: readonly number[]): HoltWintersState {
  const level = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { level, trend: 0, seasonal: values.map((value) => value - level), first: [] };
}

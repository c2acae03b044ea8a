// Relative errors of predictions, predicted/measured − 1, summed up: how large, and on which side.

export interface ErrorStatistics {
  count: number;
  /** Of |error|; quantiles are interpolated linearly between ranks. */
  medianError: number;
  p90Error: number;
  maxError: number;
  /** Mean of the errors with their sign: positive where predictions are too long or too high. */
  bias: number;
}

/** Throws for an empty list: nothing compared has no error. */
export function errorStatistics(errors: readonly number[]): ErrorStatistics {
  if (errors.length === 0) throw new Error('errorStatistics: no errors given');
  const sorted = errors.map(Math.abs).toSorted((a, b) => a - b);
  return {
    count: errors.length,
    medianError: quantile(sorted, 0.5),
    p90Error: quantile(sorted, 0.9),
    maxError: sorted[sorted.length - 1],
    bias: errors.reduce((sum, error) => sum + error, 0) / errors.length,
  };
}

function quantile(sorted: readonly number[], share: number): number {
  const rank = share * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
}

// Differences between policies, seed by seed: both have seen the same arrivals, so what chance does to both cancels.
// The interval is Student's; intervals of several differences are each at 95 %, not all together.
import { studentQuantile } from './student-t.ts';

const CONFIDENCE = 0.95;

export interface PairedDifference {
  pairs: number;
  mean: number;
  /** Half the width of the confidence interval; NaN for a single pair. */
  halfWidth: number;
  /** `real`: 0 lies outside the interval. */
  verdict: 'real' | 'within chance' | 'one seed';
}

/** Of `values` less `reference`, position by position. */
export function pairedDifference(values: readonly number[], reference: readonly number[]): PairedDifference {
  const differences = values.map((value, i) => value - reference[i]);
  const pairs = differences.length;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / pairs;
  if (pairs < 2) return { pairs, mean, halfWidth: NaN, verdict: 'one seed' };
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) * (difference - mean), 0);
  const standardError = Math.sqrt(squares / (pairs - 1) / pairs);
  const halfWidth = studentQuantile(CONFIDENCE, pairs - 1) * standardError;
  return { pairs, mean, halfWidth, verdict: Math.abs(mean) > halfWidth ? 'real' : 'within chance' };
}

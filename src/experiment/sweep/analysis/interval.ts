// The mean of a response over seeds and the interval in which the true mean lies with the given confidence: Student's,
// for independent seeds. Intervals of several variants or responses are each at that confidence, not all together.
import { studentQuantile } from '../../compare/student-t.ts';

export interface Interval {
  count: number;
  /** NaN where any of the values is missing. */
  mean: number;
  /** Half its width; NaN for a single value. */
  halfWidth: number;
}

const quantiles = new Map<string, number>();

/** Found by bisection, and asked for again by every response of every variant. */
function quantile(confidence: number, degrees: number): number {
  const key = `${confidence}/${degrees}`;
  let found = quantiles.get(key);
  if (found === undefined) quantiles.set(key, (found = studentQuantile(confidence, degrees)));
  return found;
}

export function intervalOf(values: readonly number[], confidence: number): Interval {
  const count = values.length;
  if (count === 0) return { count, mean: NaN, halfWidth: NaN };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, halfWidth: NaN };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const standardError = Math.sqrt(squares / (count - 1) / count);
  return { count, mean, halfWidth: quantile(confidence, count - 1) * standardError };
}

// How many seeds a variant needs until the interval of its mean is narrow enough: a two-stage rule like that of C. Stein
// (Annals of Mathematical Statistics 16, 1945), repeated. From the variance so far follows how many seeds would do; at most
// twice as many as there are go into the next round, since a variance of few seeds is a poor guess. It depends on the
// responses alone, so the same sweep adds the same seeds wherever it runs. Left out: a correction for having looked several
// times, by which the true confidence is a little below the nominal one.
import type { StopRule } from '../file/experiment.ts';
import { intervalOf } from './interval.ts';

/** Seeds that the variant is to have after the next round; `values.length` where it needs no more. */
export function seedsWanted(values: readonly number[], rule: StopRule, confidence: number): number {
  const { count, mean, halfWidth } = intervalOf(values, confidence);
  const { relativeHalfWidth, absoluteHalfWidth, seedsMax } = rule;
  const wanted = absoluteHalfWidth ?? relativeHalfWidth! * Math.abs(mean);
  // A response that is missing in one seed has no mean, and more seeds give it none.
  if (Number.isNaN(mean) || count >= seedsMax || halfWidth <= wanted) return count;
  if (Number.isNaN(halfWidth)) return Math.min(2, seedsMax);
  const ratio = halfWidth / wanted;
  const enough = Math.ceil(count * ratio * ratio);
  return Math.min(Math.max(enough, count + 1), 2 * count, seedsMax);
}

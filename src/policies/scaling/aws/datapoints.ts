// What CloudWatch makes of a signal: a mean per period of its samples, of which the last few are kept for alarms. A
// period without a sample is missing (null). Samples are what was scraped at the policy's ticks, four a period.
// Left out: the minutes by which CloudWatch's own metrics come late.

/** JSON. */
export interface Datapoints {
  /** Number of the running period; null before the first sample. */
  period: number | null;
  sum: number;
  count: number;
  /** Of the finished periods, oldest first. */
  values: readonly (number | null)[];
}

export const NO_DATAPOINTS: Datapoints = { period: null, sum: 0, count: 0, values: [] };
export const TICKS_PER_PERIOD = 4;

export function addSample(
  before: Datapoints,
  value: number | null,
  { atSeconds, periodSeconds, keep }: { atSeconds: number; periodSeconds: number; keep: number },
): Datapoints {
  const period = Math.floor(atSeconds / periodSeconds);
  const sampled = value === null ? { sum: 0, count: 0 } : { sum: value, count: 1 };
  if (before.period === null) return { ...before, period, ...sampled };
  if (period === before.period) {
    return { ...before, sum: before.sum + sampled.sum, count: before.count + sampled.count };
  }
  const finished = before.count === 0 ? null : before.sum / before.count;
  const missing = Array.from({ length: Math.min(keep, period - before.period - 1) }, () => null);
  return { period, ...sampled, values: [...before.values, finished, ...missing].slice(-keep) };
}

/** Whether a period was finished in between. */
export function hasEnded(before: Datapoints, after: Datapoints): boolean {
  return before.period !== null && before.period !== after.period;
}

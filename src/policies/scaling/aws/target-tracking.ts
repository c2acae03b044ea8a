// Target tracking of AWS Auto Scaling: capacity in proportion to metric over target. Of several policies the largest
// proposal counts, so that all must agree to scale in; one without data agrees to nothing less than what is.
// Its alarms: above the target for 3 minutes, or below 90 % of it for 15.
// Source: docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html (2024).

export interface TrackedMetric {
  /** Per unit of capacity; null: no data. */
  metric: number | null;
  target: number;
  disableScaleIn: boolean;
}

/** Null: no opinion. */
export function proposal(capacity: number, { metric, target, disableScaleIn }: TrackedMetric): number | null {
  const proposed = metric === null ? capacity : Math.ceil((capacity * metric) / target);
  return disableScaleIn && proposed <= capacity ? null : proposed;
}

export function largestProposal(capacity: number, proposals: readonly (number | null)[]): number {
  const given = proposals.filter((value) => value !== null);
  return given.length === 0 ? capacity : Math.max(...given);
}

export interface AlarmInput {
  /** One per period, oldest first; null: missing. */
  values: readonly (number | null)[];
  target: number;
  highPeriods: number;
  lowPeriods: number;
  /** Of the target. */
  lowFactor: number;
}

export const ALARM_DEFAULTS = { highPeriods: 3, lowPeriods: 15, lowFactor: 0.9 };

/** On when every one of the last periods breaches; a missing one does not. */
export function trackingAlarms({ values, target, highPeriods, lowPeriods, lowFactor }: AlarmInput): {
  high: boolean;
  low: boolean;
} {
  return {
    high: lastAll(values, highPeriods, (value) => value > target),
    low: lastAll(values, lowPeriods, (value) => value < lowFactor * target),
  };
}

export function lastAll(
  values: readonly (number | null)[],
  periods: number,
  breaches: (value: number) => boolean,
): boolean {
  const last = values.slice(-periods);
  return last.length === periods && last.every((value) => value !== null && breaches(value));
}

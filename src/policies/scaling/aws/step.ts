// Step scaling of AWS Auto Scaling: how far the metric is beyond its threshold selects a step, the step an adjustment.
// Source: docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html (2024). Left out: warm-up times.
import { clamped, type Bounds } from './cooldown.ts';

export const ADJUSTMENT_TYPES = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const;
export const COMPARISON_OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanOrEqualToThreshold',
  'LessThanThreshold',
] as const;

export type AdjustmentType = (typeof ADJUSTMENT_TYPES)[number];
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

/** Relative to the threshold; null is open. */
export interface Step {
  lower: number | null;
  upper: number | null;
  adjustment: number;
}

export interface StepInput extends Bounds {
  capacity: number;
  /** Null: no data. */
  metric: number | null;
  threshold: number;
  comparisonOperator: ComparisonOperator;
  adjustmentType: AdjustmentType;
  minAdjustmentMagnitude: number;
  steps: readonly Step[];
}

/** What the policy asks for, within bounds; what is when the alarm is off or no step fits. */
export function stepCapacity(input: StepInput): {
  desiredCapacity: number;
  step: number | null;
  reason: string;
} {
  const { capacity, metric, threshold, steps } = input;
  const same = (reason: string) => ({ desiredCapacity: clamped(capacity, input), step: null, reason });
  if (metric === null) return same('no data');
  const x = metric - threshold;
  if (!breaches(x, input.comparisonOperator)) return same('alarm off');
  const index = steps.findIndex((step) => fits(step, x, isAbove(input.comparisonOperator)));
  if (index < 0) return same('no step fits');
  const { adjustment } = steps[index];
  const desired = adjusted(capacity, adjustment, input);
  return {
    desiredCapacity: clamped(desired, input),
    step: index,
    reason: `step ${index + 1}: ${adjustment}`,
  };
}

export function isAbove(operator: ComparisonOperator): boolean {
  return operator.startsWith('Greater');
}

/** `x`: metric − threshold. */
export function breaches(x: number, operator: ComparisonOperator): boolean {
  if (x === 0) return operator.includes('OrEqual');
  return x > 0 === isAbove(operator);
}

/** The bound nearer to the threshold belongs to the step: the lower one above it, the upper one below. */
function fits({ lower, upper }: Step, x: number, above: boolean): boolean {
  const low = lower ?? -Infinity;
  const high = upper ?? Infinity;
  return above ? low <= x && x < high : low < x && x <= high;
}

export function adjusted(
  capacity: number,
  adjustment: number,
  rules: Pick<StepInput, 'adjustmentType' | 'minAdjustmentMagnitude'>,
): number {
  switch (rules.adjustmentType) {
    case 'ChangeInCapacity':
      return capacity + adjustment;
    case 'ExactCapacity':
      return adjustment;
    case 'PercentChangeInCapacity': {
      const change = wholeChange((capacity * adjustment) / 100);
      return (
        capacity +
        Math.sign(change) * Math.max(Math.abs(change), change === 0 ? 0 : rules.minAdjustmentMagnitude)
      );
    }
  }
}

/** Less than one is one; the rest is rounded toward 0. */
function wholeChange(change: number): number {
  return Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
}

/** Two steps that both fit some value; a mistake, since only one can be taken. */
export function overlap(steps: readonly Step[]): boolean {
  const sorted = steps
    .map(({ lower, upper }) => ({ low: lower ?? -Infinity, high: upper ?? Infinity }))
    .toSorted((a, b) => a.low - b.low);
  return sorted.some(({ low, high }, i) => low >= high || (i > 0 && low < sorted[i - 1].high));
}

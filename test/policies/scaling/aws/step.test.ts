import { describe, expect, it } from 'vitest';
import {
  adjusted,
  overlap,
  stepCapacity,
  type ComparisonOperator,
  type Step,
  type StepInput,
} from '../../../../src/policies/scaling/aws/step.ts';

const step = (lower: number | null, upper: number | null, adjustment: number): Step => ({
  lower,
  upper,
  adjustment,
});
const out = [step(0, 10, 1), step(10, 20, 2), step(20, null, 3)];
const inwards = [step(-10, 0, -1), step(-20, -10, -2), step(null, -20, -3)];

const base: StepInput = {
  capacity: 10,
  minCapacity: 0,
  maxCapacity: 100,
  metric: 60,
  threshold: 60,
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  adjustmentType: 'ChangeInCapacity',
  minAdjustmentMagnitude: 0,
  steps: out,
};

describe('the step that fits', () => {
  it.each<[string, number | null, ComparisonOperator, Step[], number]>([
    ['above: the lower bound belongs to it', 60, 'GreaterThanOrEqualToThreshold', out, 11],
    ['above: just below the upper bound', 69.999, 'GreaterThanOrEqualToThreshold', out, 11],
    ['above: the upper bound belongs to the next', 70, 'GreaterThanOrEqualToThreshold', out, 12],
    ['above: the last is open', 1e9, 'GreaterThanOrEqualToThreshold', out, 13],
    ['below the threshold of an alarm above: off', 59.999, 'GreaterThanOrEqualToThreshold', out, 10],
    ['at the threshold of a strict alarm: off', 60, 'GreaterThanThreshold', out, 10],
    ['just above it', 60.001, 'GreaterThanThreshold', out, 11],
    ['below: the upper bound belongs to it', 60, 'LessThanOrEqualToThreshold', inwards, 9],
    ['below: just above the lower bound', 50.001, 'LessThanOrEqualToThreshold', inwards, 9],
    ['below: the lower bound belongs to the next', 50, 'LessThanOrEqualToThreshold', inwards, 8],
    ['below: the last is open', -1e9, 'LessThanOrEqualToThreshold', inwards, 7],
    ['at the threshold of a strict alarm below: off', 60, 'LessThanThreshold', inwards, 10],
    ['no step fits', 65, 'GreaterThanOrEqualToThreshold', [step(10, null, 5)], 10],
    ['no data', null, 'GreaterThanOrEqualToThreshold', out, 10],
  ])('%s', (_, metric, comparisonOperator, steps, capacity) => {
    expect(stepCapacity({ ...base, metric, comparisonOperator, steps }).desiredCapacity).toBe(capacity);
  });

  it.each([
    ['to the upper bound', { capacity: 99, metric: 80 }, 100],
    [
      'to the lower bound',
      { capacity: 1, metric: 30, comparisonOperator: 'LessThanThreshold', steps: inwards },
      0,
    ],
    ['also where nothing is to be done', { capacity: 120, metric: 0 }, 100],
  ] as const)('is limited %s', (_, input, capacity) => {
    expect(stepCapacity({ ...base, ...input }).desiredCapacity).toBe(capacity);
  });
});

describe('an adjustment', () => {
  it.each([
    ['12.7 %-steps: 10 % of 127 is 12', 127, 10, 0, 139],
    ['10 % of 7 is 0.7, which is 1', 7, 10, 0, 8],
    ['−10 % of 7 is −0.7, which is −1', 7, -10, 0, 6],
    ['−26.7 is −26', 89, -30, 0, 63],
    ['exactly 1 stays', 10, 10, 0, 11],
    ['0 % is nothing, whatever the least size', 10, 0, 5, 10],
    ['nothing of nothing', 0, 50, 5, 0],
    ['raised to the least size', 10, 10, 2, 12],
    ['raised on the way down too', 10, -10, 2, 8],
    ['larger than the least size', 100, 25, 2, 125],
    ['after rounding: 0.4 is 1, then 2', 4, 10, 2, 6],
  ])('in percent: %s', (_, capacity, percent, minAdjustmentMagnitude, result) => {
    expect(
      adjusted(capacity, percent, { adjustmentType: 'PercentChangeInCapacity', minAdjustmentMagnitude }),
    ).toBe(result);
  });

  it.each([
    ['ChangeInCapacity', -3, 7],
    ['ExactCapacity', 3, 3],
  ] as const)('%s %i of 10 is %i; the least size plays no part', (adjustmentType, adjustment, result) => {
    expect(adjusted(10, adjustment, { adjustmentType, minAdjustmentMagnitude: 5 })).toBe(result);
  });
});

it.each([
  ['one after the other', out, false],
  ['with a gap', [step(0, 10, 1), step(20, null, 2)], false],
  ['in any order', out.toReversed(), false],
  ['overlapping', [step(0, 11, 1), step(10, null, 2)], true],
  ['two open ones', [step(null, null, 1), step(10, null, 2)], true],
  ['an empty one', [step(10, 10, 1)], true],
])('steps %s', (_, steps, overlaps) => expect(overlap(steps)).toBe(overlaps));

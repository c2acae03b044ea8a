// AWS step scaling as a policy: each alarm (a metric beyond a threshold for some periods in a row) has its steps. While
// one is on it acts every period; of several the largest answer counts. Left out: warm-up, CloudWatch's delay.
// Source: docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html (2024).
import { z } from 'zod';
import { choice, list, quantity, section } from '../../../settings/keys.ts';
import { metricKey, metricNeeds, metricValue, statisticKey } from '../basic/metric-key.ts';
import { scalingPolicy } from '../policy.ts';
import { NO_COOLDOWN, withCooldown, type CooldownState } from './cooldown.ts';
import { addSample, hasEnded, NO_DATAPOINTS, TICKS_PER_PERIOD, type Datapoints } from './datapoints.ts';
import { cooldownKeys, periodKey, stepsKey } from './keys.ts';
import { ADJUSTMENT_TYPES, breaches, COMPARISON_OPERATORS, stepCapacity } from './step.ts';
import { lastAll } from './target-tracking.ts';

const EVALUATION_PERIODS_MAX = 100;

const alarm = section(
  {
    metric: metricKey,
    statistic: statisticKey,
    threshold: quantity('count', { min: 0, max: 1e12 }, 'In the unit of the metric.'),
    comparisonOperator: choice(COMPARISON_OPERATORS, 'When the alarm is on.').default(
      'GreaterThanOrEqualToThreshold',
    ),
    evaluationPeriods: quantity(
      'count',
      { min: 1, max: EVALUATION_PERIODS_MAX, whole: true },
      'For so many periods in a row.',
    ).prefault(1),
    adjustmentType: choice(ADJUSTMENT_TYPES, 'What an adjustment is.').default('ChangeInCapacity'),
    minAdjustmentMagnitude: quantity(
      'count',
      { min: 0, max: 1e6, whole: true },
      'Least size of a change in percent, in replicas.',
    ).prefault(0),
    steps: stepsKey,
  },
  'An alarm and its steps.',
);

const parameters = section(
  {
    // Ours, for want of any of AWS's: out on a queue, in when much of the KV cache is free.
    policies: list(alarm, { min: 1, max: 20 }, 'Alarms and their steps.').prefault([
      {
        metric: 'waiting',
        threshold: 2,
        steps: [
          { lower: 0, upper: 8, adjustment: 1 },
          { lower: 8, adjustment: 3 },
        ],
      },
      {
        metric: 'kv-usage',
        threshold: 0.4,
        comparisonOperator: 'LessThanThreshold',
        evaluationPeriods: 5,
        steps: [{ upper: 0, adjustment: -1 }],
      },
    ]),
    ...cooldownKeys,
    period: periodKey,
  },
  'Step scaling of AWS Auto Scaling.',
);

type Parameters = z.output<typeof parameters>;

interface State {
  datapoints: readonly Datapoints[];
  cooldown: CooldownState;
}

export const awsStepPolicy = scalingPolicy<Parameters, State>({
  name: 'aws-step',
  summary: 'AWS Auto Scaling: steps by how far a metric is beyond its threshold',
  source: 'docs.aws.amazon.com/autoscaling, step scaling policies (2024)',
  parameters,
  needs: ({ policies }) => metricNeeds(policies.map(({ metric }) => metric)),
  intervalSeconds: ({ period }) => period / TICKS_PER_PERIOD,
  start: ({ policies }) => ({ datapoints: policies.map(() => NO_DATAPOINTS), cooldown: NO_COOLDOWN }),
  recommend: ({ policies, period, scaleOutCooldown, scaleInCooldown }, observation, before) => {
    const { atSeconds, wantedReplicas: capacity, pool } = observation;
    const datapoints = policies.map(({ metric, statistic, evaluationPeriods }, i) =>
      addSample(before.datapoints[i], metricValue(observation, metric, statistic), {
        atSeconds,
        periodSeconds: period,
        keep: evaluationPeriods,
      }),
    );
    if (!hasEnded(before.datapoints[0], datapoints[0])) {
      return { desiredReplicas: null, reason: 'within the period', state: { ...before, datapoints } };
    }
    const bounds = { minCapacity: pool.minReplicas, maxCapacity: pool.maxReplicas };
    const steps = policies.map((policy, i) => stepOf(policy, datapoints[i], { capacity, ...bounds }));
    const active = steps.filter(({ step }) => step !== null);
    const desired = active.length === 0 ? capacity : Math.max(...active.map((step) => step.desiredCapacity));
    const scaled = withCooldown({
      ...bounds,
      capacity,
      desired,
      scaleOutCooldownSeconds: scaleOutCooldown,
      scaleInCooldownSeconds: scaleInCooldown,
      atSeconds,
      state: before.cooldown,
    });
    const reasons = active.length === 0 ? steps : active;
    return {
      desiredReplicas: scaled.desiredCapacity,
      reason: `${reasons.map(({ reason }) => reason).join(', ')}; ${scaled.reason}`,
      state: { datapoints, cooldown: scaled.state },
    };
  },
});

/** The last period's value counts when all of the evaluated ones breach. */
function stepOf(
  policy: Parameters['policies'][number],
  { values }: Datapoints,
  capacity: { capacity: number; minCapacity: number; maxCapacity: number },
) {
  const { threshold, comparisonOperator, evaluationPeriods } = policy;
  const isOn = lastAll(values, evaluationPeriods, (value) => breaches(value - threshold, comparisonOperator));
  if (!isOn) return { desiredCapacity: capacity.capacity, step: null, reason: 'alarm off' };
  return stepCapacity({ ...policy, ...capacity, metric: values.at(-1)! });
}

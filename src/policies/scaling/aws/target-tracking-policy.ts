// AWS target tracking as a policy: per metric a mean per minute and the two alarms; while one is on, the proposal of
// the last minute, every minute; then the largest proposal and the cooldowns. Capacity is what the controller last
// asked for. Left out: instance warm-up (replicas that are not ready give no samples), CloudWatch's delay.
// Source: docs.aws.amazon.com/autoscaling/application and /ec2/userguide (2024).
import { z } from 'zod';
import { flag, list, quantity, section } from '../../../settings/keys.ts';
import { metricKey, metricNeeds, metricValue, statisticKey } from '../basic/metric-key.ts';
import { scalingPolicy } from '../policy.ts';
import { NO_COOLDOWN, withCooldown, type CooldownState } from './cooldown.ts';
import { addSample, hasEnded, NO_DATAPOINTS, TICKS_PER_PERIOD, type Datapoints } from './datapoints.ts';
import { cooldownKeys, periodKey } from './keys.ts';
import { ALARM_DEFAULTS, largestProposal, proposal, trackingAlarms } from './target-tracking.ts';

const tracked = section(
  {
    metric: metricKey,
    statistic: statisticKey,
    target: quantity('count', { above: 0, max: 1e12 }, 'Value to hold, in the unit of the metric.'),
    disableScaleIn: flag('Whether it only scales out.').default(false),
  },
  'A metric and its target.',
);

const parameters = section(
  {
    // KV usage is on the same scale for every model and grows with the load; AWS has no default.
    policies: list(
      tracked,
      { min: 1, max: 20 },
      'Metrics and targets; the largest proposal counts.',
    ).prefault([{ metric: 'kv-usage', target: 0.7 }]),
    ...cooldownKeys,
    period: periodKey,
  },
  'Target tracking of AWS Auto Scaling.',
);

interface State {
  datapoints: readonly Datapoints[];
  cooldown: CooldownState;
}

export const awsTargetTrackingPolicy = scalingPolicy<z.output<typeof parameters>, State>({
  name: 'aws-target-tracking',
  summary: 'AWS Auto Scaling: capacity in proportion to metric over target, by alarms of 3 and 15 minutes',
  source: 'docs.aws.amazon.com/autoscaling, target tracking scaling policies (2024)',
  parameters,
  needs: ({ policies }) => metricNeeds(policies.map(({ metric }) => metric)),
  intervalSeconds: ({ period }) => period / TICKS_PER_PERIOD,
  start: ({ policies }) => ({ datapoints: policies.map(() => NO_DATAPOINTS), cooldown: NO_COOLDOWN }),
  recommend: ({ policies, period, scaleOutCooldown, scaleInCooldown }, observation, before) => {
    const { atSeconds, wantedReplicas: capacity, pool } = observation;
    const when = { atSeconds, periodSeconds: period, keep: ALARM_DEFAULTS.lowPeriods };
    const datapoints = policies.map(({ metric, statistic }, i) =>
      addSample(before.datapoints[i], metricValue(observation, metric, statistic), when),
    );
    if (!hasEnded(before.datapoints[0], datapoints[0])) {
      return { desiredReplicas: null, reason: 'within the period', state: { ...before, datapoints } };
    }
    const proposals = policies.map((policy, i) => {
      const { values } = datapoints[i];
      const { high, low } = trackingAlarms({ ...ALARM_DEFAULTS, values, target: policy.target });
      const metric = high || low ? (values.at(-1) ?? null) : null;
      return proposal(capacity, { ...policy, metric });
    });
    const scaled = withCooldown({
      capacity,
      desired: largestProposal(capacity, proposals),
      minCapacity: pool.minReplicas,
      maxCapacity: pool.maxReplicas,
      scaleOutCooldownSeconds: scaleOutCooldown,
      scaleInCooldownSeconds: scaleInCooldown,
      atSeconds,
      state: before.cooldown,
    });
    return {
      desiredReplicas: scaled.desiredCapacity,
      reason: scaled.reason,
      state: { datapoints, cooldown: scaled.state },
    };
  },
});

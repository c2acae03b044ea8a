// The threshold rule as a policy, on any signal of the pool. Without a ready replica there is no signal per replica:
// then requests held at the gateway count as being above.
import { z } from 'zod';
import { quantity, section } from '../../../settings/keys.ts';
import { scalingPolicy } from '../policy.ts';
import { metricKey, metricNeeds, metricValue, statisticKey } from './metric-key.ts';
import { threshold, type ThresholdState } from './threshold-rule.ts';

const REPLICAS_MAX = 100_000;
const DAY_SECONDS = 86_400;

const replicas = (description: string) =>
  quantity('count', { min: 1, max: REPLICAS_MAX, whole: true }, description);
const seconds = (min: number, description: string) =>
  quantity('seconds', { min, max: DAY_SECONDS }, description);

const parameters = section(
  {
    metric: metricKey.default('waiting'),
    statistic: statisticKey,
    above: quantity('count', { min: 0, max: 1e12 }, 'Above this it scales up.').prefault(5),
    below: quantity('count', { min: 0, max: 1e12 }, 'Below this it scales down.').prefault(1),
    up: replicas('Replicas added at a time.').prefault(1),
    down: replicas('Replicas removed at a time.').prefault(1),
    upCooldown: seconds(0, 'Rest after a change before it scales up.').prefault(60),
    downCooldown: seconds(0, 'Rest after a change before it scales down.').prefault(300),
    interval: seconds(1, 'Time between decisions.').prefault(15),
  },
  'Up above one threshold, down below another.',
).refine(({ above, below }) => below <= above, {
  path: ['below'],
  error: 'is more than above; lower it',
});

export const thresholdPolicy = scalingPolicy<z.output<typeof parameters>, ThresholdState>({
  name: 'threshold',
  summary: 'plus or minus a few replicas by thresholds of a signal, with cooldown',
  source: 'the usual baseline of autoscaling studies',
  parameters,
  needs: ({ metric }) => metricNeeds([metric]),
  intervalSeconds: ({ interval }) => interval,
  start: () => ({ changedAtSeconds: null }),
  recommend: ({ metric, statistic, upCooldown, downCooldown, ...rules }, observation, state) => {
    const { atSeconds, wantedReplicas, gatewayQueue, replicasByState, metricsOutage, pool } = observation;
    const isHeldUp = replicasByState.ready === 0 && gatewayQueue > 0 && !metricsOutage;
    return threshold({
      ...rules,
      value: isHeldUp ? Infinity : metricValue(observation, metric, statistic),
      current: wantedReplicas,
      upCooldownSeconds: upCooldown,
      downCooldownSeconds: downCooldown,
      minReplicas: pool.minReplicas,
      maxReplicas: pool.maxReplicas,
      atSeconds,
      state,
    });
  },
});

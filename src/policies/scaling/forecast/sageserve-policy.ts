// SageServe's LT-U (sageserve.ts) as a policy. Memory use is that of the KV cache, weights left out, as in the original.
// Instead of prompt tokens it counts requests, and Holt-Winters forecasts in place of ARIMA. The original's plan looks
// at the last 40 minutes of its hour: what comes before was planned for an hour earlier.
import type { z } from 'zod';
import { quantity, section } from '../../../settings/keys.ts';
import { optional, share } from '../llm/inputs.ts';
import { scalingPolicy, type Observation } from '../policy.ts';
import { signalOf } from '../signals.ts';
import {
  ARRIVAL_KEYS,
  arrivalNeeds,
  hasWholeBuckets,
  peakForecast,
  startArrivals,
  takeIn,
  WHOLE_BUCKETS,
  type ArrivalsState,
} from './arrivals.ts';
import { gate, hourlyPlan, type GateState } from './sageserve.ts';

const DAY_SECONDS = 86_400;
const seconds = (min: number, description: string) =>
  quantity('seconds', { min, max: DAY_SECONDS }, description);

const parameters = section(
  {
    ...ARRIVAL_KEYS,
    planInterval: seconds(60, 'Time between plans.').prefault('1h'),
    planFrom: seconds(0, 'A plan is for the forecast peak from so far ahead …').prefault('20m'),
    planUntil: seconds(1, '… until so far ahead.').prefault('1h'),
    scaleOutAbove: share('KV use above which it goes up towards the plan.').prefault(0.5),
    scaleInBelow: share('KV use below which it goes down towards the plan.').prefault(0.25),
    overrideAbove: share('KV use above which it adds one to the plan; null: never.')
      .nullable()
      .prefault(0.9)
      .meta({ description: 'KV use above which it adds one to the plan; null: never.' }),
    rest: optional(seconds(0, 'Rest after an added replica.'), 'one mean cold start'),
    interval: seconds(1, 'Time between decisions.').prefault('15s'),
  },
  'SageServe LT-U.',
)
  .refine(hasWholeBuckets, WHOLE_BUCKETS)
  .refine(({ planFrom, planUntil }) => planFrom < planUntil, {
    path: ['planFrom'],
    error: 'is not before planUntil; lower it',
  });

const FORECAST = { forecast: 'holt-winters' } as const;

type Parameters = z.output<typeof parameters>;

interface State {
  arrivals: ArrivalsState;
  plannedAtSeconds: number | null;
  planned: number | null;
  gate: GateState;
}

export const sageServePolicy = scalingPolicy<Parameters, State>({
  name: 'sageserve-lt-u',
  summary:
    'SageServe LT-U: an hourly plan for the forecast peak (by Holt-Winters, not ARIMA), followed as memory use allows',
  source: 'SageServe (Jaiswal et al. 2025, arXiv 2502.14617) and the authors’ simulator',
  parameters,
  needs: arrivalNeeds,
  intervalSeconds: ({ interval }) => interval,
  start: (p) => ({
    arrivals: startArrivals({ ...p, ...FORECAST }),
    plannedAtSeconds: null,
    planned: null,
    gate: { restUntilSeconds: null },
  }),
  recommend: (p, observation, state) => {
    const arrivals = takeIn({ ...p, ...FORECAST }, observation, state.arrivals);
    const next = withPlan(p, observation, { ...state, arrivals });
    const hold = (reason: string) => ({ desiredReplicas: null, reason, state: next });
    if (observation.metricsOutage) return hold('no metrics');
    if (observation.pool.kvTokens === null) return hold('a KV cache without limit has no use');
    if (next.planned === null)
      return hold('no plan yet: nothing forecast, or no capacity of a replica known');
    const {
      desiredReplicas,
      reason,
      state: gateState,
    } = gate({
      ...p,
      planned: next.planned,
      current: observation.wantedReplicas,
      memoryUse: signalOf(observation, 'mean-kv-usage').total,
      atSeconds: observation.atSeconds,
      restSeconds: p.rest ?? observation.pool.coldStartSeconds,
      state: state.gate,
    });
    return { desiredReplicas, reason, state: { ...next, gate: gateState } };
  },
});

/** Plans anew when it is time and something can be planned. */
function withPlan(p: Parameters, { atSeconds, pool }: Observation, state: State): State {
  const { plannedAtSeconds } = state;
  if (plannedAtSeconds !== null && atSeconds - plannedAtSeconds < p.planInterval) return state;
  const capacityPerReplica = p.capacityPerReplica ?? pool.replicaCapacityPerSecond;
  const span = { fromSeconds: atSeconds + p.planFrom, toSeconds: atSeconds + p.planUntil };
  const peak = peakForecast({ ...p, ...FORECAST }, state.arrivals, span);
  if (peak === null || capacityPerReplica === null) return state;
  const plan = hourlyPlan({
    forecast: [peak],
    capacityPerReplica,
    nonInteractivePeak: 0,
    nonInteractiveShare: 0,
  });
  return { ...state, plannedAtSeconds: atSeconds, planned: plan.replicas };
}

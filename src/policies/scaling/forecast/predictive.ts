// Replicas for the arrivals that are forecast, ordered a cold start before they are needed, and never fewer than the
// present load wants. The largest forecast until an order of the next decision could be there counts, so that falling
// arrivals release nothing early. Before there is a forecast it only scales up.
import type { z } from 'zod';
import { choice, quantity, section } from '../../../settings/keys.ts';
import { optional } from '../llm/inputs.ts';
import { scalingPolicy } from '../policy.ts';
import { signalOf } from '../signals.ts';
import {
  ARRIVAL_KEYS,
  arrivalNeeds,
  FORECASTER_NAMES,
  hasWholeBuckets,
  peakForecast,
  startArrivals,
  takeIn,
  WHOLE_BUCKETS,
  type ArrivalsState,
} from './arrivals.ts';
import { replicasFor, safetyNet } from './replicas.ts';

const DAY_SECONDS = 86_400;

const parameters = section(
  {
    forecast: choice(
      FORECASTER_NAMES,
      'holt-winters: level, trend and season; seasonal-naive: as a season ago; ewma: a mean, without season.',
    ).default('holt-winters'),
    ...ARRIVAL_KEYS,
    headroom: quantity('share', { min: 0, max: 10 }, 'Part of the forecast added to it.').prefault(0.1),
    lead: optional(
      quantity('seconds', { min: 0, max: DAY_SECONDS }, 'Planned for so far ahead.'),
      'one mean cold start and one interval',
    ),
    queueDrain: quantity(
      'seconds',
      { min: 1, max: DAY_SECONDS },
      'Replicas for the present arrivals must work off what waits in that time.',
    ).prefault('5m'),
    interval: quantity('seconds', { min: 1, max: 3600 }, 'Time between decisions.').prefault('60s'),
  },
  'Replicas for forecast arrivals.',
).refine(hasWholeBuckets, WHOLE_BUCKETS);

export const predictivePolicy = scalingPolicy<z.output<typeof parameters>, ArrivalsState>({
  name: 'predictive',
  summary: 'replicas for the arrivals forecast one cold start ahead, never fewer than the present load wants',
  source: 'seasonal naive, EWMA or Holt-Winters (1960) forecasts',
  parameters,
  needs: arrivalNeeds,
  intervalSeconds: ({ interval }) => interval,
  start: (p) => startArrivals(p),
  recommend: (p, observation, state) => {
    const { atSeconds, rates, pool, metricsOutage, wantedReplicas } = observation;
    const next = takeIn(p, observation, state);
    const hold = (reason: string) => ({ desiredReplicas: null, reason, state: next });
    if (metricsOutage || rates.seconds === 0) return hold('no metrics');
    const capacityPerReplica = p.capacityPerReplica ?? pool.replicaCapacityPerSecond;
    if (capacityPerReplica === null) return hold('what a replica holds is unknown; give capacityPerReplica');
    const lead = p.lead ?? pool.coldStartSeconds + p.interval;
    const net = safetyNet({
      arrivedPerSecond: rates.arrivedPerSecond,
      waiting: signalOf(observation, 'waiting').total! + observation.gatewayQueue,
      queueDrainSeconds: p.queueDrain,
      capacityPerReplica,
    });
    const forecast = peakForecast(p, next, { fromSeconds: atSeconds, toSeconds: atSeconds + lead });
    const planned =
      forecast === null
        ? wantedReplicas
        : replicasFor({ forecast, headroom: p.headroom, capacityPerReplica });
    const shown = forecast === null ? 'no forecast yet' : `${forecast.toPrecision(3)} requests/s forecast`;
    const reason = net > planned ? `${net} for what arrives and waits now; ${shown}` : shown;
    return { desiredReplicas: Math.max(planned, net), reason, state: next };
  },
});

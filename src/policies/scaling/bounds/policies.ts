// The brackets of every comparison: policies that know the arrivals to come. They are bounds of need(t) only, which
// knows no queue: a real policy may do better by letting requests wait.
import type { z } from 'zod';
import { quantity, section } from '../../../settings/keys.ts';
import { optional } from '../llm/inputs.ts';
import { scalingPolicy, type Observation } from '../policy.ts';
import { oracle, zeroLead, type Foreseen } from './need.ts';

const SOURCE = 'need(t) = ceil(load(t) / capacity of a replica), perfect foresight';
const DAY_SECONDS = 86_400;

const interval = quantity('seconds', { min: 1, max: 3600 }, 'Time between decisions.').prefault('60s');
const ahead = (description: string) => quantity('seconds', { min: 0, max: DAY_SECONDS }, description);

const oracleParameters = section(
  {
    interval,
    lead: optional(ahead('So long before it is needed a replica is ordered.'), 'one mean cold start'),
    breakEven: optional(
      ahead('A replica goes only if it will not be needed for longer than that, as far as can be foreseen.'),
      'the lead: what a replica costs while it starts',
    ),
  },
  'Perfect foresight of the arrivals.',
);

export const oraclePolicy = scalingPolicy<z.output<typeof oracleParameters>, null>({
  name: 'oracle',
  summary: 'perfect foresight: replicas ordered one mean cold start before they are needed',
  source: SOURCE,
  parameters: oracleParameters,
  needs: () => ['replicaCapacity', 'foresight'],
  intervalSeconds: (p) => p.interval,
  start: () => null,
  recommend: (p, observation) => {
    const foreseen = foreseenIn(observation);
    if (foreseen === null) return UNFORESEEN;
    const { pool, wantedReplicas: current } = observation;
    const coldStartSeconds = p.lead ?? pool.coldStartSeconds;
    const lead = coldStartSeconds + p.interval;
    const { desiredReplicas, ahead: needed } = oracle({
      ...foreseen,
      current,
      coldStartSeconds,
      intervalSeconds: p.interval,
      breakEvenSeconds: p.breakEven ?? coldStartSeconds,
    });
    const kept = desiredReplicas > needed ? `, ${desiredReplicas} soon after` : '';
    const seen = foreseen.arrivalsPerSecond.length * foreseen.stepSeconds;
    const cut = seen < lead ? ` (only ${seen} s are foreseen)` : '';
    return { desiredReplicas, reason: `need ${needed} within ${lead} s${cut}${kept}`, state: null };
  },
});

const zeroLeadParameters = section({ interval }, 'As many replicas as are needed now.');

export const zeroLeadPolicy = scalingPolicy<z.output<typeof zeroLeadParameters>, null>({
  name: 'zero-lead',
  summary: 'as many replicas as are needed until the next decision; the cheapest bound with cold starts of 0',
  source: SOURCE,
  parameters: zeroLeadParameters,
  needs: () => ['replicaCapacity', 'foresight'],
  intervalSeconds: (p) => p.interval,
  start: () => null,
  recommend: (p, observation) => {
    const foreseen = foreseenIn(observation);
    if (foreseen === null) return UNFORESEEN;
    const desiredReplicas = zeroLead({ ...foreseen, intervalSeconds: p.interval });
    return { desiredReplicas, reason: `need ${desiredReplicas}`, state: null };
  },
});

const UNFORESEEN = {
  desiredReplicas: null,
  reason: 'the arrivals of this workload are not foreseen',
  state: null,
};

/** Null for a workload whose rate nobody knows beforehand. */
function foreseenIn({ foresight }: Observation): Foreseen | null {
  if (foresight === null || foresight.arrivalsPerSecond.length === 0) return null;
  const { replicaCapacityPerSecond: capacityPerReplica, ...rest } = foresight;
  return { ...rest, capacityPerReplica };
}

// The bounds as rules that can be called alone.
import { list, section } from '../../../settings/keys.ts';
import { amount, count, positive, seconds } from '../llm/inputs.ts';
import { rule, type Rule } from '../rule.ts';
import { needOf, oracle as oracleOf, zeroLead as zeroLeadOf } from './need.ts';

const SOURCE = 'need(t) = ceil(load(t) / capacity of a replica), perfect foresight';
const STEPS_MAX = 100_000;

const foreseenKeys = {
  arrivalsPerSecond: list(
    amount('Requests per second in one step.'),
    { min: 1, max: STEPS_MAX },
    'In steps from now on.',
  ),
  stepSeconds: positive('Length of a step.').prefault(60),
  capacityPerReplica: positive('Requests per second that one replica holds within the SLO.'),
};
const intervalSeconds = positive('Until the next decision.').prefault(60);

const need = rule({
  name: 'bounds/need',
  summary: 'replicas that a load needs',
  source: SOURCE,
  input: section(
    {
      arrivalsPerSecond: amount('Requests per second.'),
      capacityPerReplica: foreseenKeys.capacityPerReplica,
    },
    'A load and what one replica holds of it.',
  ),
  evaluate: (input) => ({ replicas: needOf(input.arrivalsPerSecond, input.capacityPerReplica) }),
  example: { input: { arrivalsPerSecond: 10.5, capacityPerReplica: 5 }, output: { replicas: 3 } },
});

const oracle = rule({
  name: 'bounds/oracle',
  summary: 'replicas to have ordered now if the load to come is known',
  source: SOURCE,
  input: section(
    {
      ...foreseenKeys,
      current: count('Provisioning, loading and ready.'),
      coldStartSeconds: seconds('From the order of a replica until it serves.'),
      intervalSeconds,
      breakEvenSeconds: seconds('A replica goes if it is not needed for longer than that.').prefault(0),
    },
    'A load to come and what is there.',
  ),
  evaluate: oracleOf,
  example: {
    // Needs 1, 1, 1, 3: the third is ordered only in a minute; the second is needed again within three.
    input: {
      arrivalsPerSecond: [1, 5, 5, 15],
      capacityPerReplica: 5,
      current: 2,
      coldStartSeconds: 60,
      breakEvenSeconds: 180,
    },
    output: { desiredReplicas: 2, ahead: 1, keep: 3 },
  },
});

const zeroLead = rule({
  name: 'bounds/zero-lead',
  summary: 'replicas needed until the next decision, as if they came at once',
  source: SOURCE,
  input: section({ ...foreseenKeys, intervalSeconds }, 'A load to come.'),
  evaluate: (input) => ({ desiredReplicas: zeroLeadOf(input) }),
  example: {
    input: { arrivalsPerSecond: [9, 30], capacityPerReplica: 5 },
    output: { desiredReplicas: 2 },
  },
});

export const BOUNDS_RULES: readonly Rule[] = [need, oracle, zeroLead];

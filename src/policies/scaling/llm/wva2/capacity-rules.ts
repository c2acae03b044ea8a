// How the second saturation analyser of llm-d values a replica and a variant, as rules that can be called alone.
import { list, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, count, optional } from '../inputs.ts';
import { replicaCapacity } from './analysis.ts';
import { computeBound, median, storedCapacity } from './capacity.ts';
import {
  history,
  kvCacheThreshold,
  limitKeys,
  queueLengthThreshold,
  replicaKeys,
  storedKeys,
  workloadKeys,
} from './inputs.ts';

const SOURCE = 'llm-d-workload-variant-autoscaler, saturation_v2 analyser (2026)';

const k2 = rule({
  name: 'wva2/k2',
  summary: 'compute-bound capacity: observed, of the history, derived from the engine’s limits, or k1',
  source: SOURCE,
  input: section(
    {
      k1: amount('Memory-bound capacity, tokens.'),
      queueLength: count('Requests that wait at the replica.').prefault(0),
      tokensInUse: amount('KV tokens in use.').prefault(0),
      queueLengthThreshold,
      history,
      ...workloadKeys,
      ...limitKeys,
    },
    'A replica, its limits and what was observed before.',
  ),
  evaluate: computeBound,
  example: {
    input: { k1: 12_800, queueLength: 2, tokensInUse: 6000, history: [8000, 8001] },
    output: { k2: 8000, source: 'history', history: [8000, 8001] },
  },
});

const capacity = rule({
  name: 'wva2/capacity',
  summary: 'tokens that a replica can carry, min(k1, k2), and those that it has to',
  source: SOURCE,
  input: section(
    {
      ...replicaKeys,
      ...limitKeys,
      kvCacheThreshold,
      queueLengthThreshold,
      history,
      storedCapacity: optional(
        amount('Of the variant, where the replica reports no KV capacity.'),
        'unknown',
      ),
    },
    'A replica.',
  ),
  evaluate: ({ storedCapacity: stored, ...input }) =>
    replicaCapacity(input, {
      ...input,
      scaleUpThreshold: 1,
      scaleDownBoundary: 1,
      variant: {
        ...input,
        cost: 0,
        currentReplicas: 1,
        pendingReplicas: 0,
        stored:
          stored === null
            ? null
            : {
                ...input,
                effectiveCapacity: stored,
                learnedFrom: 'live',
                compatibleCapacity: null,
              },
      },
    }),
  example: {
    input: {
      podName: 'a',
      tokensInUse: 8000,
      totalKvCapacityTokens: 16_000,
      queueLength: 6,
      avgInputTokens: 100,
    },
    output: {
      capacity: {
        podName: 'a',
        variantName: 'default',
        k1: 12_800,
        k2: 8000,
        k2Source: 'observed',
        effectiveCapacity: 8000,
        demand: 8600,
        isSaturated: true,
      },
      history: [8000],
    },
  },
});

const stored = rule({
  name: 'wva2/stored-capacity',
  summary: 'tokens per replica of a variant that has no ready one',
  source: SOURCE,
  input: section({ ...storedKeys, ...workloadKeys, kvCacheThreshold }, 'What is known of the variant.'),
  evaluate: (input) => ({ capacity: storedCapacity(input, input, input.kvCacheThreshold) }),
  example: {
    input: {
      effectiveCapacity: 8192,
      learnedFrom: 'deployment',
      effectiveMaxBatchedTokens: 8192,
      maxNumSeqs: 64,
      avgInputTokens: 100,
      avgOutputTokens: 200,
    },
    output: { capacity: 12_800 },
  },
});

const middle = rule({
  name: 'wva2/median',
  summary: 'capacity of a variant: the median of its replicas, cut to a whole number',
  source: SOURCE,
  input: section(
    { capacities: list(amount('Tokens.'), { min: 0, max: 100_000 }, 'Of the replicas.') },
    'Capacities.',
  ),
  evaluate: ({ capacities }) => ({ capacity: median(capacities) }),
  example: { input: { capacities: [8000, 4000, 12_801, 9001] }, output: { capacity: 8500 } },
});

export const WVA2_CAPACITY_RULES: readonly Rule[] = [k2, capacity, stored, middle];

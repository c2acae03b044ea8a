// The steps of llm-d's second saturation analyser as rules that can be called alone, for several variants of a model.
import { list, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, count, label, optional } from '../inputs.ts';
import { allocate } from './allocation.ts';
import { analyseTokens } from './analysis.ts';
import { WVA2_CAPACITY_RULES } from './capacity-rules.ts';
import { gatewayDemand, requiredAndSpare } from './demand.ts';
import {
  histories,
  hitRate,
  kvCacheThreshold,
  queue,
  queueLengthThreshold,
  replicas,
  thresholdKeys,
  variants,
  workloadKeys,
} from './inputs.ts';

const SOURCE = 'llm-d-workload-variant-autoscaler, saturation_v2 analyser (2026)';

const gateway = rule({
  name: 'wva2/queue-demand',
  summary: 'tokens that the requests held at the gateway will want, by role of the workers',
  source: SOURCE,
  input: section(
    {
      queueSize: count('Requests held.'),
      queueBytes: amount('Bytes of their bodies.').prefault(0),
      ...workloadKeys,
      prefixCacheHitRate: hitRate,
    },
    'The gateway’s queue and the mean request.',
  ),
  evaluate: (input) => gatewayDemand(input, input),
  example: {
    input: {
      queueSize: 10,
      queueBytes: 4000,
      avgInputTokens: 100,
      avgOutputTokens: 50,
      prefixCacheHitRate: 0.5,
    },
    output: {
      inputTokens: 500,
      outputTokens: 500,
      total: 1000,
      byRole: { prefill: 500, decode: 1000, both: 1000 },
    },
  },
});

const demand = rule({
  name: 'wva2/demand',
  summary: 'tokens of capacity that are lacking, or to spare',
  source: SOURCE,
  input: section(
    {
      demand: amount('Tokens wanted.'),
      supply: amount('Of the ready replicas.'),
      anticipatedSupply: amount('Of these and those to come.'),
      ...thresholdKeys,
    },
    'Demand and supply in tokens.',
  ),
  evaluate: (input) => requiredAndSpare(input, input),
  example: {
    input: { demand: 14_000, supply: 24_000, anticipatedSupply: 24_000, scaleDownBoundary: 0.875 },
    output: { requiredCapacity: 0, spareCapacity: 8000 },
  },
});

const analysis = rule({
  name: 'wva2/analysis',
  summary: 'capacity, demand, lack and spare of a model over its variants, from what each replica reports',
  source: SOURCE,
  input: section(
    {
      modelID: label('The model.'),
      replicas,
      variants,
      schedulerQueue: optional(queue, 'nothing is held'),
      history: histories,
      kvCacheThreshold,
      queueLengthThreshold,
      ...thresholdKeys,
    },
    'A model.',
  ),
  evaluate: analyseTokens,
  example: {
    input: {
      replicas: [{ podName: 'a', tokensInUse: 6800, totalKvCapacityTokens: 10_000 }],
      variants: [{ cost: 4, currentReplicas: 1 }],
    },
    output: {
      replicas: [
        {
          podName: 'a',
          variantName: 'default',
          k1: 8000,
          k2: 8000,
          k2Source: 'k1',
          effectiveCapacity: 8000,
          demand: 6800,
          isSaturated: false,
        },
      ],
      variants: [
        {
          variantName: 'default',
          cost: 4,
          replicaCount: 1,
          pendingReplicas: 0,
          perReplicaCapacity: 8000,
          totalCapacity: 8000,
          totalDemand: 6800,
        },
      ],
      totalSupply: 8000,
      totalAnticipatedSupply: 8000,
      totalDemand: 6800,
      utilization: 0.85,
      requiredCapacity: 0,
      spareCapacity: 0,
      history: {},
    },
  },
});

const allocation = rule({
  name: 'wva2/allocate',
  summary:
    'replicas of each variant: what lacks where a token is cheapest, what is to spare from the dearest',
  source: 'llm-d-workload-variant-autoscaler, cost-aware optimizer (2026)',
  input: section(
    {
      requiredCapacity: amount('Tokens that are lacking.').prefault(0),
      spareCapacity: amount('Tokens to spare.').prefault(0),
      variants: list(
        section(
          {
            variantName: label('Name of the variant.'),
            cost: amount('Per replica and hour.').prefault(0),
            currentReplicas: count('Replicas there are.'),
            perReplicaCapacity: amount('Tokens.'),
            minReplicas: optional(count('Fewest.'), 'no bound'),
            maxReplicas: optional(count('Most; 0: no bound.'), 'no bound'),
          },
          'One variant.',
        ),
        { min: 1, max: 1000 },
        'The variants of the model.',
      ),
    },
    'Lack or spare, and the variants.',
  ),
  evaluate: allocate,
  example: {
    input: {
      spareCapacity: 50_000,
      variants: [
        { variantName: 'dear', cost: 15, currentReplicas: 2, perReplicaCapacity: 20_000 },
        { variantName: 'cheap', cost: 5, currentReplicas: 2, perReplicaCapacity: 10_000 },
      ],
    },
    output: { targets: { dear: 0, cheap: 1 }, reason: '50000 tokens to spare' },
  },
});

export const WVA2_RULES: readonly Rule[] = [...WVA2_CAPACITY_RULES, gateway, demand, analysis, allocation];

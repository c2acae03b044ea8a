// The steps of llm-d's first saturation analyser as rules that can be called alone, for several variants of a model.
import { flag, list, quantity, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, count, label, optional, positive, positiveShare, share } from '../inputs.ts';
import { analyseSaturation, scaleDownSafe } from './saturation.ts';
import { saturationTargets } from './targets.ts';

const SOURCE = 'llm-d-workload-variant-autoscaler, internal/saturation (2025)';

const config = {
  kvCacheThreshold: positiveShare('Of the KV cache in use from which a replica is saturated.').prefault(0.8),
  queueLengthThreshold: positive('Waiting requests from which a replica is saturated.').prefault(5),
  kvSpareTrigger: share('Least KV room on average.').prefault(0.1),
  queueSpareTrigger: amount('Least queue room on average.').prefault(3),
};

const replicas = list(
  section(
    {
      podName: label('Name of the replica.'),
      variantName: label('Its variant.'),
      cost: amount('Of a replica of the variant, per hour.').prefault(0),
      kvCacheUsage: share('Part of its KV cache in use.'),
      queueLength: count('Requests that wait at it.').prefault(0),
    },
    'What one replica reports.',
  ),
  { min: 0, max: 100_000 },
  'The replicas that report.',
);

const states = list(
  section(
    {
      variantName: label('Name of the variant.'),
      currentReplicas: count('Replicas there are.'),
      desiredReplicas: count('Replicas last decided; 0: none were.').prefault(0),
      pendingReplicas: count('Of the current ones, those that are not ready.').prefault(0),
      minReplicas: optional(count('Fewest.'), 'no bound'),
      maxReplicas: optional(count('Most; 0: no bound.'), 'no bound'),
    },
    'One variant.',
  ),
  { min: 1, max: 1000 },
  'The variants of the model.',
);

const analysed = list(
  section(
    {
      variantName: label('Name of the variant.'),
      cost: amount('Per replica and hour.').prefault(0),
      replicaCount: count('Replicas that report.'),
    },
    'One variant.',
  ),
  { min: 0, max: 1000 },
  'The variants with a replica that reports.',
);

const saturation = rule({
  name: 'wva1/saturation',
  summary: 'room of the replicas that are not saturated; whether to scale up, whether down is safe',
  source: SOURCE,
  input: section({ ...config, replicas }, 'The replicas of a model and the thresholds.'),
  evaluate: (input) => analyseSaturation(input.replicas, input),
  example: {
    input: {
      replicas: [
        { podName: 'a', variantName: 'v', cost: 4, kvCacheUsage: 0.5, queueLength: 1 },
        { podName: 'b', variantName: 'v', cost: 4, kvCacheUsage: 0.875, queueLength: 0 },
      ],
      kvCacheThreshold: 0.75,
    },
    output: {
      totalReplicas: 2,
      nonSaturatedCount: 1,
      avgSpareKvCapacity: 0.25,
      avgSpareQueueLength: 4,
      shouldScaleUp: false,
      scaleDownSafe: false,
      reason: 'enough room',
      variants: [
        {
          variantName: 'v',
          cost: 4,
          replicaCount: 2,
          nonSaturatedCount: 1,
          avgSpareKvCapacity: 0.25,
          avgSpareQueueLength: 4,
          saturatedReplicas: ['b'],
          maxKvCacheUsage: 0.875,
          maxQueueLength: 1,
        },
      ],
    },
  },
});

const downSafe = rule({
  name: 'wva1/scale-down-safe',
  summary: 'whether enough room is left when the load of N replicas falls on N - 1',
  source: SOURCE,
  input: section(
    {
      ...config,
      nonSaturatedCount: count('N: replicas that are not saturated.'),
      avgSpareKvCapacity: quantity('count', { min: -1, max: 1 }, 'Their KV room on average.'),
      avgSpareQueueLength: quantity('count', { min: -1e9, max: 1e9 }, 'Their queue room on average.'),
    },
    'The room there is, and the thresholds.',
  ),
  evaluate: (input) => scaleDownSafe(input, input),
  example: {
    input: {
      nonSaturatedCount: 2,
      avgSpareKvCapacity: 0.5,
      avgSpareQueueLength: 4,
      kvCacheThreshold: 0.75,
    },
    output: { safe: true, spareKvAfter: 0.25, spareQueueAfter: 3 },
  },
});

const targets = rule({
  name: 'wva1/targets',
  summary: 'replicas of each variant: +1 on the cheapest or -1 on the dearest, none while one is on its way',
  source: SOURCE,
  input: section(
    {
      shouldScaleUp: flag('The model needs more.').default(false),
      scaleDownSafe: flag('It could do with one fewer.').default(false),
      variants: analysed,
      variantStates: states,
    },
    'The outcome of the analysis, and the variants.',
  ),
  evaluate: saturationTargets,
  example: {
    input: {
      shouldScaleUp: true,
      variants: [
        { variantName: 'dear', cost: 20, replicaCount: 2 },
        { variantName: 'cheap', cost: 5, replicaCount: 1 },
      ],
      variantStates: [
        { variantName: 'dear', currentReplicas: 2 },
        { variantName: 'cheap', currentReplicas: 1 },
      ],
    },
    output: { targets: { dear: 2, cheap: 2 }, blocked: false, reason: 'cheap +1' },
  },
});

export const WVA1_RULES: readonly Rule[] = [saturation, downSafe, targets];

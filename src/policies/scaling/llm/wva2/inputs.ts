// Inputs of the rules of llm-d's second saturation analyser.
import { z } from 'zod';
import { choice, list, quantity, section } from '../../../../settings/keys.ts';
import { amount, count, label, optional, positive, positiveShare, share } from '../inputs.ts';

export const workloadKeys = {
  avgInputTokens: amount('Mean prompt.').prefault(0),
  avgOutputTokens: amount('Mean output.').prefault(0),
};

export const limitKeys = {
  effectiveMaxBatchedTokens: optional(count('Tokens per step of the engine.'), 'unknown'),
  maxNumSeqs: optional(count('Sequences per step of the engine.'), 'unknown'),
};

export const kvCacheThreshold = positiveShare('Of the KV cache that counts as capacity.').prefault(0.8);
export const queueLengthThreshold = positive(
  'Waiting requests from which tokens in use are taken for the compute-bound capacity.',
).prefault(5);

export const thresholdKeys = {
  scaleUpThreshold: positiveShare('Part of the capacity that demand may take.').prefault(0.85),
  scaleDownBoundary: positiveShare('Part of it from which less is left alone.').prefault(0.7),
};

export const storedKeys = {
  effectiveCapacity: amount('Tokens measured earlier, or guessed from the deployment.'),
  learnedFrom: choice(['live', 'deployment'], 'Measured, or guessed.').default('live'),
  totalKvCapacityTokens: optional(count('KV tokens of a replica.'), 'unknown'),
  compatibleCapacity: optional(amount('Measured of a variant with the same GPU and arguments.'), 'none'),
  ...limitKeys,
};

export const hitRate = share('Of prompt tokens found in the prefix cache.').prefault(0);

export const replicaKeys = {
  podName: label('Name of the replica.'),
  variantName: label('Its variant.'),
  acceleratorName: label('Its GPU.'),
  kvCacheUsage: share('Part of its KV cache in use; used where its capacity is not reported.').prefault(0),
  queueLength: count('Requests that wait at it.').prefault(0),
  tokensInUse: amount('KV tokens in use.').prefault(0),
  totalKvCapacityTokens: amount('KV tokens there are; 0: not reported.').prefault(0),
  ...workloadKeys,
  prefixCacheHitRate: hitRate,
};

export const replicas = list(
  section(replicaKeys, 'What one replica reports.'),
  { min: 0, max: 100_000 },
  'The replicas that report.',
);

export const queue = section(
  {
    queueSize: count('Requests held.').prefault(0),
    queueBytes: amount('Bytes of their bodies.').prefault(0),
  },
  'Requests held at the gateway.',
);

export const variants = list(
  section(
    {
      variantName: label('Name of the variant.'),
      cost: amount('Per replica and hour.').prefault(0),
      currentReplicas: count('Replicas there are.'),
      pendingReplicas: count('Of these, those that are not ready.').prefault(0),
      ...limitKeys,
      stored: optional(section(storedKeys, 'What is known of it without a ready replica.'), 'nothing'),
    },
    'One variant.',
  ),
  { min: 1, max: 1000 },
  'The variants of the model.',
);

const k2s = (description: string) =>
  list(quantity('count', { min: 0, max: 1e15 }, 'Tokens.'), { min: 0, max: 1000 }, description);

export const history = k2s('Earlier observations of k2, oldest first.').prefault([]);

export const histories = z
  .record(z.string(), k2s('Oldest first.'))
  .meta({ description: 'Observations of k2 by `model|GPU|short, medium or long`.' })
  .default({});

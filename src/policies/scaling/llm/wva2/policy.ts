// The second saturation analyser of llm-d's workload variant autoscaler as a policy of one pool: as many replicas as the
// tokens in use, waiting and held at the gateway want, by a capacity learnt where requests queue.
import type { z } from 'zod';
import { quantity, section } from '../../../../settings/keys.ts';
import { scalingPolicy, type Observation } from '../../policy.ts';
import { startWva, stepWva, WVA_KEYS, type PoolMaxima, type WvaState } from '../wva/controller.ts';
import { allocate } from './allocation.ts';
import { analyseTokens, type K2History, type TokenAnalysisInput } from './analysis.ts';

const parameters = section(
  {
    ...WVA_KEYS,
    scaleUpThreshold: quantity(
      'share',
      { above: 0, max: 1 },
      'Part of the capacity, replicas to come included, that demand may take.',
    ).prefault(0.85),
    scaleDownBoundary: quantity(
      'share',
      { above: 0, max: 1 },
      'Capacity of ready replicas beyond demand over this is given up.',
    ).prefault(0.7),
  },
  "llm-d's workload variant autoscaler, capacity and demand in tokens.",
);

interface Analyser {
  history: K2History;
  /** Tokens per replica when there was last a ready one; null: never. */
  lastCapacity: number | null;
}

/** No GPU is named: a pool has one kind. */
const GPU = 'gpu';

export const wvaV2Policy = scalingPolicy<z.output<typeof parameters>, WvaState<Analyser>>({
  name: 'wva-v2',
  summary:
    'llm-d WVA v2: replicas for the KV tokens wanted, by a capacity learnt under load, applied by an HPA',
  source: 'llm-d-workload-variant-autoscaler, saturation_v2 analyser and cost-aware optimizer (2026)',
  parameters,
  intervalSeconds: ({ hpa }) => hpa.syncPeriod,
  start: () => startWva<Analyser>({ history: {}, lastCapacity: null }),
  recommend: (p, observation, state) =>
    stepWva(p, observation, {
      state,
      analyse: (pool, analyser) => {
        if (observation.pool.kvTokens === null)
          return { count: null, reason: 'its replicas have no KV limit', analyser };
        const analysis = analyseTokens(analysisInput(p, observation, { pool, analyser }));
        const variants = analysis.variants.map((variant) => ({
          ...variant,
          currentReplicas: pool.currentReplicas,
          minReplicas: observation.pool.minReplicas,
          maxReplicas: observation.pool.maxReplicas,
        }));
        const { targets, reason } = allocate({ ...analysis, variants });
        const capacity = variants[0].perReplicaCapacity;
        return {
          count: targets[observation.pool.name],
          reason,
          analyser: { history: analysis.history, lastCapacity: capacity > 0 ? capacity : null },
        };
      },
    }),
});

function analysisInput(
  thresholds: Pick<
    TokenAnalysisInput,
    'kvCacheThreshold' | 'queueLengthThreshold' | 'scaleUpThreshold' | 'scaleDownBoundary'
  >,
  { pool: facts, rates, gatewayQueue }: Observation,
  { pool, analyser }: { pool: PoolMaxima; analyser: Analyser },
): TokenAnalysisInput {
  const kvTokens = facts.kvTokens ?? 0;
  const limits = { effectiveMaxBatchedTokens: facts.maxBatchedTokens, maxNumSeqs: facts.maxSequences };
  const workload = {
    avgInputTokens: rates.meanPromptTokens ?? 0,
    avgOutputTokens: rates.meanOutputTokens ?? 0,
    prefixCacheHitRate: 0,
  };
  return {
    ...thresholds,
    modelID: facts.name,
    schedulerQueue: { queueSize: gatewayQueue, queueBytes: 0 },
    history: analyser.history,
    replicas: pool.pods.map((pod) => ({
      podName: String(pod.replica),
      variantName: facts.name,
      acceleratorName: GPU,
      kvCacheUsage: pod.kvUsage,
      queueLength: pod.waiting,
      tokensInUse: Math.trunc(pod.kvUsage * kvTokens),
      totalKvCapacityTokens: kvTokens,
      ...workload,
    })),
    variants: [
      {
        variantName: facts.name,
        cost: facts.costUsdPerReplicaHour,
        currentReplicas: pool.currentReplicas,
        pendingReplicas: pool.pendingReplicas,
        ...limits,
        stored:
          analyser.lastCapacity === null
            ? null
            : {
                ...limits,
                effectiveCapacity: analyser.lastCapacity,
                learnedFrom: 'live',
                totalKvCapacityTokens: null,
                compatibleCapacity: null,
              },
      },
    ],
  };
}

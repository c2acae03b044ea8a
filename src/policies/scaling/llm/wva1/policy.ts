// The first saturation analyser of llm-d's workload variant autoscaler as a policy of one pool: +1 when the replicas that
// are not saturated have little room left, -1 when one fewer would still have enough, never while some are not ready.
// From 10 replicas on a step of one is within the default tolerance of the HPA, which then does not take it; and because a
// count that is not taken counts as on its way, nothing more is decided. So it is in the original: lower the tolerance.
import type { z } from 'zod';
import { quantity, section } from '../../../../settings/keys.ts';
import { scalingPolicy } from '../../policy.ts';
import { startWva, stepWva, WVA_KEYS, type WvaState } from '../wva/controller.ts';
import { analyseSaturation } from './saturation.ts';
import { saturationTargets } from './targets.ts';

const parameters = section(
  {
    ...WVA_KEYS,
    kvSpareTrigger: quantity(
      'share',
      { min: 0, max: 1 },
      'Scales up when the replicas that are not saturated have less KV room than this on average.',
    ).prefault(0.1),
    queueSpareTrigger: quantity(
      'count',
      { min: 0, max: 1e6 },
      '… or less room in their queues than this.',
    ).prefault(3),
  },
  "llm-d's workload variant autoscaler, saturation by KV usage and queue.",
);

export const wvaV1Policy = scalingPolicy<z.output<typeof parameters>, WvaState<null>>({
  name: 'wva-v1',
  summary: 'llm-d WVA v1: one replica at a time by spare KV cache and queue room, applied by an HPA',
  source: 'llm-d-workload-variant-autoscaler, saturation analyser (2025)',
  parameters,
  intervalSeconds: ({ hpa }) => hpa.syncPeriod,
  start: () => startWva(null),
  recommend: (p, observation, state) =>
    stepWva(p, observation, {
      state,
      analyse: ({ pods, ...replicas }) => {
        const { name: variantName, costUsdPerReplicaHour: cost, minReplicas, maxReplicas } = observation.pool;
        const analysis = analyseSaturation(
          pods.map((pod) => ({
            podName: String(pod.replica),
            variantName,
            cost,
            kvCacheUsage: pod.kvUsage,
            queueLength: pod.waiting,
          })),
          p,
        );
        const { targets, blocked, reason } = saturationTargets({
          ...analysis,
          variantStates: [{ variantName, ...replicas, minReplicas, maxReplicas }],
        });
        return {
          count: targets[variantName],
          reason: blocked ? reason : analysis.reason,
          analyser: null,
        };
      },
    }),
});

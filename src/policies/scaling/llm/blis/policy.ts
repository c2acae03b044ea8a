// The autoscaler of BLIS (inference-sim) as a policy of one pool: tokens held and waiting against 80 % of the KV caches,
// applied once the same direction has been wanted for its window. A prompt that waits counts with an assumed length.
import type { z } from 'zod';
import { quantity, section } from '../../../../settings/keys.ts';
import { scalingPolicy } from '../../policy.ts';
import { changeOf, persist, type Direction, type PersistenceState } from './change.ts';
import { analyseBlis } from './saturation.ts';

const window = (description: string) => quantity('seconds', { min: 0, max: 86_400 }, description);
const part = (description: string) => quantity('share', { above: 0, max: 1 }, description);

const parameters = section(
  {
    interval: quantity('seconds', { above: 0, max: 86_400 }, 'How often it decides.').prefault('30s'),
    kvCacheThreshold: part('Of the KV cache that counts as capacity.').prefault(0.8),
    scaleUpThreshold: part('Scales up when demand over this is more than what is there or comes.').prefault(
      0.8,
    ),
    scaleDownBoundary: part('Scales down to what demand over this still fits.').prefault(0.4),
    avgInputTokens: quantity('tokens', { above: 0, max: 1e7 }, 'Assumed of a prompt that waits.').prefault(
      512,
    ),
    scaleUpStabilizationWindow: window('Scaling up must be wanted at every decision for so long.').prefault(
      0,
    ),
    scaleDownStabilizationWindow: window('So must scaling down.').prefault(0),
  },
  'The saturation autoscaler of BLIS (inference-sim).',
);

export const blisSaturationPolicy = scalingPolicy<z.output<typeof parameters>, PersistenceState>({
  name: 'blis-saturation',
  summary: 'BLIS: replicas for the tokens held and waiting, once wanted for a while',
  source: 'inference-sim, saturation analyser and unlimited engine (2026)',
  parameters,
  intervalSeconds: ({ interval }) => interval,
  start: () => ({ upSinceSeconds: null, downSinceSeconds: null }),
  recommend: (p, observation, state) => {
    const { pool, replicasByState, wantedReplicas, atSeconds } = observation;
    const hold = (reason: string) => ({ desiredReplicas: null, reason, state });
    if (observation.metricsOutage || observation.scrapedAtSeconds === null) return hold('no metrics');
    const kvTokens = pool.kvTokens;
    if (kvTokens === null) return hold('its replicas have no KV limit');
    const ready = observation.replicas.filter((replica) => replica.state === 'ready');
    const pending = replicasByState.provisioning + replicasByState.loading;
    const analysis = analyseBlis(
      ready.map((replica) => ({
        instanceId: String(replica.replica),
        variant: pool.name,
        costPerHour: pool.costUsdPerReplicaHour,
        totalKvCapacityTokens: kvTokens,
        kvTokensInUse: replica.tokensInUse,
        queueDepth: replica.waiting,
      })),
      pending * kvTokens,
      p,
    );
    const { delta } = changeOf(analysis);
    const direction: Direction = delta > 0 ? 'up' : delta < 0 ? 'down' : 'none';
    const result = persist({ atSeconds, direction, ...p, state });
    const used = `${Math.round(analysis.totalDemand)} tokens of ${Math.round(analysis.totalSupply)}`;
    return {
      // By old metrics it may take away more than there still are.
      desiredReplicas: result.fires ? Math.max(0, wantedReplicas + delta) : null,
      reason: `${used}${direction === 'none' || result.fires ? '' : `; wants ${direction}, waits`}`,
      state: result.state,
    };
  },
});

// NVIDIA Dynamo's planner in load mode as a policy of one pool: every few seconds one replica more or fewer.
import type { z } from 'zod';
import { section } from '../../../../settings/keys.ts';
import { scalingPolicy } from '../../policy.ts';
import {
  BUDGET_KEYS,
  budgeted,
  LOAD_KEYS,
  loadDecision,
  measure,
  NOTHING_MEASURED,
  type Measured,
} from './pool.ts';

const parameters = section({ ...LOAD_KEYS, ...BUDGET_KEYS }, "NVIDIA Dynamo's planner, load mode.");

export const dynamoLoadPolicy = scalingPolicy<z.output<typeof parameters>, Measured>({
  name: 'dynamo-load',
  summary: 'Dynamo planner, load mode: ±1 every 5 s by queued prompt tokens, KV use or estimated latencies',
  source: 'ai-dynamo/dynamo, planner, load_scaling.py (2026)',
  parameters,
  needs: () => ['latency', 'queuedPrefillTokens'],
  intervalSeconds: ({ loadInterval }) => loadInterval,
  start: () => NOTHING_MEASURED,
  recommend: (p, observation, state) => {
    if (observation.metricsOutage || observation.scrapedAtSeconds === null)
      return { desiredReplicas: null, reason: 'no metrics', state };
    const measured = p.target === 'sla' ? measure(state, observation) : state;
    const { desired, reason } = loadDecision(p, observation, measured);
    return {
      desiredReplicas: desired === null ? null : budgeted(p, observation, desired),
      reason: reason.replaceAll('_', ' '),
      state: measured,
    };
  },
});

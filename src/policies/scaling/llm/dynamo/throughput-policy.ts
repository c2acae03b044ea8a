// NVIDIA Dynamo's planner in throughput mode as a policy of one pool: every few minutes as many replicas as the load of
// the next interval wants, which is taken to be that of the last one (its `constant` predictor). The profile of the
// engine is given in tokens per second and GPU; without one it is the rate that one replica was found to hold within the
// SLO. With `withLoad`, the count is only the floor of load mode, as in the original with both modes on.
import type { z } from 'zod';
import { flag, quantity, section } from '../../../../settings/keys.ts';
import { scalingPolicy, type Observation } from '../../policy.ts';
import { optional, positive } from '../inputs.ts';
import { WAITING } from './load.ts';
import {
  BUDGET_KEYS,
  budgeted,
  LOAD_KEYS,
  loadDecision,
  measure,
  NOTHING_MEASURED,
  type LoadParameters,
  type Measured,
} from './pool.ts';
import { aggregatedReplicas, enginesBusy } from './throughput.ts';

const rate = (description: string) =>
  optional(positive(description), 'the rate that one replica holds within the SLO is the profile');

const parameters = section(
  {
    throughputInterval: quantity('seconds', { above: 0, max: 86_400 }, 'How often it plans.').prefault(
      '180s',
    ),
    prefillTokensPerSecondPerGpu: rate('Of a replica that only prefills, from a profile.'),
    decodeTokensPerSecondPerGpu: rate('Of a replica that only decodes within the ITL target.'),
    withLoad: flag('Load mode decides, not below the planned count.').default(false),
    ...LOAD_KEYS,
    ...BUDGET_KEYS,
  },
  "NVIDIA Dynamo's planner, throughput mode, or both modes.",
).refine(
  (p) => (p.prefillTokensPerSecondPerGpu === null) === (p.decodeTokensPerSecondPerGpu === null),
  'has half a profile; give both prefillTokensPerSecondPerGpu and decodeTokensPerSecondPerGpu, or none',
);

type Parameters = z.output<typeof parameters>;

interface State {
  plannedAtSeconds: number | null;
  planned: number | null;
  measured: Measured;
}

export const dynamoThroughputPolicy = scalingPolicy<Parameters, State>({
  name: 'dynamo-throughput',
  summary: 'Dynamo planner, throughput mode: replicas for the last interval’s load by the engine’s profile',
  source: 'ai-dynamo/dynamo, planner, planner_core.py and throughput_scaling.py (2025-2026)',
  parameters,
  needs: () => ['latency', 'queuedPrefillTokens', 'replicaCapacity'],
  intervalSeconds: ({ withLoad, loadInterval, throughputInterval }) =>
    withLoad ? Math.min(loadInterval, throughputInterval) : throughputInterval,
  start: () => ({ plannedAtSeconds: null, planned: null, measured: NOTHING_MEASURED }),
  recommend: (p, observation, state) => {
    if (observation.metricsOutage || observation.rates.seconds === 0)
      return { desiredReplicas: null, reason: 'no metrics', state };
    const next = { ...state };
    const { atSeconds } = observation;
    const due = state.plannedAtSeconds === null || atSeconds - state.plannedAtSeconds >= p.throughputInterval;
    let reason = `planned ${next.planned ?? 'nothing'}`;
    if (due) {
      const plan = planned(p, observation);
      next.plannedAtSeconds = atSeconds;
      next.planned = plan.replicas ?? state.planned;
      reason = plan.reason;
    }
    if (!p.withLoad) {
      const desired = next.planned === null ? null : budgeted(p, observation, next.planned);
      return { desiredReplicas: desired, reason, state: next };
    }
    if (p.target === 'sla') next.measured = measure(state.measured, observation);
    return { ...withFloor(p, observation, next), state: next };
  },
});

function withFloor(p: LoadParameters, observation: Observation, state: State) {
  const load = loadDecision(p, observation, state.measured);
  const floor = state.planned ?? 0;
  const reason = `load mode: ${load.reason.replaceAll('_', ' ')}; floor ${floor}`;
  // While load mode waits there is no decision at all, not even to the floor.
  if (WAITING.has(load.reason)) return { desiredReplicas: null, reason };
  const desired = Math.max(load.desired ?? observation.wantedReplicas, floor);
  return { desiredReplicas: budgeted(p, observation, desired), reason };
}

function planned(p: Parameters, observation: Observation): { replicas: number | null; reason: string } {
  const { rates, pool } = observation;
  const { prefillTokensPerSecondPerGpu: prefill, decodeTokensPerSecondPerGpu: decode } = p;
  const perSecond = rates.arrivedPerSecond;
  if (prefill && decode) {
    const { meanPromptTokens: isl, meanOutputTokens: osl } = rates;
    if (isl === null || osl === null) return { replicas: null, reason: 'no request has ended yet' };
    const busy = enginesBusy({
      requests: perSecond * p.throughputInterval,
      isl,
      osl,
      intervalSeconds: p.throughputInterval,
      prefillTokensPerSecondPerGpu: prefill,
      decodeTokensPerSecondPerGpu: decode,
      prefillEngineNumGpu: pool.gpusPerReplica,
      decodeEngineNumGpu: pool.gpusPerReplica,
      prefillCorrection: 1,
    });
    const engines = p.component === 'aggregated' ? busy.prefill + busy.decode : busy[p.component];
    return {
      replicas: Math.max(Math.ceil(engines), p.minEndpoint),
      reason: `${engines.toFixed(2)} replicas busy with ${perSecond.toFixed(2)} requests/s`,
    };
  }
  const each = pool.replicaCapacityPerSecond;
  if (!each)
    return {
      replicas: null,
      reason: 'no profile: give prefillTokensPerSecondPerGpu and decodeTokensPerSecondPerGpu',
    };
  const replicas = aggregatedReplicas({
    requests: perSecond * p.throughputInterval,
    intervalSeconds: p.throughputInterval,
    engineRequestsPerSecond: each,
    minEndpoint: p.minEndpoint,
  });
  return { replicas, reason: `${perSecond.toFixed(2)} requests/s at ${each.toFixed(2)} per replica` };
}

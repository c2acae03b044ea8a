// A simulated pool as Dynamo's planner sees it: the keys of its load mode, what it measures and what it then decides. A
// pool both prefills and decodes unless the scenario says that it stands for the workers of one kind.
import { choice, quantity } from '../../../../settings/keys.ts';
import type { Observation } from '../../policy.ts';
import { count, optional } from '../inputs.ts';
import { withinBudgetSingle } from './budget.ts';
import { combineAggregated, decideLoad, type Component, type LoadDecision } from './load.ts';
import { decideSla, estimates, fitLine, type Line, type Measurement } from './sla.ts';

const latency = (description: string) => quantity('seconds', { above: 0, max: 3600 }, description);

export const LOAD_KEYS = {
  target: choice(
    ['throughput', 'latency', 'sla'],
    'throughput and latency: thresholds of queued prompt tokens and KV use; sla: estimated latencies.',
  ).default('throughput'),
  component: choice(
    ['aggregated', 'prefill', 'decode'],
    'What the replicas of the pool do: both, or one of the two.',
  ).default('aggregated'),
  loadInterval: quantity('seconds', { above: 0, max: 86_400 }, 'How often load mode decides.').prefault('5s'),
  ttft: latency('Target of the time to first token (target: sla).').prefault('500ms'),
  itl: latency('Target of the time between tokens (target: sla).').prefault('50ms'),
  sensitivity: quantity(
    'share',
    { above: 0, max: 1 },
    'Scales down if estimates stay below this part of their targets (target: sla).',
  ).prefault(0.8),
};

/** Keys of both policies. */
export const BUDGET_KEYS = {
  minEndpoint: quantity('count', { min: 0, max: 100_000, whole: true }, 'Fewest replicas.').prefault(1),
  maxGpuBudget: optional(count('GPUs that all replicas together may hold.'), 'no limit'),
};

export interface LoadParameters {
  target: 'throughput' | 'latency' | 'sla';
  component: Component;
  ttft: number;
  itl: number;
  sensitivity: number;
  minEndpoint: number;
  maxGpuBudget: number | null;
}

/** Mean load of a replica and latency of the window, newest last. */
export interface Measured {
  ttft: readonly Measurement[];
  itl: readonly Measurement[];
}

export const NOTHING_MEASURED: Measured = { ttft: [], itl: [] };

/** As in the original. */
const MEASUREMENTS_MAX = 64;
const MEASUREMENTS_MIN = 5;

/** Queued prompt tokens against TTFT, KV tokens against ITL. */
export function measure(measured: Measured, { replicas, rates }: Observation): Measured {
  const ready = replicas.filter(({ state }) => state === 'ready');
  const mean = (of: (replica: (typeof ready)[number]) => number) =>
    ready.reduce((sum, replica) => sum + of(replica), 0) / ready.length;
  const add = (points: readonly Measurement[], load: number, seconds: number | null | undefined) =>
    ready.length > 0 && seconds != null
      ? [...points, { load, latency: seconds }].slice(-MEASUREMENTS_MAX)
      : points;
  return {
    ttft: add(
      measured.ttft,
      mean((replica) => replica.queuedPrefillTokens ?? 0),
      rates.ttft?.meanSeconds,
    ),
    itl: add(
      measured.itl,
      mean((replica) => replica.tokensInUse),
      rates.itl?.meanSeconds,
    ),
  };
}

/** Load mode's answer for the pool, before floors and budget. */
export function loadDecision(p: LoadParameters, observation: Observation, measured: Measured): LoadDecision {
  const { pool, replicasByState, wantedReplicas } = observation;
  const workers = observation.replicas
    .filter(({ state }) => state === 'ready')
    .map((replica) => ({
      queuedPrefillTokens: replica.queuedPrefillTokens ?? 0,
      scheduledDecodeTokens: replica.tokensInUse,
      queuedDecodeTokens: 0,
    }));
  const common = {
    numWorkers: replicasByState.ready,
    expectedWorkers: wantedReplicas,
    minEndpoint: p.minEndpoint,
  };
  if (p.target !== 'sla') {
    return decideLoad({
      ...common,
      component: p.component,
      optimizationTarget: p.target,
      workers,
      capacityTokens: p.component === 'prefill' ? pool.maxModelLength : pool.kvTokens,
    });
  }
  const decide = (line: Line | null, sla: number, kind: 'prefill' | 'decode') =>
    decideSla({
      ...common,
      workers: workers.map((worker) => {
        const kv = worker.scheduledDecodeTokens + worker.queuedPrefillTokens;
        const load = kind === 'prefill' ? worker.queuedPrefillTokens : worker.scheduledDecodeTokens;
        return {
          ...estimates(line, load, common.numWorkers),
          kvTokens: kind === 'prefill' ? null : kv,
        };
      }),
      sla,
      own: 0,
      loadScalingDownSensitivity: p.sensitivity,
      maxKvTokens: pool.kvTokens,
    });
  const prefill = decide(fitLine(measured.ttft, MEASUREMENTS_MIN), p.ttft, 'prefill');
  const decode = decide(fitLine(measured.itl, MEASUREMENTS_MIN), p.itl, 'decode');
  if (p.component !== 'aggregated') return p.component === 'prefill' ? prefill : decode;
  return aggregated(common.numWorkers, prefill, decode);
}

/** A signal that says "leave it" is no missing signal: only a line that cannot be fitted is. */
function aggregated(numWorkers: number, prefill: LoadDecision, decode: LoadDecision): LoadDecision {
  if (prefill.desired === null && decode.desired === null) return decode;
  const count = ({ desired, reason }: LoadDecision) =>
    desired ?? (reason === 'insufficient_data' ? null : numWorkers);
  const desired = combineAggregated({ numWorkers, prefill: count(prefill), decode: count(decode) });
  const reason = desired > numWorkers ? 'scale_up' : desired < numWorkers ? 'scale_down' : 'no_change';
  return { desired: desired === numWorkers ? null : desired, reason };
}

/** What the budget and the least number leave of a count. */
export function budgeted(p: LoadParameters, observation: Observation, desired: number): number {
  return withinBudgetSingle(Math.max(desired, p.minEndpoint), observation.pool.gpusPerReplica, {
    maxGpuBudget: p.maxGpuBudget,
    minGpuBudget: null,
    minEndpoint: p.minEndpoint,
  });
}

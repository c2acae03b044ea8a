// Replicas by a queueing model of one of them (chain.ts): the highest rate at which its mean TTFT and ITL meet their
// targets, and the arriving requests divided by it. Step times are given, or learnt from what is measured. Left out:
// what already waits (the queue is taken in its steady state), and the spread of lengths.
// Source: the model-based optimizer of llm-d's workload variant autoscaler (inferno), 2025.
import type { z } from 'zod';
import { quantity, section } from '../../../../settings/keys.ts';
import { scalingPolicy, type Observation } from '../../policy.ts';
import { optional } from '../inputs.ts';
import type { ReplicaModel, StepTimes } from './chain.ts';
import { learntStepTimes, remember, sampleOf, type Sample } from './learning.ts';
import { replicasFor, sizeReplica } from './sizing.ts';

/** The chain is as long as the batch: enough for any engine, and quick to solve. */
const BATCH_MAX = 4096;

const coefficient = (rules: { above?: number; min?: number }, description: string) =>
  optional(quantity('seconds', { ...rules, max: 3600 }, description), 'learnt from what is measured');
const target = (description: string) =>
  quantity('seconds', { above: 0, max: 3600 }, description).nullable().meta({ description });

const parameters = section(
  {
    interval: quantity('seconds', { above: 0, max: 86_400 }, 'How often it decides.').prefault('60s'),
    ttft: target('Target of the mean time to first token; null = none.').prefault('2s'),
    itl: target('Target of the mean time between tokens; null = none.').prefault('200ms'),
    safety: quantity(
      'share',
      { min: 0, max: 0.99 },
      'Kept free of the highest rate that a replica can serve, whatever the targets.',
    ).prefault(0.1),
    alpha: coefficient({ above: 0 }, 'Of a decode step: alpha + beta · sequences.'),
    beta: coefficient({ min: 0 }, 'Of a decode step, per sequence in it.'),
    gamma: coefficient({ above: 0 }, 'Of a prefill: gamma + delta · prompt tokens · sequences.'),
    delta: coefficient({ min: 0 }, 'Of a prefill, per prompt token and sequence.'),
    maxBatchSize: optional(
      quantity('count', { min: 1, max: BATCH_MAX, whole: true }, 'Sequences that a replica serves at once.'),
      'what its limits and its KV cache hold of sequences of mean length',
    ),
    queuePerBatch: quantity(
      'count',
      { min: 0, max: 100 },
      'Requests that may wait at a replica, in batches.',
    ).prefault(10),
  },
  'Replicas by a queueing model of one of them.',
).refine(
  ({ alpha, beta, gamma, delta }) => new Set([alpha, beta, gamma, delta].map((x) => x === null)).size === 1,
  'has some step times but not all; give alpha, beta, gamma and delta, or none of them',
);

type Parameters = z.output<typeof parameters>;

interface State {
  samples: readonly Sample[];
}

export const queueingModelPolicy = scalingPolicy<Parameters, State>({
  name: 'queueing-model',
  summary: 'replicas such that a queueing model of each meets the TTFT and ITL targets',
  source: 'llm-d-workload-variant-autoscaler (inferno), queue analyser (2025)',
  parameters,
  needs: () => ['latency'],
  intervalSeconds: ({ interval }) => interval,
  start: () => ({ samples: [] }),
  recommend: (p, observation, state) => {
    const { rates } = observation;
    const hold = (reason: string, next = state) => ({ desiredReplicas: null, reason, state: next });
    if (observation.metricsOutage || rates.seconds === 0) return hold('no metrics');
    const next = { samples: remember(state.samples, sampleOf(rates)) };
    if (rates.arrivedPerSecond === 0)
      return { desiredReplicas: 0, reason: 'no request arrives', state: next };
    const stepTimes = givenStepTimes(p) ?? learntStepTimes(next.samples);
    if (stepTimes === null) return hold('step times unknown yet; give alpha, beta, gamma and delta', next);
    const model = modelOf(p, observation, stepTimes);
    if (model === null) return hold('no request has ended yet', next);
    const sizing = sizeReplica(model, {
      ttftSeconds: p.ttft,
      itlSeconds: p.itl,
      safetyShare: p.safety,
    });
    const replicas = replicasFor(rates.arrivedPerSecond, sizing);
    if (replicas === null) return hold('no number of replicas meets the targets', next);
    const each = sizing.requestsPerSecond?.toFixed(2);
    const reason = `${rates.arrivedPerSecond.toFixed(2)} requests/s at ${each} per replica`;
    return { desiredReplicas: replicas, reason, state: next };
  },
});

/** Null unless all four are. */
function givenStepTimes({ alpha, beta, gamma, delta }: Parameters): StepTimes | null {
  if (alpha === null || beta === null || gamma === null || delta === null) return null;
  return { alphaSeconds: alpha, betaSeconds: beta, gammaSeconds: gamma, deltaSeconds: delta };
}

function modelOf(p: Parameters, { rates, pool }: Observation, stepTimes: StepTimes): ReplicaModel | null {
  const { meanPromptTokens, meanOutputTokens } = rates;
  if (meanPromptTokens === null || meanOutputTokens === null) return null;
  const tokens = meanPromptTokens + meanOutputTokens / 2;
  const fit = pool.kvTokens === null ? Infinity : Math.floor(pool.kvTokens / tokens);
  const maxBatchSize = p.maxBatchSize ?? Math.max(1, Math.min(pool.maxSequences, fit, BATCH_MAX));
  return {
    ...stepTimes,
    avgInputTokens: meanPromptTokens,
    avgOutputTokens: meanOutputTokens,
    maxBatchSize,
    maxQueueSize: Math.round(p.queuePerBatch * maxBatchSize),
  };
}

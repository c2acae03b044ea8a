// The steps of the queueing model as rules that can be called alone.
import { quantity, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, optional, positive, seconds } from '../inputs.ts';
import { latenciesAt, replicasFor, sizeReplica } from './sizing.ts';

const SOURCE = 'llm-d-workload-variant-autoscaler (inferno), pkg/analyzer (2025)';

const modelKeys = {
  alphaSeconds: quantity('seconds', { above: 0, max: 3600 }, 'Of a decode step.'),
  betaSeconds: seconds('Of a decode step, per sequence in it.'),
  gammaSeconds: quantity('seconds', { above: 0, max: 3600 }, 'Of a prefill.'),
  deltaSeconds: seconds('Of a prefill, per prompt token and sequence.'),
  avgInputTokens: amount('Mean prompt.'),
  avgOutputTokens: quantity('tokens', { min: 1, max: 1e7 }, 'Mean output.'),
  maxBatchSize: quantity('count', { min: 1, max: 4096, whole: true }, 'Requests served at once.'),
  maxQueueSize: quantity('count', { min: 0, max: 1e6, whole: true }, 'Requests that may wait.'),
};

const targetKeys = {
  ttftSeconds: optional(quantity('seconds', { above: 0, max: 1e6 }, 'Target of the mean.'), 'none'),
  itlSeconds: optional(quantity('seconds', { above: 0, max: 1e6 }, 'Target of the mean.'), 'none'),
  safetyShare: quantity('share', { min: 0, max: 0.99 }, 'Kept free of the highest rate.').prefault(0.1),
};

// No prompt, one output token, a batch of one and no room to wait: a step of 0.5 s and nothing else.
const mm1 = {
  alphaSeconds: 0.5,
  betaSeconds: 0,
  gammaSeconds: 1,
  deltaSeconds: 0,
  avgInputTokens: 0,
  avgOutputTokens: 1,
  maxBatchSize: 1,
  maxQueueSize: 0,
};

const latencies = rule({
  name: 'queueing/latencies',
  summary: 'mean TTFT and ITL of one replica at a rate of requests',
  source: SOURCE,
  input: section({ ...modelKeys, requestsPerSecond: positive('That arrive.') }, 'A replica and a rate.'),
  evaluate: (input) => latenciesAt(input, input.requestsPerSecond),
  example: {
    // Erlang's loss formula with an offered load of 1: half of the requests are turned away.
    input: { ...mm1, requestsPerSecond: 2 },
    output: { ttftSeconds: 0, itlSeconds: 0.5, waitSeconds: 0, batch: 1, throughput: 1, utilization: 0.5 },
  },
});

const size = rule({
  name: 'queueing/size',
  summary: 'highest rate at which one replica meets its targets, and replicas for a rate',
  source: SOURCE,
  input: section(
    { ...modelKeys, ...targetKeys, requestsPerSecond: amount('To be served.').prefault(0) },
    'A replica, its targets and a rate.',
  ),
  evaluate: (input) => {
    const sizing = sizeReplica(input, input);
    return { ...sizing, replicas: replicasFor(input.requestsPerSecond, sizing) };
  },
  example: {
    input: { ...mm1, itlSeconds: 0.25, requestsPerSecond: 10 },
    output: { requestsPerSecond: null, at: null, replicas: null },
  },
});

export const QUEUEING_RULES: readonly Rule[] = [latencies, size];

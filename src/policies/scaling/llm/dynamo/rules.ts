// The steps of NVIDIA Dynamo's planner as rules that can be called alone.
import { choice, list, quantity, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, count, optional, positive, positiveShare } from '../inputs.ts';
import { bothModes, withinBudget, withinBudgetSingle } from './budget.ts';
import { combineAggregated, decideLoad } from './load.ts';
import { decideSla, estimates, type SlaWorker } from './sla.ts';

const SOURCE = 'ai-dynamo/dynamo, planner, load_scaling.py (2026)';
const BUDGET_SOURCE = 'ai-dynamo/dynamo, planner, budget.py (2026)';

const minEndpoint = count('Fewest workers.').prefault(1);
const numWorkers = count('Ready workers.');
const expectedWorkers = optional(count('Workers last asked for.'), 'whatever is ready');
const gpus = (description: string) => positive(description).prefault(1);
const budgetKeys = {
  maxGpuBudget: optional(count('GPUs at most.'), 'no limit'),
  minGpuBudget: optional(count('GPUs at least.'), 'no floor'),
  minEndpoint,
};

const load = rule({
  name: 'dynamo/load',
  summary: 'load mode, targets throughput and latency: ±1 by queued prompt tokens or KV use of each worker',
  source: SOURCE,
  input: section(
    {
      component: choice(['prefill', 'decode', 'aggregated'], 'What the workers do.'),
      optimizationTarget: choice(['throughput', 'latency'], 'Which thresholds.').default('throughput'),
      workers: list(
        section(
          {
            queuedPrefillTokens: amount('Of prompts that wait.').prefault(0),
            scheduledDecodeTokens: amount('KV tokens of decoding sequences.').prefault(0),
            queuedDecodeTokens: amount('KV tokens of those that wait to decode.').prefault(0),
          },
          'One worker.',
        ),
        { min: 0, max: 100_000 },
        'The workers that reported.',
      ),
      numWorkers,
      expectedWorkers,
      capacityTokens: optional(
        count('Longest context (prefill), KV tokens of a worker (decode, aggregated).'),
        'unknown',
      ),
      minEndpoint,
    },
    'Workers of one kind.',
  ),
  evaluate: decideLoad,
  example: {
    input: {
      component: 'decode',
      workers: [{ scheduledDecodeTokens: 900, queuedDecodeTokens: 200 }],
      numWorkers: 1,
      capacityTokens: 1000,
    },
    output: { desired: 2, reason: 'scale_up' },
  },
});

const latency = (description: string) =>
  optional(quantity('count', { min: 0, max: 1e15 }, description), 'cannot be told');

const sla = rule({
  name: 'dynamo/sla',
  summary:
    'load mode, target sla: +1 if every estimate is above it, -1 if all stay below 80 % with one fewer',
  source: SOURCE,
  input: section(
    {
      workers: list(
        section(
          {
            estimate: latency('Estimated latency now.'),
            estimateAfter: latency('Estimated with one worker fewer.'),
            load: optional(amount('Tokens that `line` turns into both estimates.'), 'estimates are given'),
            kvTokens: optional(amount('KV tokens held or waiting.'), 'they do not matter'),
          },
          'One worker.',
        ),
        { min: 0, max: 100_000 },
        'The workers that reported.',
      ),
      line: optional(
        section({ base: amount('Latency without load.'), slope: amount('Per token.') }, 'Latency of a load.'),
        'estimates are given',
      ),
      numWorkers,
      expectedWorkers,
      sla: positive('Target, in the unit of the estimates.'),
      own: amount('Part of the estimates that load does not change.').prefault(0),
      loadScalingDownSensitivity: positiveShare('Part of the target to stay below.').prefault(0.8),
      maxKvTokens: optional(count('KV tokens of a worker.'), 'no limit'),
      minEndpoint,
    },
    'Workers of one kind and their latency target.',
  ),
  evaluate: ({ line, ...input }) =>
    decideSla({
      ...input,
      workers: input.workers.map(({ load: tokens, ...worker }): SlaWorker =>
        tokens === null ? worker : { ...worker, ...estimates(line, tokens, input.numWorkers) },
      ),
    }),
  example: {
    input: {
      workers: [{ load: 600 }, { load: 400 }],
      line: { base: 10, slope: 0.02 },
      numWorkers: 2,
      sla: 50,
    },
    output: { desired: 1, reason: 'scale_down' },
  },
});

const aggregated = rule({
  name: 'dynamo/aggregated',
  summary: 'workers that do both: up if either signal says so, down only if both do',
  source: SOURCE,
  input: section(
    {
      numWorkers,
      prefill: optional(count('What the TTFT wants.'), 'no signal'),
      decode: optional(count('What the ITL wants.'), 'no signal'),
    },
    'Two answers for one pool.',
  ),
  evaluate: (input) => ({ desired: combineAggregated(input) }),
  example: { input: { numWorkers: 3, prefill: 3, decode: 2 }, output: { desired: 3 } },
});

const budget = rule({
  name: 'dynamo/budget',
  summary: 'prefill and decode workers within a budget of GPUs',
  source: BUDGET_SOURCE,
  input: section(
    {
      numPrefill: count('Prefill workers wanted.'),
      numDecode: count('Decode workers wanted.'),
      prefillEngineNumGpu: gpus('GPUs of a prefill worker.'),
      decodeEngineNumGpu: gpus('GPUs of a decode worker.'),
      ...budgetKeys,
    },
    'Workers wanted and the budget.',
  ),
  evaluate: withinBudget,
  example: {
    input: { numPrefill: 8, numDecode: 8, maxGpuBudget: 10 },
    output: { numPrefill: 5, numDecode: 5 },
  },
});

const budgetSingle = rule({
  name: 'dynamo/budget-single',
  summary: 'workers of one kind within a budget of GPUs',
  source: BUDGET_SOURCE,
  input: section(
    { desired: count('Workers wanted.'), engineNumGpu: gpus('GPUs of a worker.'), ...budgetKeys },
    'Workers wanted and the budget.',
  ),
  evaluate: ({ desired, engineNumGpu, ...bounds }) => ({
    desired: withinBudgetSingle(desired, engineNumGpu, bounds),
  }),
  example: { input: { desired: 5, engineNumGpu: 4, maxGpuBudget: 10 }, output: { desired: 2 } },
});

const side = (description: string) =>
  section(
    {
      current: count('Ready workers.'),
      desired: optional(count('What load mode says.'), 'leave it'),
      floor: optional(count('What throughput mode says.'), 'that mode is off'),
    },
    description,
  );

const both = rule({
  name: 'dynamo/both-modes',
  summary: 'load mode’s answer, not below the floors of throughput mode, within the budget',
  source: SOURCE,
  input: section(
    {
      prefill: side('Prefill workers.'),
      decode: side('Decode workers.'),
      prefillEngineNumGpu: gpus('GPUs of a prefill worker.'),
      decodeEngineNumGpu: gpus('GPUs of a decode worker.'),
      ...budgetKeys,
    },
    'Both kinds of workers.',
  ),
  evaluate: bothModes,
  example: {
    input: { prefill: { current: 3, desired: 2, floor: 3 }, decode: { current: 2, desired: 3, floor: 1 } },
    output: { numPrefill: 3, numDecode: 3, changes: true },
  },
});

export const DYNAMO_LOAD_RULES: readonly Rule[] = [load, sla, aggregated, budget, budgetSingle, both];

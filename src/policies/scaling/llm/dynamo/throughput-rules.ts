// The steps of the throughput mode of NVIDIA Dynamo's planner as rules that can be called alone.
import { list, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { amount, count, positive } from '../inputs.ts';
import { aggregatedReplicas, correctionFactor, decodeThroughput, throughputReplicas } from './throughput.ts';

const SOURCE = 'ai-dynamo/dynamo, planner, planner_core.py and throughput_scaling.py (2025-2026)';

const minEndpoint = count('Fewest workers.').prefault(1);
const forecast = {
  requests: amount('Forecast for the interval.'),
  intervalSeconds: positive('Length of the interval.').prefault(180),
};

const throughput = rule({
  name: 'dynamo/throughput',
  summary: 'prefill and decode workers for a forecast load by tokens per second and GPU of the profile',
  source: SOURCE,
  input: section(
    {
      ...forecast,
      isl: amount('Mean prompt tokens forecast.'),
      osl: amount('Mean output tokens forecast.'),
      prefillTokensPerSecondPerGpu: positive('Of the profile, for such prompts.'),
      decodeTokensPerSecondPerGpu: positive('Of the profile, within the ITL target.'),
      prefillEngineNumGpu: positive('GPUs of a prefill worker.').prefault(1),
      decodeEngineNumGpu: positive('GPUs of a decode worker.').prefault(1),
      prefillCorrection: amount('Measured TTFT over that of the profile; counts below 1.').prefault(1),
      minEndpoint,
    },
    'A forecast and a profile.',
  ),
  evaluate: throughputReplicas,
  example: {
    input: {
      requests: 500,
      isl: 3000,
      osl: 150,
      intervalSeconds: 60,
      prefillTokensPerSecondPerGpu: 40_000,
      decodeTokensPerSecondPerGpu: 1000,
    },
    output: { numPrefill: 1, numDecode: 2 },
  },
});

const aggregated = rule({
  name: 'dynamo/throughput-aggregated',
  summary: 'workers that do both, for a forecast load by the requests per second that each holds',
  source: SOURCE,
  input: section(
    {
      ...forecast,
      engineRequestsPerSecond: positive('That one worker holds within the SLA.'),
      minEndpoint,
    },
    'A forecast and a profile.',
  ),
  evaluate: (input) => ({ desired: aggregatedReplicas(input) }),
  example: { input: { requests: 900, engineRequestsPerSecond: 2 }, output: { desired: 3 } },
});

const correction = rule({
  name: 'dynamo/correction',
  summary: 'how much slower than its profile the engine is',
  source: SOURCE,
  input: section(
    {
      measured: amount('TTFT or ITL of the last interval.'),
      expected: amount('What the profile says.'),
    },
    'Two latencies in the same unit.',
  ),
  evaluate: (input) => ({ factor: correctionFactor(input) }),
  example: { input: { measured: 120, expected: 80 }, output: { factor: 1.5 } },
});

const decode = rule({
  name: 'dynamo/decode-throughput',
  summary: 'highest throughput of the profile whose ITL is within the target over the correction',
  source: SOURCE,
  input: section(
    {
      profile: list(
        section(
          { itl: amount('Measured.'), tokensPerSecondPerGpu: positive('Measured.') },
          'One point of the profile.',
        ),
        { min: 1, max: 100_000 },
        'Points at the context length in question.',
      ),
      itl: positive('Target, in the unit of the profile.'),
      decodeCorrection: amount('Measured ITL over that of the profile; 0: nothing measured.').prefault(1),
    },
    'A profile and a target.',
  ),
  evaluate: decodeThroughput,
  example: {
    input: {
      profile: [
        { itl: 5, tokensPerSecondPerGpu: 1000 },
        { itl: 10, tokensPerSecondPerGpu: 3000 },
      ],
      itl: 10,
      decodeCorrection: 1.25,
    },
    output: { itl: 5, tokensPerSecondPerGpu: 1000 },
  },
});

export const DYNAMO_THROUGHPUT_RULES: readonly Rule[] = [throughput, aggregated, correction, decode];

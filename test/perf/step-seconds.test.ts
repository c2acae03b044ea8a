import { describe, expect, test } from 'vitest';
import { servedBy } from '../../src/perf/served.ts';
import {
  clientDelaySeconds,
  gpuSeconds,
  smoothMax,
  stepCoefficients,
  stepSeconds,
  type StepWork,
} from '../../src/perf/physical/step-seconds.ts';
import { physical } from './specs.ts';

/** Of `tokens` in all. */
function prefillOf(tokens: number, prompts: number): StepWork {
  const prefillPairs = (tokens * tokens) / prompts;
  return { tokens, sequences: prompts, prompts, logitRows: prompts, prefillPairs, contextTokens: 0 };
}

function prefillMs(stack: string, tokens: number): number {
  const served = servedBy(physical('gpt3-175b', { stack }));
  const work = prefillOf(tokens, 1);
  return 1000 * (clientDelaySeconds(served) + stepSeconds(stepCoefficients(served), work));
}

function decodeMs(stack: string, decodes: number, contextPerSequence: number): number {
  const served = servedBy(physical('gpt3-175b', { stack }));
  const work = {
    tokens: decodes,
    sequences: decodes,
    prompts: 0,
    logitRows: decodes,
    prefillPairs: 0,
    contextTokens: decodes * contextPerSequence,
  };
  return 1000 * stepSeconds(stepCoefficients(served), work);
}

// Worked out by another program (Python) from the formula in docs/model.md.
describe('step time of GPT-3 175B on eight A100, in ms', () => {
  test.each([
    [128, 89.69, 194.02],
    [512, 170.43, 283.86],
    [2048, 566.35, 680.61],
  ])('prefill of %i tokens: vLLM %f, FasterTransformer %f', (tokens, vllm, fasterTransformer) => {
    expect(prefillMs('vllm-0.2', tokens)).toBeCloseTo(vllm, 1);
    expect(prefillMs('fastertransformer', tokens)).toBeCloseTo(fasterTransformer, 1);
  });

  test.each([
    [1, 65.6, 46.27],
    [8, 67.89, 48.41],
    [16, 70.33, 50.95],
    [32, 75.64, 56.27],
    [64, 89.06, 67.88],
  ])(
    'decode of %i sequences at context 576: vLLM %f, FasterTransformer %f',
    (decodes, vllm, fasterTransformer) => {
      expect(decodeMs('vllm-0.2', decodes, 576)).toBeCloseTo(vllm, 1);
      expect(decodeMs('fastertransformer', decodes, 576)).toBeCloseTo(fasterTransformer, 1);
    },
  );
});

test('each term of the step of a small model on one GPU is what one works out by hand', () => {
  // GPT 6.7B: 32 layers of 12·4096² parameters, head 51200 × 4096, A100: 312 TFLOP/s, 2.039 TB/s.
  const c = stepCoefficients(servedBy(physical('gpt-6.7b', { tp: 1, stack: 'lmdeploy' })));
  expect(c.gemmWeights).toBeCloseTo((2 * 6_442_450_944) / (2.039e12 * 0.81), 12);
  expect(c.gemmPerToken).toBeCloseTo((2 * 6_442_450_944) / (312e12 * 0.73), 15);
  expect(c.headWeights).toBeCloseTo((2 * 209_715_200) / (2.039e12 * 0.81), 12);
  expect(c.headPerRow).toBeCloseTo((2 * 209_715_200) / (312e12 * 0.73), 15);
  expect(c.perToken).toBeCloseTo((2 * 32 * 7.5 * (4096 + 16_384)) / (0.8 * 2.039e12), 15);
  expect(c.perPrefillPair).toBeCloseTo((2 * 32 * 4096) / (312e12 * 0.35), 18);
  expect(c.perContextToken).toBeCloseTo((4 * 32 * 4096) / (2.039e12 * 0.353), 15);
  expect(c.perStep).toBeCloseTo(32 * 73.7e-6, 12);
});

test('eight GPUs pay for all-reduces: latency per step, and bytes per token', () => {
  const c = stepCoefficients(servedBy(physical('gpt3-175b', { stack: 'fastertransformer' })));
  expect(c.perStep).toBeCloseTo(96 * (80e-6 + 5.5e-9 * 12_288) + 2 * 96 * 28e-6, 12);
  const elementwise = (2 * 96 * 7.5 * (12_288 + 49_152 / 8)) / (0.8 * 2.039e12);
  const allReduce = (2 * 96 * 4 * 12_288 * 7) / (8 * 180e9);
  expect(c.perToken).toBeCloseTo(elementwise + allReduce, 15);
});

describe('what vLLM 0.2 adds to the GPU’s time', () => {
  const llama = stepCoefficients(servedBy(physical('llama2-70b', { tp: 2 })));
  const decode = (sequences: number): StepWork => ({ ...prefillOf(0, 1), prompts: 0, tokens: sequences });

  test('a second row reads the weights 15 % slower', () => {
    const { gemmWeights, gemmPerToken, headWeights, perToken } = llama;
    const one = Math.hypot(gemmWeights, gemmPerToken) + headWeights + perToken;
    const two = Math.hypot(1.15 * gemmWeights, 2 * gemmPerToken) + 1.15 * headWeights + 2 * perToken;
    expect(gpuSeconds(llama, decode(2)) - gpuSeconds(llama, decode(1))).toBeCloseTo(two - one, 12);
  });

  test('several prompts take 14 % more GPU time than one of as many pairs, but for BLOOM', () => {
    const bloom = stepCoefficients(servedBy(physical('bloom-176b')));
    const one = prefillOf(1024, 1);
    for (const [c, factor] of [
      [llama, 1.14],
      [bloom, 1],
    ] as const) {
      expect(gpuSeconds(c, { ...one, prompts: 2 }) / gpuSeconds(c, one)).toBeCloseTo(factor, 12);
    }
  });

  test('a cached token takes 0.32 µs of the host, beside the GPU', () => {
    const [short, long] = [0, 100_000].map((contextTokens) => ({ ...decode(4), contextTokens }));
    const gpuOnly = { ...llama, cpu: 0 };
    const gpu = gpuSeconds(llama, long) - gpuSeconds(llama, short);
    expect(stepSeconds(gpuOnly, long) - stepSeconds(gpuOnly, short)).toBeCloseTo(gpu + 0.032, 12);
  });
});

describe('smooth maximum', () => {
  test('is the eighth root of the sum of eighth powers, in either order', () => {
    expect(smoothMax(1, 1)).toBeCloseTo(1.0905077326652577, 15);
    expect(smoothMax(2, 1)).toBe(smoothMax(1, 2));
    expect(smoothMax(2, 1)).toBeCloseTo(2.0009748976, 9);
  });

  test('is the first argument itself where the second is 0', () => {
    expect(smoothMax(0.123456789, 0)).toBe(0.123456789);
  });
});

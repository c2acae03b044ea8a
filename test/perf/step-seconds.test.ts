import { describe, expect, test } from 'vitest';
import { servedBy } from '../../src/perf/served.ts';
import { smoothMax, stepCoefficients, stepSeconds } from '../../src/perf/step-seconds.ts';
import { physical } from './specs.ts';

function prefillMs(stack: string, tokens: number): number {
  const served = servedBy(physical('gpt3-175b', { stack }));
  const work = { tokens, sequences: 1, logitRows: 1, prefillPairs: tokens * tokens, contextTokens: 0 };
  return 1000 * (served.stack.clientDelaySeconds + stepSeconds(stepCoefficients(served), work));
}

function decodeMs(stack: string, decodes: number, contextPerSequence: number): number {
  const served = servedBy(physical('gpt3-175b', { stack }));
  const work = {
    tokens: decodes,
    sequences: decodes,
    logitRows: decodes,
    prefillPairs: 0,
    contextTokens: decodes * contextPerSequence,
  };
  return 1000 * stepSeconds(stepCoefficients(served), work);
}

describe('step time of GPT-3 175B on eight A100, published reference points in ms', () => {
  test.each([
    [128, 88, 139],
    [512, 175, 231],
    [2048, 603, 638],
  ])('prefill of %i tokens: vLLM %i, FasterTransformer %i', (tokens, vllm, fasterTransformer) => {
    expect(Math.abs(prefillMs('vllm-0.2', tokens) - vllm)).toBeLessThanOrEqual(0.51);
    expect(Math.abs(prefillMs('fastertransformer', tokens) - fasterTransformer)).toBeLessThanOrEqual(0.51);
  });

  test.each([
    [1, 66, 50],
    [8, 69, 52],
    [16, 72, 55],
    [32, 79, 60],
    [64, 95, 72],
  ])(
    'decode of %i sequences at context 576: vLLM %i, FasterTransformer %i',
    (decodes, vllm, fasterTransformer) => {
      expect(Math.round(decodeMs('vllm-0.2', decodes, 576))).toBe(vllm);
      expect(Math.round(decodeMs('fastertransformer', decodes, 576))).toBe(fasterTransformer);
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
  expect(c.perStep).toBeCloseTo(96 * 171.2e-6 + 2 * 96 * 28e-6, 12);
  const elementwise = (2 * 96 * 7.5 * (12_288 + 49_152 / 8)) / (0.8 * 2.039e12);
  const allReduce = (2 * 96 * 4 * 12_288 * 7) / (8 * 180e9);
  expect(c.perToken).toBeCloseTo(elementwise + allReduce, 15);
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

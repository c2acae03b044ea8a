import { describe, expect, test } from 'vitest';
import { presetLimits, stepTimeError } from '../../src/perf/known-limits.ts';
import { modelOf } from '../../src/catalog/models.ts';
import { physical } from './specs.ts';

describe('how far step times can be trusted', () => {
  test('a measured model on the measured stack and GPU: 5 %, no reasons, no notes', () => {
    for (const spec of [physical('llama2-70b'), physical('gpt3-175b', { stack: 'fastertransformer' })]) {
      expect(stepTimeError(spec)).toEqual({ kind: 'measured', decodeErrorPercent: 5, reasons: [] });
      expect(presetLimits(spec)).toEqual([]);
    }
  });

  test.each([
    ['another model', physical('llama2-13b', { tp: 1 }), 15, ['model not measured on this stack']],
    ['another GPU', physical('llama2-70b', { gpu: 'h100-sxm' }), 25, ['GPU not measured']],
    // √(25² + 15²) = 29.2.
    [
      'both',
      physical('llama3-70b', { gpu: 'h100-sxm' }),
      30,
      ['model not measured on this stack', 'GPU not measured'],
    ],
    ['4-bit weights', physical('llama2-70b', { weights: 'int4' }), 30, ['int4 weights']],
    ['a pipeline', physical('llama2-70b', { pp: 2 }), 25, ['pipeline parallelism']],
  ])('%s is extrapolated', (_, spec, decodeErrorPercent, reasons) => {
    expect(stepTimeError(spec)).toEqual({ kind: 'extrapolated', decodeErrorPercent, reasons });
    expect(presetLimits(spec)).toHaveLength(reasons.length);
  });

  test('a model of the user’s own was never measured, whatever its shape', () => {
    const spec = { ...physical('llama2-70b'), model: modelOf('llama2-70b') };
    expect(stepTimeError(spec).kind).toBe('extrapolated');
  });

  test('each further assumption makes it worse', () => {
    const speculative = { draftModel: 'llama2-7b', tokens: 4, acceptance: 0.7 };
    const steps = [
      physical('llama2-70b'),
      physical('mixtral-8x7b'),
      physical('mixtral-8x7b', { gpu: 'l40s' }),
      physical('mixtral-8x7b', { gpu: 'l40s', weights: 'int4' }),
      physical('mixtral-8x7b', { gpu: 'l40s', weights: 'int4', kvCache: 'fp8', speculative }),
    ].map((spec) => stepTimeError(spec).decodeErrorPercent);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(new Set(steps).size).toBe(steps.length);
  });
});

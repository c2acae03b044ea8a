import { describe, expect, test } from 'vitest';
import { batchLimits, presetLimits } from '../../src/perf/known-limits.ts';
import { servedBy } from '../../src/perf/served.ts';
import { clientDelaySeconds, stepCoefficients, stepSeconds } from '../../src/perf/physical/step-seconds.ts';
import type { PhysicalPerfSpec } from '../../src/perf/spec.ts';
import { uniformBatch } from '../../src/perf/uniform-batch.ts';
import { physical } from './specs.ts';

describe('a uniform batch', () => {
  test.each(['vllm-0.2', 'fastertransformer'])(
    'on %s is its prefill and its decode steps, one by one',
    (stack) => {
      const spec = physical('gpt3-175b', { stack });
      const served = servedBy(spec);
      const c = stepCoefficients(served);
      const [prompt, sequences, outputs] = [300, 16, 100];
      const prefill = stepSeconds(c, {
        tokens: sequences * prompt,
        sequences,
        prompts: sequences,
        logitRows: sequences,
        prefillPairs: sequences * prompt * prompt,
        contextTokens: 0,
      });
      let decodes = 0;
      for (let made = 1; made < outputs; made++) {
        const contextTokens = sequences * (prompt + made - 1);
        decodes += stepSeconds(c, {
          tokens: sequences,
          sequences,
          prompts: 0,
          logitRows: sequences,
          prefillPairs: 0,
          contextTokens,
        });
      }
      const answer = uniformBatch(spec, { promptTokens: prompt, batch: sequences, outputTokens: outputs });
      expect(answer.promptSeconds).toBeCloseTo(prefill + clientDelaySeconds(served), 8);
      expect(Math.abs(answer.tokenSeconds! / (decodes / (outputs - 1)) - 1)).toBeLessThan(1e-3);
      expect(answer.e2eSeconds).toBeCloseTo(answer.promptSeconds + (outputs - 1) * answer.tokenSeconds!, 12);
    },
  );

  test('of one output token has no decode step', () => {
    const answer = uniformBatch(physical('gpt3-175b'), { promptTokens: 512, batch: 1, outputTokens: 1 });
    expect(answer.tokenSeconds).toBeUndefined();
    expect(answer.decodeWattsPerGpu).toBeUndefined();
    expect(answer.e2eSeconds).toBe(answer.promptSeconds);
  });

  test('draws 0.70 of the limit in prefill, and at most 1.033 of it', () => {
    const answer = uniformBatch(physical('bloom-176b'), { promptTokens: 2048, batch: 8, outputTokens: 2 });
    expect(answer.prefillMeanWattsPerGpu).toBeCloseTo(280, 9);
    expect(answer.prefillPeakWattsPerGpu).toBeCloseTo(413.2, 9);
  });

  test('draws in the shortest prefill what a decode step draws, on average as at its peak', () => {
    const answer = uniformBatch(physical('llama2-70b'), { promptTokens: 1, batch: 1, outputTokens: 2 });
    expect(answer.prefillMeanWattsPerGpu).toBe(answer.prefillPeakWattsPerGpu);
    expect(answer.prefillPeakWattsPerGpu / answer.decodeWattsPerGpu!).toBeCloseTo(1, 2);
  });
});

function notes(spec: PhysicalPerfSpec, promptTokens: number, batch: number, outputTokens = 128): string {
  const asked = { promptTokens, batch, outputTokens };
  return [...presetLimits(spec), ...batchLimits(spec, asked, uniformBatch(spec, asked))].join('\n');
}

describe('notes', () => {
  test('are absent where the model was measured', () => {
    expect(notes(physical('llama2-70b'), 512, 1)).toBe('');
    expect(notes(physical('gpt3-175b', { stack: 'fastertransformer' }), 512, 8)).toBe('');
  });

  test('tell of KV overflow from the first token too many', () => {
    const spec = physical('llama2-70b', { tp: 2, stack: 'lmdeploy' });
    expect(notes(spec, 38_656 - 128, 1)).not.toMatch(/KV overflow/);
    expect(notes(spec, 38_657 - 128, 1)).toMatch(/KV overflow: the batch needs 38672 .* holds 38656/);
  });

  test('tell of prompts beyond the measured budget, of unmeasured models, GPUs and lengths', () => {
    expect(notes(physical('llama2-70b'), 513, 4)).toMatch(/stalls above 2048/);
    expect(notes(physical('llama2-70b'), 512, 4)).not.toMatch(/stalls/);
    expect(notes(physical('llama2-13b', { tp: 1 }), 512, 1)).toMatch(/never measured on vLLM/);
    expect(notes(physical('gpt-6.7b', { stack: 'fastertransformer' }), 512, 1)).toMatch(
      /less exact on small/,
    );
    expect(notes(physical('llama2-70b', { gpu: 'a100-40gb' }), 512, 1)).toMatch(/scaled/);
    expect(notes(physical('bloom-176b'), 2000, 1)).toMatch(/2128 tokens, beyond BLOOM-176B's length of 2048/);
  });
});

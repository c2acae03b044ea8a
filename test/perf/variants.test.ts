// Number formats, mixtures of experts, pipelines and speculative decoding: limits that one can work out by hand.
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/kernel/user-error.ts';
import { kvCapacity } from '../../src/perf/kv.ts';
import { powerModel } from '../../src/perf/power.ts';
import { emittedPerRound, servedBy } from '../../src/perf/served.ts';
import { gpusPerReplica, type PhysicalPerfSpec } from '../../src/perf/spec.ts';
import { decodeStep, gpuSeconds, stepCoefficients } from '../../src/perf/physical/step-seconds.ts';
import { uniformBatch } from '../../src/perf/uniform-batch.ts';
import { utilisationModel } from '../../src/perf/utilisation.ts';
import { physical } from './specs.ts';

/** Without overheads of a stack: LMDeploy has neither host time nor time per sequence. */
function bare(model: string, changes: Partial<PhysicalPerfSpec> = {}): PhysicalPerfSpec {
  return physical(model, { tp: 1, stack: 'lmdeploy', ...changes });
}

const coefficients = (spec: PhysicalPerfSpec) => stepCoefficients(servedBy(spec));
const oneToken = { tokens: 1, sequences: 1, prompts: 0, logitRows: 0, prefillPairs: 0, contextTokens: 0 };

describe('number formats', () => {
  test.each([
    ['fp8', 2],
    ['int8', 2],
    // 4 bits and 20 more for every 128 weights: 16/4.15625.
    ['int4', 3.8496],
  ] as const)(
    '%s weights are read %f times as fast, and multiplied as fast as in 16 bits',
    (weights, times) => {
      const c = coefficients(bare('llama2-7b', { weights }));
      const plain = coefficients(bare('llama2-7b'));
      expect(plain.gemmWeights / c.gemmWeights).toBeCloseTo(times, 3);
      expect(c.gemmPerToken).toBe(plain.gemmPerToken);
      expect(c.headWeights).toBe(plain.headWeights);
    },
  );

  test('8-bit products take half the time: by default for fp8 weights where the GPU can, else if told to', () => {
    const plain = coefficients(bare('llama3-8b', { gpu: 'h100-sxm' })).gemmPerToken;
    const of = (changes: Partial<PhysicalPerfSpec>) =>
      plain / coefficients(bare('llama3-8b', changes)).gemmPerToken;
    expect(of({ gpu: 'h100-sxm', weights: 'fp8' })).toBeCloseTo(2, 3);
    expect(of({ gpu: 'h100-sxm', weights: 'int8' })).toBe(1);
    expect(of({ gpu: 'h100-sxm', weights: 'int8', compute: 'int8' })).toBeCloseTo(2, 3);
    expect(of({ gpu: 'h100-sxm', weights: 'fp8', compute: 'fp16' })).toBe(1);
    expect(servedBy(bare('llama3-8b', { weights: 'fp8' })).compute).toBe('fp16');
  });

  test('what a GPU cannot multiply, or what is not stored so, is refused with the remedy', () => {
    const refused = (changes: Partial<PhysicalPerfSpec>) => () => servedBy(bare('llama3-8b', changes));
    expect(refused({ weights: 'fp8', compute: 'fp8' })).toThrow(
      /A100 80GB SXM has no fp8 matrix units; write compute: fp16/,
    );
    expect(refused({ weights: 'int4', compute: 'int8' })).toThrow(
      /int8 needs weights of the same format, not int4/,
    );
    expect(refused({ weights: 'fp8', compute: 'fp8' })).toThrow(UserError);
  });

  test('an 8-bit cache is read twice as fast and holds twice as many tokens', () => {
    const plain = bare('llama2-7b');
    const small = bare('llama2-7b', { kvCache: 'fp8' });
    expect(coefficients(plain).perContextToken / coefficients(small).perContextToken).toBe(2);
    expect(kvCapacity(small).kvBytesPerToken).toBe(262_144);
    expect(kvCapacity(small).kvTokens / kvCapacity(plain).kvTokens).toBeCloseTo(2, 3);
  });

  test('quantised layers leave the embedding and the head in 16 bits', () => {
    // 6,476,005,376 parameters in layers, 2 · 131,072,000 in embedding and head.
    expect(kvCapacity(bare('llama2-7b', { weights: 'int8' })).weightBytes).toBe(
      6_476_005_376 + 4 * 131_072_000,
    );
    expect(utilisationModel(bare('llama2-7b', { weights: 'int8' })).bytesPerDecodeStep).toBe(
      6_476_005_376 + 2 * 131_072_000,
    );
  });

  test('Llama-2-70B fits one A100 in 4 bits: 36.6 GB of weights, 118,096 tokens', () => {
    const { weightBytes, kvTokens } = kvCapacity(bare('llama2-70b', { weights: 'int4' }));
    expect(weightBytes / 1e9).toBeCloseTo((68.4504 * 4.15625) / 8 + 4 * 0.262144, 1);
    expect(kvTokens).toBe(118_096);
  });
});

describe('a mixture of experts', () => {
  const c = coefficients(bare('mixtral-8x7b', { tp: 2 }));

  test('reads two of eight experts for one token and all of them for many', () => {
    // Attention: 32 · 4096 · (4096 + 2 · 1024 + 4096) parameters; an expert: 3 · 4096 · 14336.
    const perByte = 1 / (2 * 2.039e12 * 0.81);
    const attention = 2 * 32 * 4096 * (4096 + 2048 + 4096) * perByte;
    const expert = 2 * 32 * 3 * 4096 * 14_336 * perByte;
    expect(c.gemmWeights).toBeCloseTo(attention, 12);
    expect(c.expertWeights).toBeCloseTo(8 * expert, 12);
    const weights = (tokens: number) => c.expertWeights * (1 - Math.exp(c.expertMissLog * tokens));
    expect(weights(1)).toBeCloseTo(2 * expert, 12);
    expect(weights(1000)).toBeCloseTo(8 * expert, 12);
  });

  test('computes on the active parameters only', () => {
    const active = 32 * (4096 * (4096 + 2048 + 4096) + 2 * 3 * 4096 * 14_336);
    expect(c.gemmPerToken).toBeCloseTo((2 * active) / (2 * 312e12 * 0.73), 15);
    expect(utilisationModel(bare('mixtral-8x7b', { tp: 2 })).flopPerToken).toBe(2 * active);
  });

  test('decodes one sequence at less than a third of the time of a dense model as large', () => {
    const dense = coefficients(bare('llama2-70b', { tp: 2 }));
    const ratio = gpuSeconds(c, oneToken) / gpuSeconds(dense, oneToken);
    expect(ratio).toBeGreaterThan(12.9 / 69);
    expect(ratio).toBeLessThan(1 / 3);
  });
});

describe('a pipeline', () => {
  const plain = bare('llama2-70b', { tp: 2 });
  const staged = bare('llama2-70b', { tp: 2, pp: 4 });

  test('has pp times the GPUs, and room for the KV cache that one stage group lacks', () => {
    expect(gpusPerReplica(staged)).toBe(8);
    expect(kvCapacity(staged).kvTokens).toBe(kvCapacity(bare('llama2-70b', { tp: 8 })).kvTokens);
  });

  test('takes for a batch what its stage group takes for a pp-th of it, besides sends and the head', () => {
    const [one, four] = [coefficients(plain), coefficients(staged)];
    const quarter = decodeStep({ ...one, headWeights: 0, headPerRow: 0 }, 8);
    const whole = decodeStep({ ...four, headWeights: 0, headPerRow: 0 }, 32);
    const sends = 3 * 20e-6 + (3 * 8 * 2 * 8192) / 20e9;
    expect(whole.gpu).toBeCloseTo(quarter.gpu + sends, 12);
    expect(4 * whole.gpuPerContextToken).toBeCloseTo(quarter.gpuPerContextToken, 15);
    expect(four.headWeights).toBe(4 * one.headWeights);
  });

  test('is slower than as many GPUs in tensor parallel for one sequence, and reads its weights pp times a step', () => {
    const tensor = bare('llama2-70b', { tp: 8 });
    const batch = { promptTokens: 512, batch: 1, outputTokens: 64 };
    expect(uniformBatch(staged, batch).tokenSeconds!).toBeGreaterThan(
      2 * uniformBatch(tensor, batch).tokenSeconds!,
    );
    expect(utilisationModel(staged).bytesPerDecodeStep).toBe(4 * utilisationModel(tensor).bytesPerDecodeStep);
  });

  test('carries the host power of all its nodes, and may span several', () => {
    const two = physical('gpt3-175b', { pp: 2, gpu: 'a100-40gb' });
    const power = powerModel(two, 'dgx-a100');
    expect(power.hostWatts + power.idleGpuWatts).toBe(3000);
  });

  test('of a degree that is not supported, or deeper than the model, is refused', () => {
    expect(() => servedBy(bare('llama2-70b', { pp: 3 }))).toThrow(
      /pp: pipeline-parallel degree 3 .* 1, 2, 4, 8/,
    );
  });
});

describe('speculative decoding', () => {
  const speculative = { draftModel: 'llama2-7b', tokens: 4, acceptance: 0.7 };
  const spec = bare('llama2-70b', { tp: 4, speculative });

  test.each([
    [4, 0.7, (1 - 0.16807) / 0.3],
    [1, 0.5, 1.5],
    [5, 0, 1],
    [3, 1, 4],
  ])('k = %i at acceptance %f yields %f tokens a round', (tokens, acceptance, expected) => {
    expect(emittedPerRound(tokens, acceptance)).toBeCloseTo(expected, 12);
  });

  test('takes k draft steps and one check of k + 1 tokens per sequence, for the tokens they yield', () => {
    const target = coefficients(bare('llama2-70b', { tp: 4 }));
    const draft = coefficients(bare('llama2-7b', { tp: 4 }));
    const check = { ...oneToken, sequences: 8, tokens: 40, logitRows: 40 };
    const proposal = { ...oneToken, sequences: 8, tokens: 8, logitRows: 8 };
    const round = 4 * gpuSeconds(draft, proposal) + gpuSeconds(target, check);
    const step = decodeStep(coefficients(spec), 8);
    expect(step.gpu).toBeCloseTo(round / emittedPerRound(4, 0.7), 12);
  });

  test('that is never right costs the drafts, and wins nothing', () => {
    const useless = decodeStep(coefficients({ ...spec, speculative: { ...speculative, acceptance: 0 } }), 8);
    expect(useless.gpu).toBeGreaterThan(decodeStep(coefficients(bare('llama2-70b', { tp: 4 })), 8).gpu);
  });

  test('that is always right makes k + 1 tokens of a round, and its power stays what a GPU can draw', () => {
    const perfect = { ...spec, speculative: { ...speculative, acceptance: 1 } };
    const [fast, slow] = [
      coefficients(perfect),
      coefficients({ ...spec, speculative: { ...speculative, acceptance: 0 } }),
    ];
    expect(decodeStep(slow, 8).gpu / decodeStep(fast, 8).gpu).toBeCloseTo(5, 9);
    for (const one of [spec, perfect]) {
      const { decodeWattsPerGpu } = uniformBatch(one, { promptTokens: 512, batch: 8, outputTokens: 64 });
      expect(decodeWattsPerGpu!).toBeGreaterThan(117);
      expect(decodeWattsPerGpu!).toBeLessThan(400);
    }
  });

  test('reads per step its part of a round: k drafts and one check', () => {
    const [plain, draft] = [bare('llama2-70b', { tp: 4 }), bare('llama2-7b', { tp: 4 })].map(
      utilisationModel,
    );
    const { bytesPerDecodeStep, bytesPerContextToken } = utilisationModel(spec);
    const part = 1 / emittedPerRound(4, 0.7);
    expect(bytesPerDecodeStep).toBeCloseTo(
      (4 * draft.bytesPerDecodeStep + plain.bytesPerDecodeStep) * part,
      3,
    );
    expect(bytesPerContextToken).toBeCloseTo((4 * 524_288 + 327_680) * part, 6);
  });

  test('keeps the draft model and its cache on the same GPUs', () => {
    const [both, large] = [kvCapacity(spec), kvCapacity(bare('llama2-70b', { tp: 4 }))];
    expect(both.weightBytes - large.weightBytes).toBe(2 * 6_738_149_376);
    expect(both.kvBytesPerToken).toBe(327_680 + 524_288);
    expect(() => servedBy({ ...spec, pp: 2 })).toThrow(/speculative: is not supported together with pp/);
  });
});

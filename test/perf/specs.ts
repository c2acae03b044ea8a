import type { PhysicalPerfSpec } from '../../src/perf/spec.ts';

/** On eight A100-80GB under vLLM unless said otherwise. */
export function physical(model: string, changes: Partial<PhysicalPerfSpec> = {}): PhysicalPerfSpec {
  return { kind: 'physical', model, gpu: 'a100-80gb', stack: 'vllm-0.2', tp: 8, ...changes };
}

/** One of each kind of step time: with and without host time, large and small KV, one and several GPUs, formats, experts, a pipeline, drafts. */
export const VARIED_SPECS = [
  physical('gpt3-175b', { stack: 'fastertransformer' }),
  physical('gpt3-175b'),
  physical('bloom-176b'),
  physical('bloom-176b', { stack: 'deepspeed-bloom' }),
  physical('llama2-70b'),
  physical('llama2-70b', { tp: 4, stack: 'lmdeploy' }),
  physical('llama2-70b', { tp: 2 }),
  physical('llama2-13b', { tp: 1 }),
  physical('llama2-7b', { tp: 1 }),
  physical('llama2-7b', { tp: 1, gpu: 'a100-40gb' }),
  physical('llama2-70b', { tp: 1, weights: 'int4', kvCache: 'fp8' }),
  physical('llama3-70b', { tp: 2, gpu: 'h100-sxm', weights: 'fp8' }),
  physical('mixtral-8x7b', { tp: 2 }),
  physical('bloom-176b', { tp: 4, pp: 2 }),
  physical('llama2-70b', { tp: 4, speculative: { draftModel: 'llama2-7b', tokens: 4, acceptance: 0.7 } }),
];

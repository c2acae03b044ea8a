// Serving software: what it adds to the GPU's own time. On equal hardware decode differs 1.55-fold between stacks, so
// a result without its stack means little. One fit per stack, on the measurements named at it, for the version measured.
import { lookUp } from './lookup.ts';
import type { ModelFamily } from './models.ts';

export interface Stack {
  title: string;
  /** Keys of MODELS on whose measurements the constants were fitted. */
  fittedModels: readonly string[];
  /** κ: factor on the GPU time of a step. */
  gpuTimeFactor: number;
  /** t_k: GPU time per layer for kernel launches and gaps. */
  launchSecondsPerLayer: number;
  /** t_cpu: host time per layer to issue a step; runs beside the GPU, the longer of the two counts. */
  cpuSecondsPerLayer: Readonly<Record<ModelFamily, number>>;
  /** c_B: per sequence in the step (sampling, scheduling, detokenising). */
  secondsPerSequence: number;
  /** c_0: seen by the client of every request once, costs the GPUs nothing. */
  clientDelaySeconds: number;
  /** Part of the memory bandwidth that attention reaches in decode. */
  decodeAttentionEfficiency: number;
}

const noCpuTime = { gpt: 0, bloom: 0, llama: 0 };

// One value fits all stacks but lmdeploy: it belongs to the fit of the efficiencies in perf/step-seconds.ts.
const decodeAttentionEfficiency = 0.7;

export const STACKS: Readonly<Record<string, Stack>> = {
  // NVIDIA/FasterTransformer docs/gpt_guide.md, commit 07fdd2fc (2023), GPT 89B and 175B on 8×A100-80GB. Not valid for
  // small models: median error 23 % on 6.7B and 20B, whose overhead per layer is 80–110 µs.
  fastertransformer: {
    title: 'NVIDIA FasterTransformer',
    fittedModels: ['gpt3-175b', 'gpt-89b'],
    gpuTimeFactor: 1.026,
    launchSecondsPerLayer: 171.2e-6,
    cpuSecondsPerLayer: noCpuTime,
    secondsPerSequence: 0,
    clientDelaySeconds: 71.7e-3,
    decodeAttentionEfficiency,
  },
  // Splitwise measurements (Microsoft, ISCA 2024), Llama-2-70B on 2, 4 and 8 and BLOOM-176B on 8 A100-80GB.
  'vllm-0.2': {
    title: 'vLLM 0.2',
    fittedModels: ['llama2-70b', 'bloom-176b'],
    gpuTimeFactor: 1.078,
    launchSecondsPerLayer: 53e-6,
    cpuSecondsPerLayer: { gpt: 0.684e-3, bloom: 0.684e-3, llama: 0.555e-3 },
    secondsPerSequence: 0.379e-3,
    clientDelaySeconds: 19.5e-3,
    decodeAttentionEfficiency,
  },
  // huggingface.co/blog/bloom-inference-pytorch-scripts (16 September 2022), BLOOM-176B on 8×A100-80GB.
  'deepspeed-bloom': {
    title: 'DeepSpeed-Inference (2022)',
    fittedModels: ['bloom-176b'],
    gpuTimeFactor: 1,
    launchSecondsPerLayer: 181.5e-6,
    cpuSecondsPerLayer: noCpuTime,
    secondsPerSequence: 0.209e-3,
    clientDelaySeconds: 0,
    decodeAttentionEfficiency,
  },
  // InternLM/lmdeploy docs/en/benchmark/a100_fp16.md, commit 3e391df4 (v0.1.0a1, 2023), Llama-2-70B on 4 A100-80GB.
  lmdeploy: {
    title: 'LMDeploy 0.1',
    fittedModels: ['llama2-70b'],
    gpuTimeFactor: 1,
    launchSecondsPerLayer: 73.7e-6,
    cpuSecondsPerLayer: noCpuTime,
    secondsPerSequence: 0,
    clientDelaySeconds: 0,
    decodeAttentionEfficiency: 0.353,
  },
};

export function stackOf(name: string): Stack {
  return lookUp(STACKS, 'stack', name);
}

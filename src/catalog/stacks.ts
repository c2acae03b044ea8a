// Serving software: what it adds to the GPU's own time. On equal hardware decode differs 1.55-fold between stacks, so
// a result without its stack means little. One fit per stack, on the measurements named at it, for the version measured.
import type { ComputeFormat, KvFormat, WeightFormat } from './formats.ts';
import { findKey, lookUp } from './lookup.ts';
import type { ModelFamily } from './models.ts';

export interface Stack {
  title: string;
  /** Published source and date of the measurements. */
  source: string;
  /** Keys of MODELS on whose measurements the constants were fitted; titles of models that are not there. */
  fittedModels: readonly string[];
  /** κ: factor on the GPU time of a step. */
  gpuTimeFactor: number;
  /** t_k: GPU time per layer for kernel launches and gaps. */
  launchSecondsPerLayer: number;
  /** t_d: the same per element of the hidden vector, for a stack whose gaps grow with the model; else 0. */
  launchSecondsPerLayerAndHidden: number;
  /** Time to read the weights for several rows, over that for a single one: 1 where it is the same. */
  batchedWeightsFactor: number;
  /** GPU time of a step with several prompts, over that of one prompt of as many tokens: 1 where it is the same. */
  severalPromptsFactor: Readonly<Record<ModelFamily, number>>;
  /** t_cpu: host time per layer to issue a step; runs beside the GPU, the longer of the two counts. */
  cpuSecondsPerLayer: Readonly<Record<ModelFamily, number>>;
  /** c_B: per sequence in the step (sampling, scheduling, detokenising). */
  secondsPerSequence: number;
  /** c_ctx: host time per token in the cache of the decoding sequences (tables of their blocks). */
  secondsPerContextToken: number;
  /** c_0: seen by the client of every request once, costs the GPUs nothing. */
  clientDelaySeconds: number;
  /** c_W: the same per parameter of the layers; 0 where it does not grow with the model. */
  clientDelaySecondsPerParameter: number;
  /** Part of the memory bandwidth that attention reaches in decode. */
  decodeAttentionEfficiency: number;
  /** Of a user's own stack: what it was fitted on, and how wrong it was on rows left out. */
  calibration?: StackCalibration;
}

export interface StackCalibration {
  gpu: string;
  weights: WeightFormat;
  compute: ComputeFormat;
  kvCache: KvFormat;
  decodeErrorPercent?: number;
  totalErrorPercent?: number;
}

/** Software that adds nothing to the GPU's time: what a stack does not name. */
export const NOTHING_ADDED = {
  gpuTimeFactor: 1,
  launchSecondsPerLayer: 0,
  launchSecondsPerLayerAndHidden: 0,
  batchedWeightsFactor: 1,
  severalPromptsFactor: { gpt: 1, bloom: 1, llama: 1 },
  cpuSecondsPerLayer: { gpt: 0, bloom: 0, llama: 0 },
  secondsPerSequence: 0,
  secondsPerContextToken: 0,
  clientDelaySeconds: 0,
  clientDelaySecondsPerParameter: 0,
  // It fits all stacks but lmdeploy, and belongs to the fit of the efficiencies in perf/physical/step-seconds.ts.
  decodeAttentionEfficiency: 0.7,
};

export const STACKS: Readonly<Record<string, Stack>> = {
  // 89B and 175B need a delay of 0.75 ms per billion parameters, 20B and 6.7B one of a few ms: c_W is what fits them all,
  // and nobody knows its cause.
  fastertransformer: {
    ...NOTHING_ADDED,
    title: 'NVIDIA FasterTransformer',
    source:
      'NVIDIA/FasterTransformer docs/gpt_guide.md, commit 07fdd2fc (2023), GPT 6.7B, 20B, 89B and 175B on 1 to 8 A100-80GB',
    fittedModels: ['gpt3-175b', 'gpt-89b', 'gpt-20b', 'gpt-6.7b'],
    launchSecondsPerLayer: 80e-6,
    launchSecondsPerLayerAndHidden: 5.5e-9,
    clientDelaySecondsPerParameter: 0.75e-12,
  },
  // Decode at tp 2, which the GPU and not the host paces, jumps by 9 % from one sequence to two. Llama prompts take 7 to
  // 23 % longer in a batch than as one long prompt; BLOOM's do not: their attention (ALiBi) goes prompt by prompt.
  'vllm-0.2': {
    ...NOTHING_ADDED,
    title: 'vLLM 0.2',
    source:
      'Splitwise measurements (Microsoft, ISCA 2024), Llama-2-70B on 2, 4 and 8 and BLOOM-176B on 8 A100-80GB',
    fittedModels: ['llama2-70b', 'bloom-176b'],
    launchSecondsPerLayer: 104e-6,
    batchedWeightsFactor: 1.15,
    severalPromptsFactor: { gpt: 1.14, bloom: 1, llama: 1.14 },
    cpuSecondsPerLayer: { gpt: 0.678e-3, bloom: 0.678e-3, llama: 0.552e-3 },
    secondsPerSequence: 0.078e-3,
    secondsPerContextToken: 0.32e-6,
    clientDelaySeconds: 20e-3,
  },
  'deepspeed-bloom': {
    ...NOTHING_ADDED,
    title: 'DeepSpeed-Inference (2022)',
    source:
      'huggingface.co/blog/bloom-inference-pytorch-scripts (16 September 2022), BLOOM-176B on 8×A100-80GB',
    fittedModels: ['bloom-176b'],
    launchSecondsPerLayer: 181.5e-6,
    secondsPerSequence: 0.209e-3,
  },
  lmdeploy: {
    ...NOTHING_ADDED,
    title: 'LMDeploy 0.1',
    source:
      'InternLM/lmdeploy docs/en/benchmark/a100_fp16.md, commit 3e391df4 (v0.1.0a1, 2023), Llama-2-70B on 4 A100-80GB',
    fittedModels: ['llama2-70b'],
    launchSecondsPerLayer: 73.7e-6,
    decodeAttentionEfficiency: 0.353,
  },
};

/** A number that does not depend on the family. */
export function forAnyFamily(value: number): Record<ModelFamily, number> {
  return { gpt: value, bloom: value, llama: value };
}

/** A preset by its name, or the user's own. */
export function stackOf(stack: string | Stack): Stack {
  return typeof stack === 'string' ? lookUp(STACKS, 'stack', stack) : stack;
}

/** The preset's key; undefined for the user's own. */
export function stackKey(stack: string | Stack): string | undefined {
  return typeof stack === 'string' ? findKey(STACKS, stack) : undefined;
}

/** What to call it: a preset's name, or the title of the user's own. */
export function stackName(stack: string | Stack): string {
  return typeof stack === 'string' ? stack : stack.title;
}

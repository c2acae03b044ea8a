// The catalog entries that a physical spec names, looked up and checked once, with what the spec leaves out filled in.
import type { ComputeFormat, KvFormat, WeightFormat } from '../catalog/formats.ts';
import { gpuOf, peakFlopPerSecond, type Gpu } from '../catalog/gpus.ts';
import { modelOf, type Model } from '../catalog/models.ts';
import { stackOf, type Stack } from '../catalog/stacks.ts';
import { UserError } from '../kernel/user-error.ts';
import type { PhysicalPerfSpec } from './spec.ts';

export interface Served {
  model: Model;
  gpu: Gpu;
  stack: Stack;
  tp: number;
  pp: number;
  weights: WeightFormat;
  compute: ComputeFormat;
  kvCache: KvFormat;
  speculative?: {
    draft: Model;
    /** k: tokens that the draft model proposes in a round. */
    tokens: number;
    /** Tokens that a round yields per sequence, in expectation: 1 to k + 1. */
    emitted: number;
  };
}

/** Pipeline stages: the degrees that are supported. */
export const PIPELINE_DEGREES: readonly number[] = [1, 2, 4, 8];

/** Throws a UserError for unknown names, unsupported degrees and formats that do not go together. */
export function servedBy(spec: PhysicalPerfSpec): Served {
  const problems = servingProblems(spec);
  if (problems.length > 0) throw new UserError(problems.map(({ key, message }) => `${key}: ${message}`));
  const gpu = gpuOf(spec.gpu);
  const weights = spec.weights ?? 'fp16';
  const { speculative } = spec;
  return {
    model: modelOf(spec.model),
    gpu,
    stack: stackOf(spec.stack),
    tp: spec.tp,
    pp: spec.pp ?? 1,
    weights,
    compute: spec.compute ?? defaultCompute(weights, gpu),
    kvCache: spec.kvCache ?? 'fp16',
    ...(speculative && {
      speculative: {
        draft: modelOf(speculative.draftModel),
        tokens: speculative.tokens,
        emitted: emittedPerRound(speculative.tokens, speculative.acceptance),
      },
    }),
  };
}

/** FP8 weights are multiplied in FP8 where the GPU can; other quantised weights are dequantised first. */
export function defaultCompute(weights: WeightFormat, gpu: Gpu): ComputeFormat {
  return weights === 'fp8' && peakFlopPerSecond(gpu, 'fp8') !== undefined ? 'fp8' : 'fp16';
}

/**
 * (1 − a^(k+1))/(1 − a): expected tokens of a round of speculative decoding, if each proposed token is accepted with
 * probability a, independently (Leviathan et al., ICML 2023).
 */
export function emittedPerRound(tokens: number, acceptance: number): number {
  let emitted = 1;
  let accepted = 1;
  for (let i = 0; i < tokens; i++) {
    accepted *= acceptance;
    emitted += accepted;
  }
  return emitted;
}

export interface ServingProblem {
  key: 'tp' | 'pp' | 'compute' | 'speculative';
  /** `what is wrong; how to mend it`. */
  message: string;
}

/** What of a spec with known names does not go together. */
export function servingProblems(spec: PhysicalPerfSpec): ServingProblem[] {
  const gpu = gpuOf(spec.gpu);
  const { tp, pp = 1, weights = 'fp16', speculative } = spec;
  const compute = spec.compute ?? defaultCompute(weights, gpu);
  const problems: ServingProblem[] = [];
  const add = (key: ServingProblem['key'], message: string) => problems.push({ key, message });
  if (!(tp in gpu.allReduceSeconds)) {
    const degrees = Object.keys(gpu.allReduceSeconds).join(', ');
    add('tp', `tensor-parallel degree ${tp} is not supported; choose one of ${degrees}`);
  }
  if (!PIPELINE_DEGREES.includes(pp)) {
    const degrees = PIPELINE_DEGREES.join(', ');
    add('pp', `pipeline-parallel degree ${pp} is not supported; choose one of ${degrees}`);
  }
  const { layers } = modelOf(spec.model);
  if (pp > layers) add('pp', `is more than the ${layers} layers of the model; lower it`);
  if (compute !== 'fp16' && compute !== weights) {
    add(
      'compute',
      `${compute} needs weights of the same format, not ${weights}; write weights: ${compute} or compute: fp16`,
    );
  }
  if (peakFlopPerSecond(gpu, compute) === undefined) {
    add(
      'compute',
      `${gpu.title} has no ${compute} matrix units; write compute: fp16 (weights are then dequantised first)`,
    );
  }
  if (speculative && pp > 1)
    add('speculative', 'is not supported together with pp; set pp to 1 or remove it');
  return problems;
}

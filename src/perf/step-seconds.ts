// How long one engine step takes: a roofline per kernel class, their sum stretched by what the serving stack adds, and
// a smooth maximum with the host time to issue the step. Left out: pipeline parallelism, quantised weights, the
// unexplained stall of the measured stack above 2048 prompt tokens in one step (×1.42 at tp 4 and 8).
// The efficiencies are those of A100 kernels, fitted on Vidur's profiles (Microsoft, MLSys 2024) and on Splitwise's
// end-to-end measurements (Microsoft, ISCA 2024). Only + − × ÷ and sqrt, so every machine computes the same bits.
import {
  blockParameters,
  BYTES_PER_ELEMENT,
  headParameters,
  kvWidth,
  queryWidth,
} from '../catalog/models.ts';
import type { Served } from './served.ts';

/** Part of the memory bandwidth, and of the peak FLOP/s, that matrix multiplications reach. */
const GEMM_MEMORY_EFFICIENCY = 0.81;
const GEMM_COMPUTE_EFFICIENCY = 0.73;
/** Reads and writes of hidden vectors per layer and token, and the bandwidth that elementwise kernels reach. */
const ELEMENTWISE_PASSES = 7.5;
const ELEMENTWISE_EFFICIENCY = 0.8;
const PREFILL_ATTENTION_EFFICIENCY = 0.35;

/** What one step has to do. */
export interface StepWork {
  /** Prompt tokens plus decoding sequences: rows of every matrix multiplication. */
  tokens: number;
  /** Decoding sequences and prompts together. */
  sequences: number;
  /** Decodes and prompts that end: rows that need logits. */
  logitRows: number;
  /** Σ(s² + 2ps) over chunks of s prompt tokens after p cached ones. */
  prefillPairs: number;
  /** Tokens that the decoding sequences have in the cache at the start of the step. */
  contextTokens: number;
}

/** The terms of the formula for one replica, in seconds. */
export interface StepCoefficients {
  gemmWeights: number;
  gemmPerToken: number;
  headWeights: number;
  headPerRow: number;
  /** Elementwise kernels and the bytes of the all-reduces. */
  perToken: number;
  perPrefillPair: number;
  perContextToken: number;
  /** Kernel launches and the latency of the all-reduces. */
  perStep: number;
  gpuTimeFactor: number;
  /** Host time per step; 0 where the stack hides it altogether. */
  cpu: number;
  perSequence: number;
}

export function stepCoefficients({ model, gpu, stack, tp }: Served): StepCoefficients {
  const { layers, hidden, mlpWidth } = model;
  const gemmBytesPerSecond = tp * gpu.memoryBytesPerSecond * GEMM_MEMORY_EFFICIENCY;
  const gemmFlopPerSecond = tp * gpu.flopPerSecond * GEMM_COMPUTE_EFFICIENCY;
  const elementwiseBytes = BYTES_PER_ELEMENT * layers * ELEMENTWISE_PASSES * (hidden + mlpWidth / tp);
  // Two all-reduces a layer, each moving a token's hidden vector 2(tp − 1)/tp times.
  const allReduceBytes = 2 * layers * ((2 * BYTES_PER_ELEMENT * hidden * (tp - 1)) / tp);
  return {
    gemmWeights: (BYTES_PER_ELEMENT * blockParameters(model)) / gemmBytesPerSecond,
    gemmPerToken: (2 * blockParameters(model)) / gemmFlopPerSecond,
    headWeights: (BYTES_PER_ELEMENT * headParameters(model)) / gemmBytesPerSecond,
    headPerRow: (2 * headParameters(model)) / gemmFlopPerSecond,
    perToken:
      elementwiseBytes / (ELEMENTWISE_EFFICIENCY * gpu.memoryBytesPerSecond) +
      allReduceBytes / gpu.allReduceBytesPerSecond,
    perPrefillPair:
      (2 * layers * queryWidth(model)) / (tp * gpu.flopPerSecond * PREFILL_ATTENTION_EFFICIENCY),
    perContextToken:
      (2 * BYTES_PER_ELEMENT * layers * kvWidth(model)) /
      (tp * gpu.memoryBytesPerSecond * stack.decodeAttentionEfficiency),
    perStep: layers * stack.launchSecondsPerLayer + 2 * layers * gpu.allReduceSeconds[tp],
    gpuTimeFactor: stack.gpuTimeFactor,
    cpu: layers * stack.cpuSecondsPerLayer[model.family],
    perSequence: stack.secondsPerSequence,
  };
}

/** κ·T_gpu: GPU time with the stack's factor on it. */
export function gpuSeconds(c: StepCoefficients, work: StepWork): number {
  const compute = c.gemmPerToken * work.tokens;
  const gemm = Math.sqrt(c.gemmWeights * c.gemmWeights + compute * compute);
  const headCompute = c.headPerRow * work.logitRows;
  const head = headCompute > c.headWeights ? headCompute : c.headWeights;
  const attention = c.perPrefillPair * work.prefillPairs + c.perContextToken * work.contextTokens;
  return c.gpuTimeFactor * (gemm + head + attention + c.perToken * work.tokens + c.perStep);
}

export function stepSeconds(c: StepCoefficients, work: StepWork): number {
  return smoothMax(gpuSeconds(c, work), c.cpu) + c.perSequence * work.sequences;
}

/** (x⁸ + y⁸)^(1/8) for x, y >= 0; x itself if y is 0. */
export function smoothMax(x: number, y: number): number {
  if (y === 0) return x;
  const larger = x > y ? x : y;
  const ratio = (x > y ? y : x) / larger;
  const squared = ratio * ratio;
  const fourth = squared * squared;
  return larger * Math.sqrt(Math.sqrt(Math.sqrt(1 + fourth * fourth)));
}

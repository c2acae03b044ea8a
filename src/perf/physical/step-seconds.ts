// How long one engine step takes: a roofline per kernel class, their sum stretched by what the serving stack adds, and
// a smooth maximum with the host time to issue the step. Left out: the unexplained stall of the measured stack above
// 2048 prompt tokens in one step (×1.42 at tp 4 and 8).
// The efficiencies are those of A100 kernels in 16 bits, fitted on Vidur's profiles (Microsoft, MLSys 2024) and on
// Splitwise's end-to-end measurements (Microsoft, ISCA 2024); for other GPUs, number formats, experts, pipelines and
// speculation they are taken over, unmeasured (known-limits.ts). Only + − × ÷, sqrt, exp and log: the same bits anywhere.
import { BYTES_PER_ELEMENT, KV_BYTES, WEIGHT_BYTES } from '../../catalog/formats.ts';
import { peakFlopPerSecond } from '../../catalog/gpus.ts';
import {
  activeBlockParameters,
  blockParameters,
  expertMissLog,
  expertParameters,
  headParameters,
  kvWidth,
  queryWidth,
} from '../../catalog/models.ts';
import type { Served } from '../served.ts';

/** Part of the memory bandwidth, and of the peak FLOP/s, that matrix multiplications reach. */
const GEMM_MEMORY_EFFICIENCY = 0.81;
const GEMM_COMPUTE_EFFICIENCY = 0.73;
/** Reads and writes of hidden vectors per layer and token, and the bandwidth that elementwise kernels reach. */
const ELEMENTWISE_PASSES = 7.5;
const ELEMENTWISE_EFFICIENCY = 0.8;
const PREFILL_ATTENTION_EFFICIENCY = 0.35;
/** Between pipeline stages: 80 % of a 200 Gb/s network, an assumption; NVLink would be faster, and hardly matter. */
const STAGE_SEND_BYTES_PER_SECOND = 20e9;
const STAGE_SEND_SECONDS = 20e-6;

/** What one step has to do. */
export interface StepWork {
  /** Prompt tokens plus decoding sequences: rows of every matrix multiplication. */
  tokens: number;
  /** Decoding sequences and prompts together. */
  sequences: number;
  /** Prompts with tokens in the step. */
  prompts: number;
  /** Decodes and prompts that end: rows that need logits. */
  logitRows: number;
  /** Σ(s² + 2ps) over chunks of s prompt tokens after p cached ones. */
  prefillPairs: number;
  /** Tokens that the decoding sequences have in the cache at the start of the step. */
  contextTokens: number;
}

/** The terms of the formula for one replica, in seconds. */
export interface StepCoefficients {
  /** Without experts; these are read as far as the step's tokens touch them: expertWeights·(1 − e^(expertMissLog·n)). */
  gemmWeights: number;
  gemmPerToken: number;
  expertWeights: number;
  expertMissLog: number;
  headWeights: number;
  headPerRow: number;
  /** Elementwise kernels and the bytes of the all-reduces. */
  perToken: number;
  perPrefillPair: number;
  perContextToken: number;
  /** Kernel launches and the latency of the all-reduces. */
  perStep: number;
  gpuTimeFactor: number;
  /** On reading weights for several rows, and on the GPU time of several prompts. */
  batchedWeightsFactor: number;
  severalPromptsFactor: number;
  /** Host time per step; 0 where the stack hides it altogether. */
  cpu: number;
  /** Beside all that. */
  perSequence: number;
  hostPerContextToken: number;
  /** Of speculative decoding: the draft model's own passes, k, and the tokens that a round yields. */
  speculation?: { draft: StepCoefficients; tokens: number; emitted: number };
}

/** c_0: what the client of a request waits for besides, once. */
export function clientDelaySeconds({ model, stack }: Pick<Served, 'model' | 'stack'>): number {
  return stack.clientDelaySeconds + stack.clientDelaySecondsPerParameter * blockParameters(model);
}

export function stepCoefficients(served: Served): StepCoefficients {
  const target = passCoefficients(served);
  const { speculative } = served;
  if (!speculative) return target;
  const { draft, tokens, emitted } = speculative;
  // The draft keeps 16-bit weights: small as it is, little would be won.
  const draftPass = passCoefficients({ ...served, model: draft, weights: 'fp16', compute: 'fp16' });
  return { ...target, speculation: { draft: draftPass, tokens, emitted } };
}

/** Of one pass of a batch through one model. */
function passCoefficients(served: Served): StepCoefficients {
  const { model, gpu, stack, tp, pp, kvCache } = served;
  const { layers, hidden, mlpWidth } = model;
  const mlpWidthPerToken = mlpWidth * (model.experts?.perToken ?? 1);
  const gemmBytesPerSecond = tp * gpu.memoryBytesPerSecond * GEMM_MEMORY_EFFICIENCY;
  const gemmFlopPerSecond = tp * peakFlopPerSecond(gpu, served.compute)! * GEMM_COMPUTE_EFFICIENCY;
  const headFlopPerSecond = tp * gpu.flopPerSecond * GEMM_COMPUTE_EFFICIENCY;
  const elementwiseBytes = BYTES_PER_ELEMENT * layers * ELEMENTWISE_PASSES * (hidden + mlpWidthPerToken / tp);
  // Two all-reduces a layer, each moving a token's hidden vector 2(tp − 1)/tp times.
  const allReduceBytes = 2 * layers * ((2 * BYTES_PER_ELEMENT * hidden * (tp - 1)) / tp);
  const weightBytes = WEIGHT_BYTES[served.weights];
  const experts = expertParameters(model);
  // Of pp micro-batches, each pass through all stages carries 1/pp of the tokens; see docs/model.md.
  return {
    gemmWeights: (weightBytes * (blockParameters(model) - experts)) / gemmBytesPerSecond,
    gemmPerToken: (2 * activeBlockParameters(model)) / gemmFlopPerSecond / pp,
    expertWeights: (weightBytes * experts) / gemmBytesPerSecond,
    expertMissLog: expertMissLog(model) / pp,
    // The last stage has the head besides its layers, sets the pace, and reads it for every micro-batch.
    headWeights: ((BYTES_PER_ELEMENT * headParameters(model)) / gemmBytesPerSecond) * pp,
    headPerRow: (2 * headParameters(model)) / headFlopPerSecond,
    perToken:
      (elementwiseBytes / (ELEMENTWISE_EFFICIENCY * gpu.memoryBytesPerSecond) +
        allReduceBytes / gpu.allReduceBytesPerSecond +
        ((pp - 1) * BYTES_PER_ELEMENT * hidden) / STAGE_SEND_BYTES_PER_SECOND) /
      pp,
    perPrefillPair:
      (2 * layers * queryWidth(model)) / (tp * gpu.flopPerSecond * PREFILL_ATTENTION_EFFICIENCY) / pp,
    perContextToken:
      (2 * KV_BYTES[kvCache] * layers * kvWidth(model)) /
      (tp * gpu.memoryBytesPerSecond * stack.decodeAttentionEfficiency) /
      pp,
    perStep:
      layers * (stack.launchSecondsPerLayer + stack.launchSecondsPerLayerAndHidden * hidden) +
      2 * layers * gpu.allReduceSeconds[tp] +
      (pp - 1) * STAGE_SEND_SECONDS,
    gpuTimeFactor: stack.gpuTimeFactor,
    batchedWeightsFactor: stack.batchedWeightsFactor,
    severalPromptsFactor: stack.severalPromptsFactor[model.family],
    cpu: layers * stack.cpuSecondsPerLayer[model.family],
    perSequence: stack.secondsPerSequence,
    hostPerContextToken: stack.secondsPerContextToken,
  };
}

/** κ·T_gpu of one pass: GPU time with the stack's factor on it. */
export function gpuSeconds(c: StepCoefficients, work: StepWork): number {
  const compute = c.gemmPerToken * work.tokens;
  const readFactor = work.tokens > 1 ? c.batchedWeightsFactor : 1;
  const factor = work.prompts > 1 ? c.gpuTimeFactor * c.severalPromptsFactor : c.gpuTimeFactor;
  let weights = c.gemmWeights;
  if (c.expertWeights > 0) weights += c.expertWeights * (1 - Math.exp(c.expertMissLog * work.tokens));
  weights *= readFactor;
  const gemm = Math.sqrt(weights * weights + compute * compute);
  const headCompute = c.headPerRow * work.logitRows;
  const headWeights = c.headWeights * readFactor;
  const head = headCompute > headWeights ? headCompute : headWeights;
  const attention = c.perPrefillPair * work.prefillPairs + c.perContextToken * work.contextTokens;
  return factor * (gemm + head + attention + c.perToken * work.tokens + c.perStep);
}

/**
 * A step that only decodes, for some batch: its time is
 * smax(gpu + gpuPerContextToken·context, cpu) + beside + besidePerContextToken·context.
 */
export interface DecodeStep {
  gpu: number;
  gpuPerContextToken: number;
  cpu: number;
  beside: number;
  besidePerContextToken: number;
}

export function decodeStep(c: StepCoefficients, decodes: number): DecodeStep {
  const work = {
    tokens: decodes,
    sequences: decodes,
    prompts: 0,
    logitRows: decodes,
    prefillPairs: 0,
    contextTokens: 0,
  };
  const plain = {
    gpu: gpuSeconds(c, work),
    gpuPerContextToken: c.gpuTimeFactor * c.perContextToken,
    cpu: c.cpu,
    beside: c.perSequence * decodes,
    besidePerContextToken: c.hostPerContextToken,
  };
  if (!c.speculation) return plain;
  // A round: the draft makes k tokens one by one, the model checks them and adds one of its own. It yields `emitted`
  // tokens, a step of the simulator one: so a step is that part of a round, in the mean.
  const { draft, tokens, emitted } = c.speculation;
  const rows = decodes * (tokens + 1);
  const proposal = decodeStep(draft, decodes);
  return {
    gpu: (tokens * proposal.gpu + gpuSeconds(c, { ...work, tokens: rows, logitRows: rows })) / emitted,
    gpuPerContextToken: (tokens * proposal.gpuPerContextToken + plain.gpuPerContextToken) / emitted,
    cpu: (tokens * proposal.cpu + plain.cpu) / emitted,
    beside: plain.beside / emitted,
    besidePerContextToken: plain.besidePerContextToken / emitted,
  };
}

/** While prompts are computed nothing is speculated, but the draft model reads the same tokens. */
export function stepSeconds(c: StepCoefficients, work: StepWork): number {
  const context = work.contextTokens;
  if (c.speculation && work.prefillPairs === 0) {
    const { gpu, gpuPerContextToken, cpu, beside, besidePerContextToken } = decodeStep(c, work.tokens);
    return smoothMax(gpu + gpuPerContextToken * context, cpu) + beside + besidePerContextToken * context;
  }
  let gpu = gpuSeconds(c, work);
  let { cpu } = c;
  if (c.speculation) {
    gpu += gpuSeconds(c.speculation.draft, work);
    cpu += c.speculation.draft.cpu;
  }
  return smoothMax(gpu, cpu) + c.perSequence * work.sequences + c.hostPerContextToken * context;
}

/** By StepTime; undefined for experts and for speculation, which it has no place for. */
export function stepTimeOf(c: StepCoefficients): Float64Array | undefined {
  if (c.speculation || c.expertWeights > 0) return undefined;
  // In the order of StepTime.
  return Float64Array.of(
    c.gemmWeights,
    c.gemmPerToken,
    c.headWeights,
    c.headPerRow,
    c.perToken,
    c.perPrefillPair,
    c.perContextToken,
    c.perStep,
    c.gpuTimeFactor,
    c.batchedWeightsFactor,
    c.severalPromptsFactor,
    c.cpu,
    c.perSequence,
    c.hostPerContextToken,
  );
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

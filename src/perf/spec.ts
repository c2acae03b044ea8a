// What the performance and power models are asked for, and the two questions they answer. Pure data and interfaces.
import type { ComputeFormat, KvFormat, WeightFormat } from '../catalog/formats.ts';
import type { Model } from '../catalog/models.ts';
import type { Stack } from '../catalog/stacks.ts';
import { Plan } from './plan.ts';

/** The physical model: a model on tensor- and pipeline-parallel catalog GPUs under a catalog stack. */
export interface PhysicalPerfSpec {
  kind: 'physical';
  /** Key of MODELS, or the user's own. */
  model: string | Model;
  gpu: string;
  /** Key of STACKS, or the user's own. */
  stack: string | Stack;
  /** Tensor-parallel degree: GPUs that share every layer. */
  tp: number;
  /** Pipeline stages, each of tp GPUs; 1 if left out. */
  pp?: number;
  /** fp16 if left out. */
  weights?: WeightFormat;
  /** In which the layers' matrices are multiplied; if left out fp8 for fp8 weights on a GPU that can, else fp16. */
  compute?: ComputeFormat;
  /** fp16 if left out. */
  kvCache?: KvFormat;
  speculative?: SpeculativeSpec;
}

/** Speculative decoding: a small model proposes tokens, the served one checks them all in one step. */
export interface SpeculativeSpec {
  draftModel: string | Model;
  /** k: tokens proposed in a round. */
  tokens: number;
  /** a: probability that a proposed token is accepted, given that those before it were. */
  acceptance: number;
}

/** Fixed service times, for closed-form estimates and for queueing theory: no batching effects, no KV limit. */
export interface FixedPerfSpec {
  kind: 'fixed';
  gpu: string;
  tp: number;
  /** Charged once in the step that ends a prompt, per prompt. */
  secondsPerRequest: number;
  /** Charged once for every step that makes tokens (the prompt's own step included). */
  secondsPerOutputToken: number;
  /** `exponential` draws every step's duration with these means, keyed on (seed, replica, step). */
  distribution: 'constant' | 'exponential';
}

export type PerfSpec = PhysicalPerfSpec | FixedPerfSpec;

export function gpusPerReplica(spec: PerfSpec): number {
  return spec.kind === 'physical' ? spec.tp * (spec.pp ?? 1) : spec.tp;
}

export interface PerfModel {
  /** KV capacity of the replica in tokens, a whole number of blocks; Infinity without a limit. */
  readonly kvTokens: number;
  /** c_0: added to TTFT and E2E as the client sees them; costs no GPU time. */
  readonly clientDelayTicks: number;
  /**
   * Duration of the next steps of one replica: question and answer in `step`, by Plan; nothing allocated.
   * Pure: the same question gets the same answer. And consistent: after k < stepsMax steps a new question with
   * contextTokens + k·decodes gives alpha + k·beta. A model that is not affine in the context answers stepsMax 1.
   */
  plan(step: Float64Array): void;
  /** Of a model that plans as createPhysicalModel does; the compiled kernel then does so itself. */
  readonly physical?: PhysicalPlan;
}

export interface PhysicalPlan {
  /** Of steps with prompts, by StepTime. */
  readonly stepTime: Float64Array;
  /** The segment with that context, by Segment. */
  segment(decodes: number, contextTokens: number): Float64Array;
}

/** The question in words; what is left out is 0 (logitRows: as many as decodes, stepsWanted: without end). */
export interface StepQuestion {
  decodes?: number;
  contextTokens?: number;
  prefillTokens?: number;
  prefillPairs?: number;
  prefillSequences?: number;
  logitRows?: number;
  stepKey?: number;
  stepsWanted?: number;
}

/** PerfModel.plan for where speed does not matter; the array it returns holds the answer. */
export function planStep(perf: PerfModel, question: StepQuestion): Float64Array {
  const step = new Float64Array(Plan.FIELDS);
  const decodes = question.decodes ?? 0;
  step[Plan.DECODES] = decodes;
  step[Plan.CONTEXT_TOKENS] = question.contextTokens ?? 0;
  step[Plan.PREFILL_TOKENS] = question.prefillTokens ?? 0;
  step[Plan.PREFILL_PAIRS] = question.prefillPairs ?? 0;
  step[Plan.PREFILL_SEQUENCES] = question.prefillSequences ?? 0;
  step[Plan.LOGIT_ROWS] = question.logitRows ?? decodes;
  step[Plan.STEP_KEY] = question.stepKey ?? 0;
  step[Plan.STEPS_WANTED] = question.stepsWanted ?? Infinity;
  perf.plan(step);
  return step;
}

/** Energy of a replica over any time is linear in what it counted; all watts and joules are of the whole replica. */
export interface PowerModel {
  /** Drawn always while powered on: host share minus the idle share of the GPUs, which the states below contain. */
  hostWatts: number;
  idleGpuWatts: number;
  /** While decoding, before the share that follows memory traffic. */
  decodeGpuWatts: number;
  prefillGpuWatts: number;
  /** Memory traffic: weights, once per decode step; KV, per token of context per decode step. */
  joulesPerDecodeStep: number;
  joulesPerContextToken: number;
}

/** Work counters to utilisation: model FLOPs and bytes of a replica, against its peaks. */
export interface UtilisationModel {
  flopPerToken: number;
  flopPerLogitRow: number;
  /** Attention: per prefill pair (s² + 2ps) and per context token of a decode step. */
  flopPerPrefillPair: number;
  flopPerContextToken: number;
  bytesPerDecodeStep: number;
  bytesPerContextToken: number;
  flopPerSecondPeak: number;
  bytesPerSecondPeak: number;
}

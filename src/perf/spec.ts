// What the performance and power models are asked for, and the two questions they answer. Pure data and interfaces.

/** The physical model: a catalog model on a tensor-parallel group of catalog GPUs under a catalog stack. */
export interface PhysicalPerfSpec {
  kind: 'physical';
  model: string;
  gpu: string;
  stack: string;
  /** Tensor-parallel degree: GPUs per replica. */
  tp: number;
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

/** Positions in the scratch array that `PerfModel.plan` writes (a const enum: written out as numbers, see fleet/layout.ts). */
export const enum Plan {
  ALPHA,
  BETA,
  STEPS_MAX,
  DECODE,
  /** How many there are. */
  FIELDS,
}

export interface PerfModel {
  /** KV capacity of the replica in tokens, a whole number of blocks; Infinity without a limit. */
  readonly kvTokens: number;
  /** c_0: added to TTFT and E2E as the client sees them; costs no GPU time. */
  readonly clientDelayTicks: number;
  /**
   * Duration of the next steps of one replica, written to `out` (at least Plan.FIELDS long), nothing allocated:
   * - out[Plan.ALPHA]: ticks of the first step, a whole number >= 1;
   * - out[Plan.BETA]: further ticks of every following step, a whole number >= 0, while the batch stays as it is
   *   (each decoding sequence growing by one token a step);
   * - out[Plan.STEPS_MAX]: for how many steps that holds, >= 1 (Infinity where for ever); 1 if prefillTokens > 0;
   * - out[Plan.DECODE]: ticks the first step would take without its prefill chunks, whole, <= alpha; equal to alpha
   *   without prefill, 0 without decodes. Energy is split by it.
   * Pure: the same arguments give the same answer. And consistent: after k < stepsMax steps a new question with
   * contextTokens + k·decodes gives alpha + k·beta.
   */
  plan(
    /** Decoding sequences in the step. */
    decodes: number,
    /** Sum of their tokens in the KV cache at the start of the step. */
    contextTokens: number,
    /** Prompt tokens processed in the step, over all chunks. */
    prefillTokens: number,
    /** Σ(s² + 2ps) over the chunks: s tokens after p cached ones. */
    prefillPairs: number,
    /** Prompts with a chunk in this step (the decoding sequences are not among them). */
    prefillSequences: number,
    /** Rows that need logits: decodes + prompts that end in this step. */
    logitRows: number,
    /** Names the step (replica and step number) for models that draw random durations. */
    stepKey: number,
    out: Float64Array,
  ): void;
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

// The constants of a stack that a calibration fits: where they may lie, what they are fixed at when the measurements
// do not show them, and what one would have to measure. A new number of `Stack` is a new entry here. Of one model
// alone two numbers cannot be told from others and stay 0: t_d (from t_k) and c_W (from c_0).
// Defaults: presets of catalog/stacks.ts; the widths span about what the presets do.
import { forAnyFamily, NOTHING_ADDED, type Stack } from '../../catalog/stacks.ts';

export interface ConstantRules {
  symbol: string;
  title: string;
  /** For display: constant · displayScale in `unit`. */
  unit: string;
  displayScale: number;
  /** A typical size: the fit's parameter is the constant over it, or one over the constant where `inverse`. */
  scale: number;
  /** Seconds are linear in one over the constant. */
  inverse?: boolean;
  /** Of the parameter. */
  lower: number;
  upper: number;
  /** Where the measurements do not show it. */
  fixedAt: number;
  /** A 95 % interval of the parameter wider than this says nothing. */
  widthMax: number;
  /**
   * An effect that a stack may not have: it is left out if that costs less of the log-likelihood. Chance alone gains
   * 1.92 one time in twenty, 3.32 one time in a hundred.
   */
  gainMin?: number;
  /** What shows it. */
  measure: string;
}

/** In the order in which they are given up where several explain the measurements only together. */
export const CONSTANTS = {
  secondsPerContextToken: {
    symbol: 'c_ctx',
    title: 'host time per cached token',
    unit: 'µs',
    displayScale: 1e6,
    scale: 1e-6,
    lower: 0,
    upper: 1000,
    fixedAt: 0,
    widthMax: 1,
    gainMin: 1.92,
    measure: 'token_ms at large batches of short and of long prompts, at several tp',
  },
  decodeAttentionEfficiency: {
    symbol: 'attention',
    title: 'part of the memory bandwidth in decode attention',
    unit: '',
    displayScale: 1,
    scale: 1,
    inverse: true,
    lower: 1,
    upper: 20,
    fixedAt: NOTHING_ADDED.decodeAttentionEfficiency,
    widthMax: 2,
    measure: 'token_ms at large batches of long prompts, where the KV cache is much of what a step reads',
  },
  batchedWeightsFactor: {
    symbol: 'batched weights',
    title: 'factor on reading weights for several rows',
    unit: '',
    displayScale: 1,
    scale: 1,
    lower: 0.5,
    upper: 5,
    fixedAt: 1,
    widthMax: 0.5,
    gainMin: 1.92,
    measure: 'token_ms at batch 1 and at batches of 2 to 8',
  },
  severalPromptsFactor: {
    symbol: 'several prompts',
    title: 'factor on steps with several prompts',
    unit: '',
    displayScale: 1,
    scale: 1,
    lower: 0.5,
    upper: 5,
    fixedAt: 1,
    widthMax: 0.5,
    gainMin: 1.92,
    measure: 'prompt_ms of single prompts and of batches of them',
  },
  secondsPerSequence: {
    symbol: 'c_B',
    title: 'per sequence in a step',
    unit: 'ms',
    displayScale: 1e3,
    scale: 1e-3,
    lower: 0,
    upper: 1000,
    fixedAt: 0,
    widthMax: 1,
    measure: 'token_ms at several batches, e.g. 1, 4, 16 and 64',
  },
  cpuSecondsPerLayer: {
    symbol: 't_cpu',
    title: 'host time per layer and step, beside the GPU',
    unit: 'ms',
    displayScale: 1e3,
    scale: 1e-3,
    lower: 0,
    upper: 100,
    fixedAt: 0,
    widthMax: 0.5,
    gainMin: 3.32,
    measure: 'token_ms at batch 1 and at several tp, where the host and not the GPU is the slower',
  },
  clientDelaySeconds: {
    symbol: 'c_0',
    title: 'client delay of every request',
    unit: 'ms',
    displayScale: 1e3,
    scale: 0.05,
    lower: 0,
    upper: 2000,
    fixedAt: 0,
    widthMax: 2,
    measure: 'prompt_ms of short and long prompts, e.g. 128 to 2048 tokens',
  },
  launchSecondsPerLayer: {
    symbol: 't_k',
    title: 'GPU time per layer for launches and gaps',
    unit: 'µs',
    displayScale: 1e6,
    scale: 1e-4,
    lower: 0,
    upper: 100,
    fixedAt: 100e-6,
    widthMax: 2,
    measure: 'token_ms at small batches, and at several tp',
  },
  gpuTimeFactor: {
    symbol: 'κ',
    title: 'factor on the GPU time of a step',
    unit: '',
    displayScale: 1,
    scale: 1,
    lower: 0.1,
    upper: 10,
    fixedAt: 1,
    widthMax: 0.6,
    measure: 'prompt_ms of prompts of 512 tokens and more, or token_ms at several batches',
  },
} as const satisfies Record<string, ConstantRules>;

export type FittedField = keyof typeof CONSTANTS;

export type Constants = Record<FittedField, number>;

export const FIELDS = Object.keys(CONSTANTS) as FittedField[];

export const FIXED_CONSTANTS = Object.fromEntries(
  FIELDS.map((field) => [field, CONSTANTS[field].fixedAt]),
) as Constants;

/** Numbers by family were measured on one model, and are taken for any. */
export function stackWith(constants: Constants): Stack {
  return {
    ...NOTHING_ADDED,
    ...constants,
    cpuSecondsPerLayer: forAnyFamily(constants.cpuSecondsPerLayer),
    severalPromptsFactor: forAnyFamily(constants.severalPromptsFactor),
    title: 'calibrated',
    source: '',
    fittedModels: [],
  };
}

export function rulesOf(field: FittedField): ConstantRules {
  return CONSTANTS[field];
}

export function toParameter(field: FittedField, value: number): number {
  const { inverse, scale } = rulesOf(field);
  return inverse ? scale / value : value / scale;
}

export function fromParameter(field: FittedField, parameter: number): number {
  const { inverse, scale } = rulesOf(field);
  return inverse ? scale / parameter : parameter * scale;
}

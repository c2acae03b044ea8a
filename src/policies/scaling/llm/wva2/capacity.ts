// llm-d workload variant autoscaler, second analyser: how many tokens of KV a replica can carry. Bound by memory (k1) or
// by computing (k2): what was in use when requests queued is the best estimate of k2, then the mean of the last such
// observations, then a steady-state formula from the engine's limits, then k1. Left out: reading vLLM's arguments.
// Source: llm-d-workload-variant-autoscaler, internal/engines/analyzers/saturation_v2, 2026.

/** Observations of k2 that are remembered per model, GPU and length of outputs. */
export const HISTORY_LENGTH = 10;

export type OutputBucket = 'short' | 'medium' | 'long';
export type K2Source = 'observed' | 'history' | 'derived' | 'k1';

/** k2 depends on the length of outputs, so its history is kept per class. */
export function outputBucket(avgOutputTokens: number): OutputBucket {
  if (avgOutputTokens < 100) return 'short';
  return avgOutputTokens < 500 ? 'medium' : 'long';
}

export interface EngineLimits {
  /** Tokens per step; null: unknown. */
  effectiveMaxBatchedTokens: number | null;
  /** Sequences per step. */
  maxNumSeqs: number | null;
}

/** KV tokens of the sequences that the engine's limits let run in steady state; 0: not to be told. */
export function derivedCapacity(
  { effectiveMaxBatchedTokens, maxNumSeqs }: EngineLimits,
  { avgInputTokens, avgOutputTokens }: { avgInputTokens: number; avgOutputTokens: number },
): number {
  if (!effectiveMaxBatchedTokens || maxNumSeqs === null || avgOutputTokens <= 0) return 0;
  const sequences = Math.min(
    (effectiveMaxBatchedTokens * avgOutputTokens) / (avgInputTokens + avgOutputTokens),
    maxNumSeqs,
  );
  return Math.trunc(sequences * (avgInputTokens + avgOutputTokens / 2));
}

export interface K2Input extends EngineLimits {
  k1: number;
  queueLength: number;
  tokensInUse: number;
  avgInputTokens: number;
  avgOutputTokens: number;
  queueLengthThreshold: number;
  /** Of this model, GPU and class of outputs; oldest first. */
  history: readonly number[];
}

export interface K2 {
  k2: number;
  source: K2Source;
  history: readonly number[];
}

export function computeBound(input: K2Input): K2 {
  const { tokensInUse, history } = input;
  if (input.queueLength >= input.queueLengthThreshold && tokensInUse > 0) {
    return {
      k2: tokensInUse,
      source: 'observed',
      history: [...history, tokensInUse].slice(-HISTORY_LENGTH),
    };
  }
  const recent = history.slice(-HISTORY_LENGTH);
  const mean = recent.length > 0 ? recent.reduce((sum, k2) => sum + k2, 0) / recent.length : 0;
  if (mean > 0) return { k2: Math.trunc(mean), source: 'history', history };
  const derived = derivedCapacity(input, input);
  if (derived > 0) return { k2: derived, source: 'derived', history };
  return { k2: input.k1, source: 'k1', history };
}

/** Memory-bound capacity. */
export function memoryBound(totalKvCapacityTokens: number, kvCacheThreshold: number): number {
  return Math.trunc(totalKvCapacityTokens * kvCacheThreshold);
}

/** Tokens that a replica holds and those of the prompts that wait at it. */
export function replicaDemand(tokensInUse: number, queueLength: number, avgInputTokens: number): number {
  return tokensInUse + queueLength * avgInputTokens;
}

/** What is known of a variant without ready replicas. */
export interface StoredCapacity extends EngineLimits {
  /** Measured earlier, or guessed from how it is deployed. */
  effectiveCapacity: number;
  learnedFrom: 'live' | 'deployment';
  /** Null: unknown. */
  totalKvCapacityTokens: number | null;
  /** Measured capacity of a variant with the same GPU, GPU count and arguments; null: none. */
  compatibleCapacity: number | null;
}

export function storedCapacity(
  stored: StoredCapacity,
  workload: { avgInputTokens: number; avgOutputTokens: number },
  kvCacheThreshold: number,
): number {
  const derived = stored.learnedFrom === 'live' ? 0 : derivedCapacity(stored, workload);
  if (derived <= 0) return stored.effectiveCapacity;
  const bounds = [derived];
  if (stored.totalKvCapacityTokens) bounds.push(memoryBound(stored.totalKvCapacityTokens, kvCacheThreshold));
  if (stored.compatibleCapacity) bounds.push(stored.compatibleCapacity);
  return Math.min(...bounds.filter((bound) => bound > 0));
}

/** Of whole numbers, and a whole number itself: between two in the middle it is cut. 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return 0;
  if (n % 2 === 1) return sorted[(n - 1) / 2];
  return Math.trunc((sorted[n / 2 - 1] + sorted[n / 2]) / 2);
}

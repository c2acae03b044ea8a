// Batching policies by name: a one is a file beside this one and a line here.
import type { ContinuousRules } from '../../fleet/compiled/accelerate.ts';
import type { BatchingPolicy, Engine } from '../../fleet/engine-interface.ts';
import type { BatchingSpec } from '../../fleet/spec.ts';
import { UNLIMITED } from '../../fleet/requests/request-entry.ts';
import { continuousBatching, type ContinuousSpec } from './continuous.ts';
import { paddedBatching } from './padded.ts';

export interface BatchingShape {
  /** Sequences that a replica may hold at once. */
  maxSequences: number;
  /** Whether the policy lets the engine allocate KV blocks token by token. */
  pagedKv: boolean;
  create(engine: Engine): BatchingPolicy;
  /** If the compiled kernel knows the policy. */
  compiled?: ContinuousRules;
}

/** Continuous batching of one sequence whose prompt always fits the budget. */
const NONE = {
  maxBatchedTokens: Infinity,
  maxSequences: 1,
  longPrefillThreshold: 0,
  requireFullPromptFree: false,
};

export function batchingShape(spec: BatchingSpec): BatchingShape {
  switch (spec.policy) {
    case 'none':
      return continuousShape(NONE);
    case 'static':
    case 'dynamic':
      return {
        maxSequences: spec.batchSize,
        pagedKv: false,
        create: (engine) => paddedBatching(engine, { ...spec, keepsPlaces: spec.policy === 'static' }),
      };
    case 'continuous':
      return continuousShape(spec);
  }
}

function continuousShape(spec: ContinuousSpec): BatchingShape {
  const { maxBatchedTokens, maxSequences, longPrefillThreshold, requireFullPromptFree } = spec;
  const tokenBudget = Math.min(maxBatchedTokens, UNLIMITED);
  return {
    maxSequences,
    pagedKv: true,
    create: (engine) => continuousBatching(engine, spec),
    ...(longPrefillThreshold === 0 && { compiled: { tokenBudget, maxSequences, requireFullPromptFree } }),
  };
}

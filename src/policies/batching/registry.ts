// Batching policies by name: a one is a file beside this one and a line here.
import type { BatchingPolicy, Engine } from '../../fleet/engine.ts';
import type { BatchingSpec } from '../../fleet/spec.ts';
import { continuousBatching } from './continuous.ts';
import { paddedBatching } from './padded.ts';

export interface BatchingShape {
  /** Sequences that a replica may hold at once. */
  maxSequences: number;
  /** Whether the policy lets the engine allocate KV blocks token by token. */
  pagedKv: boolean;
  create(engine: Engine): BatchingPolicy;
}

export function batchingShape(spec: BatchingSpec): BatchingShape {
  switch (spec.policy) {
    case 'none':
      // Continuous batching of one sequence whose prompt always fits the budget.
      return {
        maxSequences: 1,
        pagedKv: true,
        create: (engine) =>
          continuousBatching(engine, {
            maxBatchedTokens: Infinity,
            maxSequences: 1,
            longPrefillThreshold: 0,
            requireFullPromptFree: false,
          }),
      };
    case 'static':
    case 'dynamic':
      return {
        maxSequences: spec.batchSize,
        pagedKv: false,
        create: (engine) => paddedBatching(engine, { ...spec, keepsPlaces: spec.policy === 'static' }),
      };
    case 'continuous':
      return {
        maxSequences: spec.maxSequences,
        pagedKv: true,
        create: (engine) => continuousBatching(engine, spec),
      };
  }
}

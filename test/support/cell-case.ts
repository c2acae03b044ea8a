// One cell with its requests written out: what the fast kernel and the reference kernel are both given, and what both
// must answer with `===`.
import type { BatchingSpec, LimitsSpec, RoutingPolicy } from '../../src/fleet/spec.ts';
import type { PerfModel } from '../../src/perf/spec.ts';

export interface CellCase {
  replicas: number;
  batching: BatchingSpec;
  limits: LimitsSpec;
  routing: RoutingPolicy;
  perf: PerfModel;
  /** Seeds the routing stream: new RandomStream(seed, 'routing'). */
  seed: number;
  /** In time order; equal times allowed. */
  requests: { atTicks: number; promptTokens: number; outputTokens: number }[];
}

export interface RequestOutcome {
  outcome: 'finished' | 'queue-full' | 'too-long' | 'exceeds-kv';
  /** -1 where the request was rejected before routing. */
  replica: number;
  /** After truncation; of a request that was rejected nobody cares. */
  promptTokens: number;
  outputTokens: number;
  /** Without the client delay c_0; -1 where rejected. */
  firstTokenTicks: number;
  finishTicks: number;
  preemptions: number;
}

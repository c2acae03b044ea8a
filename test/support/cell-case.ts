// One cell with its requests written out: what the fast kernel and the reference kernel are both given, and what both
// must answer with `===`.
import type { ReplicaChange } from '../../src/fleet/cell.ts';
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
  /** Replicas 0 … initiallyOpen - 1 are open at the start; all without it. */
  initiallyOpen?: number;
  /**
   * In time order. A replica is opened only while it is closed and drained, closed only while it is open. Of the
   * requests that are held in the end nothing is ever heard: something has to open after the last close.
   */
  changes?: ReplicaChange[];
  killed?: 'retry' | 'lose';
}

export interface RequestOutcome {
  outcome: 'finished' | 'lost' | 'queue-full' | 'too-long' | 'exceeds-kv';
  /** The last one it was sent to; -1 where the request was rejected before routing. */
  replica: number;
  /** After truncation; of a request that was rejected nobody cares. */
  promptTokens: number;
  outputTokens: number;
  /** Without the client delay c_0; -1 where there was none. A retried request keeps that of its first try. */
  firstTokenTicks: number;
  /** When it first joined a batch; -1 where it never did. */
  admittedTicks: number;
  finishTicks: number;
  preemptions: number;
  /** How often it began again after its replica had been taken away. */
  retries: number;
}

// What a scaling policy is: a recommender. It sees plain data (an observation, its parameters, its state) and returns
// plain data (how many replicas, why, its next state); the controller applies it (control/), and nothing there tests a
// policy's name. Pure: the same input gives the same answer. Everything here is JSON, the shapes in which
// `fleetday decide` reads and writes; docs/policies.md describes them.
import type { z } from 'zod';

/** Where a replica is between being ordered and being gone. */
export type ReplicaState = 'provisioning' | 'loading' | 'ready' | 'draining';

/** What was scraped of one replica that is loading, ready or draining; a loading one has no metrics yet. */
export interface ReplicaObservation {
  /** Number in its pool. */
  replica: number;
  state: ReplicaState;
  /** Ordered, and ready (null before), in seconds since the start of the run. */
  orderedAtSeconds: number;
  readyAtSeconds: number | null;
  /** Sequences in its batch, and requests that wait at it. */
  running: number;
  waiting: number;
  /** Part of its KV cache in use, 0..1, and the tokens cached. */
  kvUsage: number;
  tokensInUse: number;
  /** Prompt tokens that wait at it, or are not yet prefilled; null unless the policy asks for `queuedPrefillTokens`. */
  queuedPrefillTokens: number | null;
}

/** Seconds; null where nothing was measured. */
export interface LatencyObservation {
  count: number;
  meanSeconds: number | null;
  p50Seconds: number | null;
  p90Seconds: number | null;
  p95Seconds: number | null;
  p99Seconds: number | null;
}

/** Means over the rate window; null where there is nothing to take a mean of. */
export interface RateObservation {
  /** How long the window really is: shorter than asked for at the start. 0: nothing was scraped yet. */
  seconds: number;
  arrivedPerSecond: number;
  finishedPerSecond: number;
  rejectedPerSecond: number;
  promptTokensPerSecond: number;
  outputTokensPerSecond: number;
  /** Prompt tokens of a prompt whose prefill ended; output tokens per finished request. */
  meanPromptTokens: number | null;
  meanOutputTokens: number | null;
  /** Part of the time in which a ready or draining replica ran a step. */
  dutyCycle: number | null;
  /** Of the step's sequences while decoding. */
  meanBatch: number | null;
  /** Means of the scraped gauges: requests running, waiting (in the gateway too), and KV use of the ready replicas. */
  meanRunning: number;
  meanWaiting: number;
  meanKvUsage: number | null;
  /** IT power of the pool per ready replica. */
  wattsPerReplica: number | null;
  /** Null unless the policy asks for `latency`. */
  ttft: LatencyObservation | null;
  itl: LatencyObservation | null;
}

/** What does not change during a run. */
export interface PoolFacts {
  name: string;
  /** Bounds that the controller will apply to any answer. */
  minReplicas: number;
  maxReplicas: number;
  gpusPerReplica: number;
  costUsdPerReplicaHour: number;
  /** Of one replica; null where there is no limit. */
  kvTokens: number | null;
  maxBatchedTokens: number;
  maxSequences: number;
  maxModelLength: number;
  /** Mean time from order to ready. */
  coldStartSeconds: number;
  /** Requests per second that one replica holds within the SLO; null unless the policy asks for `replicaCapacity`. */
  replicaCapacityPerSecond: number | null;
}

export interface Observation {
  /** Now, and when what follows was scraped; seconds since the start of the run. */
  atSeconds: number;
  scrapedAtSeconds: number | null;
  /** The same moment on the calendar: milliseconds since 1970 UTC, and the scenario's IANA zone. */
  epochMs: number;
  timeZone: string;
  pool: PoolFacts;
  /** What the controller last asked for: provisioning + loading + ready, unless no capacity was to be had. */
  wantedReplicas: number;
  /** Replicas by state, now (the controller knows them without a scrape). */
  replicasByState: Record<ReplicaState, number>;
  /** Requests held because no replica is ready. */
  gatewayQueue: number;
  rates: RateObservation;
  /** As scraped, by number; empty during an outage of the metrics. Made when it is first read. */
  readonly replicas: readonly ReplicaObservation[];
  /** True while scrapes fail: `rates` and `replicas` are then empty and a policy should hold. */
  metricsOutage: boolean;
  /**
   * For bounds that may look ahead: requests per second arriving from now on, in steps of `stepSeconds`, and the rate
   * one replica holds within the SLO; null for every other policy.
   */
  foresight: {
    stepSeconds: number;
    arrivalsPerSecond: readonly number[];
    replicaCapacityPerSecond: number;
  } | null;
}

export interface Recommendation<S> {
  /** A whole number >= 0; null holds what is. */
  desiredReplicas: number | null;
  /** One short clause for people: `queue 7.5 per replica > 5`. */
  reason: string;
  state: S;
}

/** What a policy needs beside counts and gauges, since it costs time to gather. */
export type SignalNeed = 'latency' | 'queuedPrefillTokens' | 'replicaCapacity' | 'foresight';

/** `P`: parameters after defaults; `S`: state between decisions, JSON. */
export interface ScalingPolicy<P = unknown, S = unknown> {
  /** As in scenarios: lower case with dashes. */
  name: string;
  /** One line for lists. */
  summary: string;
  /** The original: project, document, version or commit, year. */
  source: string;
  /** The keys of `autoscaling.parameters`, made of settings/keys.ts; defaults are the original's. */
  parameters: z.ZodType<P>;
  needs?(parameters: P): readonly SignalNeed[];
  /** How often it decides. */
  intervalSeconds(parameters: P): number;
  /** State before the first decision. */
  start(parameters: P, pool: PoolFacts): S;
  recommend(parameters: P, observation: Observation, state: S): Recommendation<S>;
}

/** Keeps the types of parameters and state together where a policy is defined. */
export function scalingPolicy<P, S>(policy: ScalingPolicy<P, S>): ScalingPolicy {
  return policy as unknown as ScalingPolicy;
}

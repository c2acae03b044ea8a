// What an engine is, seen from outside: what it is made of, what it does for cells and batching policies, and who may
// watch it. engine.ts makes one.
import type { Histogram } from '../kernel/histogram.ts';
import type { PerfModel } from '../perf/spec.ts';
import type { ArrivalBatch } from '../workload/spec.ts';
import type { AttainmentLog } from './attainment.ts';
import type { ContinuousRules } from './compiled/accelerate.ts';
import type { Members } from './members.ts';
import type { LooseRequest } from './replicas/eviction.ts';
import type { Replicas } from './replicas/replicas.ts';
import type { RequestPool } from './requests/request-pool.ts';

export type Rejection = 'queue-full' | 'too-long' | 'exceeds-kv';

/**
 * Told of every request's fate; for tests and per-request records. Requests are numbered in order of arrival in their
 * cell. Where a pool entry is told, all about the request is still in it, and the present is its replica's `start`.
 */
export interface RequestObserver {
  /** What follows is of the cell whose replicas begin there, until another one is entered. */
  enter(firstReplica: number): void;
  routed(request: number, replica: number): void;
  /** By the queue of a replica, or of the cell (-1); what is too long is sent to none. */
  rejected(loose: LooseRequest, reason: Rejection, replica: number): void;
  /** Its replica was taken away: it is gone, or begins again (and is routed again). */
  killed(loose: LooseRequest, replica: number, retried: boolean): void;
  /** Into a batch; again after a preemption. */
  admitted(replica: number, entry: number): void;
  firstToken(request: number, atTicks: number): void;
  preempted(request: number): void;
  /** `good`: within every SLO threshold. */
  finished(replica: number, entry: number, good: boolean): void;
}

/** Told of every run of steps: when it has started, has ended, or was cut off as its replica was taken away. */
export interface RunObserver {
  started(replica: number): void;
  ended(replica: number): void;
  cutOff(replica: number): void;
}

/** Who is in a replica's next step. One per engine; see policies/batching. */
export interface BatchingPolicy {
  /** At a step boundary, a timer, or an arrival at an idle replica: admit, then start a run or leave it idle. */
  form(replica: number): void;
  /** A request has joined the queue of a replica that runs or waits for a timer. */
  onArrival(replica: number): void;
}

export interface SloTicks {
  ttft: number;
  tpot: number;
  e2e: number;
}

/** Of the requests that end in a window; ITL of the steps that end in it. In ticks. */
export interface LatencyHistograms<H = Histogram> {
  ttft: H;
  tpot: H;
  itl: H;
  e2e: H;
}

export interface EngineOptions {
  /** Number of each replica in its pool, whoever simulates it: names its steps for models that draw durations. */
  replicaNumbers: Int32Array;
  /** Replicas of the whole pool. */
  poolReplicas: number;
  /** Sequences a replica may hold. */
  maxSequences: number;
  /** Whether KV blocks follow the tokens one by one (else a policy reserves them for whole batches). */
  pagedKv: boolean;
  queueLimit: number;
  perf: PerfModel;
  createBatching(engine: Engine): BatchingPolicy;
  /** Of that policy, if the compiled kernel may be used: where nobody observes, and there is room for the fleet. */
  compiled?: ContinuousRules;
  slo: SloTicks;
  attainment: AttainmentLog;
  latencies: LatencyHistograms;
  observer?: RequestObserver;
  tracer?: RunObserver;
}

/** A replica is told by its index in the arrays of `replicas`: see ReplicaRecord.SIZE. */
export interface Engine {
  readonly perf: PerfModel;
  readonly replicas: Replicas;
  /** Places of a replica's ring, a power of two. */
  readonly ringSize: number;
  readonly pool: RequestPool;
  /** KV blocks of a replica; UNLIMITED without a limit. */
  readonly totalBlocks: number;
  /** clock[0] is the present: of an arrival, or a window's end. */
  readonly clock: Float64Array;
  /** By Window: what happened since the array was last cleared. */
  readonly window: Float64Array;
  /** The next step, by Plan. Before startPrefill a policy writes what the step's chunks are; else those fields are 0. */
  readonly plan: Float64Array;
  readonly observer: RequestObserver | undefined;
  readonly tracer: RunObserver | undefined;
  /** Of whichever cell is at work: one for all, so that it stays in the cache from cell to cell. */
  readonly arrivals: ArrivalBatch;
  /** For `serve`, by Router.drawCandidates. */
  readonly candidates: Int32Array;

  /** What follows is of the replicas from..to - 1, a cell's, until others are entered; their memory is fetched. */
  enter(from: number, to: number): void;
  /** Brings a replica to the present: commits every event at or before it. */
  advance(replica: number): void;
  /** A request joins a replica that was brought to the present: false if the queue is full. */
  enqueue(replica: number, promptTokens: number, outputTokens: number, request: number): boolean;
  /**
   * The arrivals from..to - 1 of the batch, which are numbered from `request` on, join the better ones of their candidates
   * or are rejected. Of the compiled kernel; the engine's twin is the loop in cell.ts.
   */
  serve?(from: number, to: number, request: number): void;
  /**
   * Looks at all replicas of a cell, for serveLeast, which then follows them; false where queues may become too long for
   * it.
   */
  survey?(members: Members): boolean;
  /** As serve(), but each joins the member with the fewest outstanding requests: see Router.choosesLeast. */
  serveLeast?(from: number, to: number, request: number): void;
  /** The same for one that came earlier and was held, or has lost its replica. */
  requeue(replica: number, loose: LooseRequest): boolean;
  /** Brings a replica to the present, the end of a window, and commits every whole step of its run at or before it. */
  settle(replica: number): void;

  // For batching policies. A step starts at `start`, the boundary at which the policy was asked.
  /** Moves the head of the waiting queue into the prefill chain, with `chunk` tokens in the coming step. */
  admit(replica: number, chunk: number): void;
  /** Starts the next step: decodes and the prefill chunks that `plan` describes. */
  startPrefill(replica: number): void;
  /**
   * Starts a run of decode steps: at most `stepsMax`, and no further than the first finish, the end of the free KV
   * blocks, or what the performance model answers for.
   */
  startDecodes(replica: number, stepsMax: number): void;
  /** Ends the run under way at its first boundary after the present, so that a newcomer can be considered there. */
  shortenRun(replica: number): void;
  /** Leaves the replica without a step until a request arrives. */
  idle(replica: number): void;
  /** Leaves the replica without a step until then. */
  sleep(replica: number, wakeAt: number): void;
  /** KV blocks in use. */
  usedBlocks(replica: number): number;
  /** KV blocks that are free when every decoding sequence has its next token (paged KV only); negative if too few. */
  freeBlocks(replica: number): number;
  /** The same, or a little less: quick. */
  freeBlocksAtLeast(replica: number): number;
  /** A decoding sequence with that many cached tokens gives back its place and its KV blocks (paged KV only). */
  leaveBatch(replica: number, cachedTokens: number): void;
}

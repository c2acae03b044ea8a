// A cell: some replicas of one pool, their share of the arrivals, and a router that balances within it. Between the
// ends of windows cells know nothing of each other, so they run on any number of threads with the same result.
// This file is the event loop. At one instant step boundaries come before arrivals; arrivals belong to the window
// [start, end), boundaries to (start, end].
import type { ArrivalBatch, ArrivalSource } from '../workload/spec.ts';
import type { Engine } from './engine.ts';
import type { CellRange, Router } from './router.ts';
import { rebaseReplicas, restoreReplicas, saveReplicas } from './saved-replicas.ts';
import type { SavedReplicas } from './saved-replicas.ts';
import type { LimitsSpec } from './spec.ts';
import { Window } from './window.ts';

export interface CellState {
  requests: number;
  inSystem: number;
  edge: Float64Array;
  replicas: SavedReplicas;
  router: unknown;
  source: unknown;
}

const BATCH = 2048;

export class Cell {
  readonly #engine: Engine;
  readonly #range: CellRange;
  readonly #router: Router;
  readonly #source: ArrivalSource;
  readonly #limits: LimitsSpec;
  /** Prompt + output tokens that one request may have: model and KV. */
  readonly #tokensMax: number;
  readonly #arrivals: ArrivalBatch = {
    count: 0,
    atTicks: new Float64Array(BATCH),
    promptTokens: new Int32Array(BATCH),
    outputTokens: new Int32Array(BATCH),
  };
  /** Requests so far: the next one's number. */
  #requests = 0;
  #inSystem = 0;
  /** What the steps under way had used at the start of the window. */
  readonly #edge = new Float64Array(4);

  constructor(
    engine: Engine,
    range: CellRange,
    parts: { router: Router; source: ArrivalSource; limits: LimitsSpec },
  ) {
    const { router, source, limits } = parts;
    this.#engine = engine;
    this.#range = range;
    this.#router = router;
    this.#source = source;
    this.#limits = limits;
    this.#tokensMax = Math.min(limits.maxModelLength, engine.perf.kvTokens);
  }

  /** Simulates up to the end of a window and returns what happened in it, by Window. */
  advanceTo(endTicks: number): Float64Array {
    const engine = this.#engine;
    const router = this.#router;
    const { clock, window } = engine;
    const { nextEvent } = engine.replicas;
    const { atTicks, promptTokens, outputTokens } = this.#arrivals;
    const tokensMax = this.#tokensMax;
    window.fill(0);
    for (;;) {
      this.#source.fill(this.#arrivals, endTicks);
      const { count } = this.#arrivals;
      if (count === 0) break;
      window[Window.arrived] += count;
      for (let i = 0; i < count; i++) {
        clock[0] = atTicks[i];
        if (promptTokens[i] + outputTokens[i] > tokensMax && !this.#cut(i)) continue;
        const replica = router.choose();
        if (nextEvent[replica] <= clock[0]) engine.advance(replica);
        const request = (this.#requests + i) | 0;
        if (engine.observer !== undefined) engine.observer.routed(request, replica);
        if (!engine.enqueue(replica, promptTokens[i], outputTokens[i], request))
          this.#rejectFromQueue(request);
        router.assigned(replica);
      }
      this.#requests = (this.#requests + count) | 0;
    }
    clock[0] = endTicks;
    const { first, replicas } = this.#range;
    for (let replica = first; replica < first + replicas; replica++) {
      engine.settle(replica);
      router.assigned(replica);
    }
    return this.#report(endTicks);
  }

  /** Between windows: everything that the future depends on, structured-cloneable. */
  save(): CellState {
    return {
      requests: this.#requests,
      inSystem: this.#inSystem,
      edge: this.#edge.slice(),
      replicas: saveReplicas(this.#engine, this.#range),
      router: this.#router.save(),
      source: this.#source.save(),
    };
  }

  /** For a new cell of the same plan and scenario. */
  restore(state: CellState): void {
    this.#requests = state.requests;
    this.#inSystem = state.inSystem;
    this.#edge.set(state.edge);
    restoreReplicas(this.#engine, this.#range, state.replicas);
    this.#router.restore(state.router);
    this.#source.restore(state.source);
  }

  /** Between windows, moves the origin of time: what was at t is at t - ticks from now on. */
  rebase(ticks: number): void {
    rebaseReplicas(this.#engine, this.#range, ticks);
    this.#source.rebase(ticks);
    // Routers that know of events.
    this.#router.restore(this.#router.save());
  }

  /** Requests that wait or run, as of the last window. */
  get inSystem(): number {
    return this.#inSystem;
  }

  /** An overlong request of the batch is cut to what fits, or rejected: false. */
  #cut(i: number): boolean {
    const { promptTokens, outputTokens } = this.#arrivals;
    if (this.#limits.overlong === 'reject') {
      this.#rejectOverlong((this.#requests + i) | 0, promptTokens[i] + outputTokens[i]);
      return false;
    }
    // The answer is cut first, then the prompt: what a server does that truncates its context.
    outputTokens[i] = Math.max(1, this.#tokensMax - promptTokens[i]);
    promptTokens[i] = Math.min(promptTokens[i], this.#tokensMax - outputTokens[i]);
    this.#engine.window[Window.truncated]++;
    return true;
  }

  #rejectFromQueue(request: number): void {
    this.#engine.window[Window.rejectedQueueFull]++;
    this.#engine.observer?.rejected(request, 'queue-full');
  }

  #rejectOverlong(request: number, tokens: number): void {
    const tooLong = tokens > this.#limits.maxModelLength;
    this.#engine.window[tooLong ? Window.rejectedTooLong : Window.rejectedExceedsKv]++;
    this.#engine.observer?.rejected(request, tooLong ? 'too-long' : 'exceeds-kv');
  }

  #report(endTicks: number): Float64Array {
    const engine = this.#engine;
    const window = engine.window;
    const before = this.#inSystem;
    const edgeBefore = this.#edge.slice();
    const edge = this.#edge.fill(0);
    const { first, replicas } = this.#range;
    for (let replica = first; replica < first + replicas; replica++)
      this.#readReplica(replica, endTicks, edge);
    window[Window.edgeDecodeTicks] = edge[0] - edgeBefore[0];
    window[Window.edgePrefillTicks] = edge[1] - edgeBefore[1];
    window[Window.edgeDecodeSteps] = edge[2] - edgeBefore[2];
    window[Window.edgeContextTokens] = edge[3] - edgeBefore[3];
    this.#inSystem = window[Window.running] + window[Window.waiting];
    assertConserved(before, window, this.#inSystem);
    return window.slice();
  }

  /** Adds one replica's gauges, and the part of its step under way that lies before the window's end. */
  #readReplica(replica: number, endTicks: number, edge: Float64Array): void {
    const { replicas, window } = this.#engine;
    window[Window.running] += replicas.active[replica] + replicas.prefilling[replica];
    window[Window.waiting] += replicas.waiting[replica];
    window[Window.usedBlocks] += this.#engine.usedBlocks(replica);
    if (replicas.stepsLeft[replica] === 0) return;
    const stepTicks = replicas.alpha[replica];
    const fraction = (endTicks - replicas.start[replica]) / stepTicks;
    const decodeTicks = replicas.prefilling[replica] > 0 ? replicas.decodeTicks[replica] : stepTicks;
    edge[0] += fraction * decodeTicks;
    edge[1] += fraction * (stepTicks - decodeTicks);
    if (replicas.decodes[replica] > 0) {
      edge[2] += fraction;
      edge[3] += fraction * replicas.context[replica];
    }
  }
}

function assertConserved(before: number, window: Float64Array, after: number): void {
  const rejected =
    window[Window.rejectedQueueFull] + window[Window.rejectedTooLong] + window[Window.rejectedExceedsKv];
  const expected = before + window[Window.arrived] - window[Window.finished] - rejected;
  if (expected !== after) {
    throw new Error(
      `requests are not conserved: ${before} before + ${window[Window.arrived]} arrived ` +
        `- ${window[Window.finished]} finished - ${rejected} rejected is not ${after} in the system`,
    );
  }
}

// A cell: some replicas of one pool, their share of the arrivals, and a router that balances within it. Between the
// ends of windows cells know nothing of each other, so they run on any number of threads with the same result.
// This file is the event loop. At one instant step boundaries come before arrivals; arrivals belong to the window
// [start, end), boundaries to (start, end].
import type { SparseHistogram } from '../kernel/histogram.ts';
import type { ArrivalBatch, ArrivalSource } from '../workload/spec.ts';
import type { Engine } from './engine.ts';
import type { Router } from './router.ts';
import type { LimitsSpec } from './spec.ts';
import { Window } from './window.ts';
import { Head } from './layout.ts';

/** What a cell did during one window. */
export interface CellReport {
  /** By Window. */
  counts: Float64Array;
  ttft: SparseHistogram;
  tpot: SparseHistogram;
  itl: SparseHistogram;
  e2e: SparseHistogram;
}

const BATCH = 2048;

export class Cell {
  readonly engine: Engine;
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

  constructor(engine: Engine, router: Router, source: ArrivalSource, limits: LimitsSpec) {
    this.engine = engine;
    this.#router = router;
    this.#source = source;
    this.#limits = limits;
    this.#tokensMax = Math.min(limits.maxModelLength, engine.perf.kvTokens);
  }

  /** Simulates up to the end of a window and reports what happened in it. */
  advanceTo(endTicks: number): CellReport {
    const { engine } = this;
    const arrivals = this.#arrivals;
    engine.window.fill(0);
    for (;;) {
      this.#source.fill(arrivals, endTicks);
      if (arrivals.count === 0) break;
      for (let i = 0; i < arrivals.count; i++) {
        this.#arrive(arrivals.atTicks[i], arrivals.promptTokens[i], arrivals.outputTokens[i]);
      }
    }
    for (let replica = 0; replica < engine.replicas; replica++) {
      engine.settle(replica, endTicks);
      this.#router.assigned(replica);
    }
    return this.#report(endTicks);
  }

  /** Requests that wait or run, as of the last window. */
  get inSystem(): number {
    return this.#inSystem;
  }

  #arrive(now: number, promptTokens: number, outputTokens: number): void {
    const { engine } = this;
    const window = engine.window;
    const request = this.#requests;
    this.#requests = (request + 1) | 0;
    window[Window.arrived]++;
    if (promptTokens + outputTokens > this.#tokensMax) {
      if (this.#limits.overlong === 'reject') {
        this.#rejectOverlong(request, promptTokens + outputTokens);
        return;
      }
      // The answer is cut first, then the prompt: what a server does that truncates its context.
      outputTokens = Math.max(1, this.#tokensMax - promptTokens);
      promptTokens = Math.min(promptTokens, this.#tokensMax - outputTokens);
      window[Window.truncated]++;
    }
    const replica = this.#router.choose(now);
    engine.advance(replica, now);
    if (engine.observer !== undefined) engine.observer.routed(request, replica);
    if (!engine.enqueue(replica, now, promptTokens, outputTokens, request)) {
      window[Window.rejectedQueueFull]++;
      if (engine.observer !== undefined) engine.observer.rejected(request, 'queue-full');
    }
    this.#router.assigned(replica);
  }

  #rejectOverlong(request: number, tokens: number): void {
    const tooLong = tokens > this.#limits.maxModelLength;
    this.engine.window[tooLong ? Window.rejectedTooLong : Window.rejectedExceedsKv]++;
    this.engine.observer?.rejected(request, tooLong ? 'too-long' : 'exceeds-kv');
  }

  #report(endTicks: number): CellReport {
    const { engine } = this;
    const window = engine.window;
    const before = this.#inSystem;
    const edgeBefore = this.#edge.slice();
    const edge = this.#edge.fill(0);
    for (let replica = 0; replica < engine.replicas; replica++) this.#readReplica(replica, endTicks, edge);
    window[Window.edgeDecodeTicks] = edge[0] - edgeBefore[0];
    window[Window.edgePrefillTicks] = edge[1] - edgeBefore[1];
    window[Window.edgeDecodeSteps] = edge[2] - edgeBefore[2];
    window[Window.edgeContextTokens] = edge[3] - edgeBefore[3];
    this.#inSystem = window[Window.running] + window[Window.waiting];
    assertConserved(before, window, this.#inSystem);
    return {
      counts: window.slice(),
      ttft: engine.ttft.take(),
      tpot: engine.tpot.take(),
      itl: engine.itl.take(),
      e2e: engine.e2e.take(),
    };
  }

  /** Adds one replica's gauges, and the part of its step under way that lies before the window's end. */
  #readReplica(replica: number, endTicks: number, edge: Float64Array): void {
    const { doubles, words, recordDoubles, window } = this.engine;
    const base = replica * recordDoubles;
    const header = base * 2;
    window[Window.running] += words[header + Head.HEAP_SIZE] + words[header + Head.PREFILLING];
    window[Window.waiting] += words[header + Head.WAITING];
    window[Window.usedBlocks] += words[header + Head.USED_BLOCKS];
    if (doubles[base + Head.STEPS_LEFT] === 0) return;
    const alpha = doubles[base + Head.ALPHA];
    const fraction = (endTicks - doubles[base + Head.START]) / alpha;
    const decodeTicks = words[header + Head.PREFILLING] > 0 ? doubles[base + Head.DECODE_TICKS] : alpha;
    edge[0] += fraction * decodeTicks;
    edge[1] += fraction * (alpha - decodeTicks);
    if (words[header + Head.DECODES] > 0) {
      edge[2] += fraction;
      edge[3] += fraction * doubles[base + Head.CONTEXT];
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

// A cell: some replicas of one pool, their share of the arrivals, and a router that balances within it. Between the
// ends of stretches cells know nothing of each other, so they run on any number of threads with the same result.
// This file is the event loop. At one instant step boundaries come before what the controller changes, and that before
// arrivals; arrivals belong to the stretch [start, end), boundaries and changes to (start, end].
import assert from 'node:assert/strict';
import { readGauges, readSteps } from './cell-gauges.ts';
import type { CellGauges } from './cell-gauges.ts';
import type { ArrivalSource } from '../workload/spec.ts';
import type { Engine } from './engine-interface.ts';
import { evict } from './replicas/eviction.ts';
import type { LooseRequest } from './replicas/eviction.ts';
import { join, leave, placeOf, replicaAt } from './members.ts';
import type { Members } from './members.ts';
import { NOT_YET } from './requests/request-entry.ts';
import type { Router } from './router.ts';
import { ReplicaRecord } from './replicas/replica-record.ts';
import { rebaseReplicas, restoreReplicas, saveReplicas } from './replicas/saved-replicas.ts';
import type { SavedReplicas } from './replicas/saved-replicas.ts';
import type { LimitsSpec } from './spec.ts';
import { Stretch } from './stretch.ts';
import type { StretchState } from './stretch.ts';
import { Window } from './window-fields.ts';

export interface CellParts {
  router: Router;
  source: ArrivalSource;
  limits: LimitsSpec;
  /** What becomes of the requests of a replica that is taken away before it has served them. */
  killed?: 'retry' | 'lose';
}

/** What the controller does to a replica, told by its place in the cell. */
export interface ReplicaChange {
  atTicks: number;
  place: number;
  /** Takes requests from now on; takes no more and serves what it has; is taken away with what it has. */
  kind: 'open' | 'close' | 'kill';
}

/** A closed replica has served, or lost, its last request; so many were cut off then. */
export interface Drained {
  place: number;
  atTicks: number;
  killed: number;
}

export interface CellState extends StretchState {
  requests: number;
  replicas: SavedReplicas;
  /** Places that are open, and that drain, with the time of their closing. */
  open: number[];
  draining: [number, number][];
  held: LooseRequest[];
  router: unknown;
  source: unknown;
}

export class Cell {
  readonly #engine: Engine;
  readonly #members: Members;
  readonly #router: Router;
  readonly #source: ArrivalSource;
  readonly #limits: LimitsSpec;
  readonly #stretch: Stretch;
  readonly #retries: boolean;
  /** Prompt + output tokens that one request may have: model and KV. */
  readonly #tokensMax: number;
  /** Requests so far: the next one's number. */
  #requests = 0;
  /** By replica: when it closed. */
  readonly #draining = new Map<number, number>();
  #drained: Drained[] = [];
  /** Whether the compiled kernel knows the replicas as they are, and may choose; undefined: not asked yet. */
  #isSurveyed: boolean | undefined;
  /** Requests that wait for a replica to open, first come first. */
  #held: LooseRequest[] = [];

  constructor(engine: Engine, members: Members, parts: CellParts) {
    const { router, source, limits, killed = 'lose' } = parts;
    this.#engine = engine;
    this.#members = members;
    this.#router = router;
    this.#source = source;
    this.#limits = limits;
    this.#stretch = new Stretch(engine, members);
    this.#retries = killed === 'retry';
    this.#tokensMax = Math.min(limits.maxModelLength, engine.perf.kvTokens);
  }

  /** Simulates up to the end of a stretch, with changes in time order, and returns what happened in it, by Window. */
  advanceTo(endTicks: number, changes: readonly ReplicaChange[] = []): Float64Array {
    this.#stretch.begin();
    const { first, end } = this.#members;
    this.#engine.enter(first, end);
    this.#engine.observer?.enter(first);
    let servedTicks = -Infinity;
    for (const change of changes) {
      // Many change at one instant, as at the start of a run: V8 is not to learn that the loop has nothing to do.
      if (change.atTicks > servedTicks) this.#serve(change.atTicks);
      servedTicks = change.atTicks;
      this.#apply(change);
    }
    this.#serve(endTicks);
    this.#settle();
    return this.#stretch.end(this.#held.length);
  }

  /** The event loop: arrivals before then. */
  #serve(untilTicks: number): void {
    const { clock, window, arrivals } = this.#engine;
    const { promptTokens, outputTokens } = arrivals;
    const tokensMax = this.#tokensMax;
    this.#isSurveyed = undefined;
    for (;;) {
      this.#source.fill(arrivals, untilTicks);
      const { count } = arrivals;
      if (count === 0) break;
      window[Window.arrived] += count;
      // Up to one that is overlong at a time.
      let from = 0;
      for (let i = 0; i < count; i++) {
        if (promptTokens[i] + outputTokens[i] <= tokensMax) continue;
        this.#serveBatch(from, i);
        from = this.#cut(i) ? i : i + 1;
      }
      this.#serveBatch(from, count);
      this.#requests = (this.#requests + count) | 0;
    }
    clock[0] = untilTicks;
  }

  /** The arrivals from..to - 1 of the batch. */
  #serveBatch(from: number, to: number): void {
    const engine = this.#engine;
    const router = this.#router;
    const { clock, arrivals } = engine;
    const { nextEvent } = engine.replicas;
    const { atTicks, promptTokens, outputTokens } = arrivals;
    const isOpen = this.#members.count > 0;
    if (isOpen && router.drawCandidates !== undefined && engine.serve !== undefined) {
      router.drawCandidates(engine.candidates, to - from);
      engine.serve(from, to, (this.#requests + from) | 0);
      return;
    }
    if (isOpen && router.choosesLeast && engine.serveLeast !== undefined) {
      this.#isSurveyed ??= engine.survey!(this.#members);
      if (this.#isSurveyed) {
        engine.serveLeast(from, to, (this.#requests + from) | 0);
        return;
      }
    }
    for (let i = from; i < to; i++) {
      clock[0] = atTicks[i];
      const request = (this.#requests + i) | 0;
      if (!isOpen) {
        this.#hold(i, request);
        continue;
      }
      const replica = router.choose();
      if (nextEvent[replica] <= clock[0]) engine.advance(replica);
      if (engine.observer !== undefined) engine.observer.routed(request, replica);
      if (!engine.enqueue(replica, promptTokens[i], outputTokens[i], request))
        this.#rejectArrival(i, request, replica);
      router.assigned(replica);
    }
  }

  /** Closed replicas that have become empty since this was last asked. */
  takeDrained(): Drained[] {
    const drained = this.#drained;
    this.#drained = [];
    return drained;
  }

  /** Between stretches: everything that the future depends on, structured-cloneable. */
  save(): CellState {
    const { list, count } = this.#members;
    const place = (replica: number) => placeOf(this.#members, replica);
    return {
      requests: this.#requests,
      ...this.#stretch.save(),
      replicas: saveReplicas(this.#engine, this.#members),
      open: Array.from(list.subarray(0, count), place),
      draining: Array.from(this.#draining, ([replica, closedAt]) => [place(replica), closedAt]),
      held: this.#held,
      router: this.#router.save(),
      source: this.#source.save(),
    };
  }

  /** For a new cell of the same plan and scenario. */
  restore(state: CellState): void {
    const { first, end, list } = this.#members;
    this.#engine.enter(first, end);
    this.#requests = state.requests;
    this.#stretch.restore(state);
    restoreReplicas(this.#engine, this.#members, state.replicas);
    for (const [i, place] of state.open.entries()) list[i] = replicaAt(this.#members, place);
    this.#members.count = state.open.length;
    for (const [place, closedAt] of state.draining)
      this.#draining.set(replicaAt(this.#members, place), closedAt);
    this.#held = state.held;
    this.#router.restore(state.router);
    this.#source.restore(state.source);
  }

  /** Between stretches, moves the origin of time: what was at t is at t - ticks from now on. */
  rebase(ticks: number): void {
    rebaseReplicas(this.#engine, this.#members, ticks);
    for (const [replica, closedAt] of this.#draining) this.#draining.set(replica, closedAt - ticks);
    for (const loose of this.#held) {
      loose.arrivalTicks -= ticks;
      loose.firstTokenTicks -= ticks;
      loose.lastTokenTicks -= ticks;
      loose.admittedTicks -= ticks;
    }
    this.#source.rebase(ticks);
    this.#router.lookAgain();
  }

  /** As of the last stretch. */
  readGauges(queuedPrefillTokens: boolean): CellGauges {
    return readGauges(this.#engine, this.#members, queuedPrefillTokens);
  }

  /** As of the last stretch. */
  readSteps(): ReturnType<typeof readSteps> {
    return readSteps(this.#engine, this.#members);
  }

  /** Requests that wait or run, as of the last stretch. */
  get inSystem(): number {
    return this.#stretch.inSystem;
  }

  /** At the present, after what arrived before it. */
  #apply({ atTicks, place, kind }: ReplicaChange): void {
    const engine = this.#engine;
    const replica = replicaAt(this.#members, place);
    if (kind === 'open') {
      // It may have been drained since anybody looked.
      engine.advance(replica);
      this.#noteIfDrained(replica);
      assert(!this.#draining.has(replica), `replica ${place} opens while it drains`);
      join(this.#members, replica);
      this.#router.lookAgain();
      const held = this.#held;
      this.#held = [];
      for (const loose of held) this.#route(loose);
      return;
    }
    if (kind === 'close') {
      leave(this.#members, replica);
      engine.advance(replica);
      this.#draining.set(replica, atTicks);
    }
    this.#router.lookAgain();
    const killed = kind === 'kill' && this.#draining.has(replica) ? this.#kill(replica) : 0;
    this.#noteIfDrained(replica, killed);
  }

  /** Returns how many requests it had. */
  #kill(replica: number): number {
    const engine = this.#engine;
    engine.settle(replica);
    if (engine.replicas.outstanding[replica] === 0) return 0;
    this.#stretch.cutOff(replica);
    engine.tracer?.cutOff(replica);
    const evicted = evict(engine, replica);
    for (const loose of evicted) {
      engine.window[this.#retries ? Window.retried : Window.lost]++;
      engine.observer?.killed(loose, replica, this.#retries);
      if (this.#retries) this.#route(loose);
    }
    return evicted.length;
  }

  /** A request that is at no replica, at the present. */
  #route(loose: LooseRequest): void {
    if (this.#members.count === 0) {
      this.#holdLoose(loose);
      return;
    }
    const engine = this.#engine;
    const router = this.#router;
    const replica = router.choose();
    engine.advance(replica);
    engine.observer?.routed(loose.request, replica);
    if (!engine.requeue(replica, loose)) this.#rejectLoose(loose, replica);
    router.assigned(replica);
  }

  #hold(i: number, request: number): void {
    this.#holdLoose(this.#looseOf(i, request));
  }

  /** Of the batch. */
  #looseOf(i: number, request: number): LooseRequest {
    const { atTicks, promptTokens, outputTokens } = this.#engine.arrivals;
    return {
      request,
      promptTokens: promptTokens[i],
      outputTokens: outputTokens[i],
      arrivalTicks: atTicks[i],
      firstTokenTicks: NOT_YET,
      lastTokenTicks: NOT_YET,
      admittedTicks: NOT_YET,
    };
  }

  /** As many may be held as could wait at all the cell's replicas. */
  #holdLoose(loose: LooseRequest): void {
    const limit = this.#limits.queueLimit * this.#members.places;
    if (this.#held.length < limit) this.#held.push(loose);
    else this.#rejectLoose(loose, -1);
  }

  /** An overlong request of the batch is cut to what fits, or rejected: false. */
  #cut(i: number): boolean {
    const { promptTokens, outputTokens } = this.#engine.arrivals;
    if (this.#limits.overlong === 'reject') {
      this.#rejectOverlong(i);
      return false;
    }
    // The answer is cut first, then the prompt: what a server does that truncates its context.
    outputTokens[i] = Math.max(1, this.#tokensMax - promptTokens[i]);
    promptTokens[i] = Math.min(promptTokens[i], this.#tokensMax - outputTokens[i]);
    this.#engine.window[Window.truncated]++;
    return true;
  }

  #rejectArrival(i: number, request: number, replica: number): void {
    const { window, observer } = this.#engine;
    window[Window.rejectedQueueFull]++;
    if (observer !== undefined) observer.rejected(this.#looseOf(i, request), 'queue-full', replica);
  }

  #rejectLoose(loose: LooseRequest, replica: number): void {
    this.#engine.window[Window.rejectedQueueFull]++;
    this.#engine.observer?.rejected(loose, 'queue-full', replica);
  }

  #rejectOverlong(i: number): void {
    const { window, observer, arrivals } = this.#engine;
    const { promptTokens, outputTokens } = arrivals;
    const tooLong = promptTokens[i] + outputTokens[i] > this.#limits.maxModelLength;
    window[tooLong ? Window.rejectedTooLong : Window.rejectedExceedsKv]++;
    if (observer === undefined) return;
    const loose = this.#looseOf(i, (this.#requests + i) | 0);
    observer.rejected(loose, tooLong ? 'too-long' : 'exceeds-kv', -1);
  }

  /** Brings every replica to the end of the stretch. */
  #settle(): void {
    const { first, end } = this.#members;
    for (let replica = first; replica < end; replica += ReplicaRecord.SIZE) this.#engine.settle(replica);
    this.#router.lookAgain();
    for (const replica of this.#draining.keys()) this.#noteIfDrained(replica);
  }

  #noteIfDrained(replica: number, killed = 0): void {
    const { outstanding, start } = this.#engine.replicas;
    const closedAt = this.#draining.get(replica);
    if (closedAt === undefined || outstanding[replica] > 0) return;
    this.#draining.delete(replica);
    // An idle replica's start is its last step's end.
    const atTicks = Math.max(closedAt, start[replica]);
    this.#drained.push({ place: placeOf(this.#members, replica), atTicks, killed });
  }
}

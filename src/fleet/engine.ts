// The replicas of one cell: all their state and every change of it, fast-forwarded. A *run* is a stretch of steps in
// which the batch stays the same: step j takes alpha + beta·j ticks, so n of them end at n·alpha + beta·n(n-1)/2, in
// whole ticks, and finish numbers (the step at which a sequence ends) replace countdowns. Between the ends of its runs
// nobody touches a replica. A batching policy decides who is in the next step (form) and starts the run (startRun);
// the engine does the rest: time, KV blocks, tokens, finishes, counters.
// Not modelled: client time-outs, failures. Reference with one event per step: test/reference/.
import { Histogram } from '../kernel/histogram.ts';
import { Plan } from '../perf/spec.ts';
import type { PerfModel } from '../perf/spec.ts';
import type { AttainmentLog } from './attainment.ts';
import { heapPop, heapPush } from './finish-heap.ts';
import { RequestPool } from './request-pool.ts';
import { Window } from './window.ts';
import { blocksOf, Entry, Head, Size, Slot } from './layout.ts';

/** Told of every request's fate; for tests and per-request records. Requests are numbered in order of arrival. */
export interface RequestObserver {
  routed(request: number, replica: number): void;
  rejected(request: number, reason: 'queue-full' | 'too-long' | 'exceeds-kv'): void;
  firstToken(request: number, atTicks: number): void;
  preempted(request: number): void;
  finished(request: number, atTicks: number, promptTokens: number, outputTokens: number): void;
}

/** Who is in a replica's next step. One per cell; see policies/batching. */
export interface BatchingPolicy {
  /** At a step boundary, a timer, or an arrival at an idle replica: admit, then start a run or leave it idle. */
  form(replica: number, now: number): void;
  /** A request has joined the queue of a replica that runs or waits for a timer. */
  onArrival(replica: number, now: number): void;
}

export interface SloTicks {
  ttft: number;
  tpot: number;
  e2e: number;
}

export interface EngineOptions {
  replicas: number;
  /** Sequences a replica may hold, <= Size.SLOTS_MAX. */
  maxSequences: number;
  /** Whether KV blocks follow the tokens one by one (else a policy reserves them for whole batches). */
  pagedKv: boolean;
  queueLimit: number;
  perf: PerfModel;
  slo: SloTicks;
  attainment: AttainmentLog;
  observer?: RequestObserver;
}

export class Engine {
  readonly replicas: number;
  readonly perf: PerfModel;
  readonly maxSequences: number;
  /** When each replica's run ends or its timer fires; Infinity while idle. What routers probe, with `outstanding`. */
  readonly nextEvent: Float64Array;
  /** Requests waiting or running at each replica. */
  readonly outstanding: Int32Array;
  /** KV blocks of a replica; Infinity without a limit. */
  readonly totalBlocks: number;
  /** Records of all replicas: record r starts at word r · recordDoubles; `words` is the same memory as int32. */
  readonly recordDoubles: number;
  /** Where the slots begin in a record, in float64 words. */
  readonly slots: number;
  readonly doubles: Float64Array;
  readonly words: Int32Array;
  readonly pool = new RequestPool();
  readonly window = new Float64Array(Window.FIELDS);
  readonly ttft = new Histogram();
  readonly tpot = new Histogram();
  readonly itl = new Histogram();
  readonly e2e = new Histogram();
  readonly observer: RequestObserver | undefined;
  /** Set once by the cell, right after construction: policy and engine know each other. */
  batching!: BatchingPolicy;

  readonly #pagedKv: boolean;
  readonly #queueLimit: number;
  readonly #clientDelay: number;
  readonly #slo: SloTicks;
  readonly #attainment: AttainmentLog;
  readonly #plan = new Float64Array(Plan.FIELDS);

  constructor(options: EngineOptions) {
    const { replicas, maxSequences, perf } = options;
    if (maxSequences > Size.SLOTS_MAX)
      throw new Error(`${maxSequences} sequences exceed ${Size.SLOTS_MAX} slots`);
    this.replicas = replicas;
    this.perf = perf;
    this.maxSequences = maxSequences;
    this.totalBlocks = perf.kvTokens / Size.BLOCK_TOKENS;
    this.nextEvent = new Float64Array(replicas).fill(Infinity);
    this.outstanding = new Int32Array(replicas);
    this.slots = Size.HEADER_DOUBLES + maxSequences;
    // Whole cache lines of 8 words.
    this.recordDoubles = Math.ceil((this.slots + Size.SLOT_DOUBLES * maxSequences) / 8) * 8;
    const buffer = new ArrayBuffer(this.recordDoubles * replicas * 8);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
    this.#pagedKv = options.pagedKv;
    this.#queueLimit = options.queueLimit;
    this.#clientDelay = perf.clientDelayTicks;
    this.#slo = options.slo;
    this.#attainment = options.attainment;
    this.observer = options.observer;
    for (let r = 0; r < replicas; r++) this.#initialise(r);
  }

  /** Brings a replica to `now`: commits every event at or before it. */
  advance(replica: number, now: number): void {
    while (this.nextEvent[replica] <= now) this.#boundary(replica);
  }

  /** A request joins a replica that was advanced to `now`; false if its queue is full. */
  enqueue(
    replica: number,
    now: number,
    promptTokens: number,
    outputTokens: number,
    request: number,
  ): boolean {
    const base = replica * this.recordDoubles;
    const words = this.words;
    const header = base * 2;
    const busy = this.doubles[base + Head.STEPS_LEFT] > 0;
    if (busy && words[header + Head.WAITING] >= this.#queueLimit) return false;
    const entry = this.pool.allocate();
    const pool = this.pool;
    pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.ARRIVAL] = now;
    pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.FIRST_TOKEN] = 0;
    const e = entry * Size.ENTRY_DOUBLES * 2;
    pool.words[e + Entry.PROMPT] = promptTokens;
    pool.words[e + Entry.OUTPUT] = outputTokens;
    pool.words[e + Entry.TARGET] = promptTokens;
    pool.words[e + Entry.REQUEST] = request;
    pool.words[e + Entry.NEXT] = -1;
    const tail = words[header + Head.WAIT_TAIL];
    if (tail < 0) words[header + Head.WAIT_HEAD] = entry;
    else pool.words[tail * Size.ENTRY_DOUBLES * 2 + Entry.NEXT] = entry;
    words[header + Head.WAIT_TAIL] = entry;
    words[header + Head.WAITING]++;
    this.outstanding[replica]++;
    if (this.nextEvent[replica] === Infinity) this.batching.form(replica, now);
    else this.batching.onArrival(replica, now);
    return true;
  }

  /** Moves the head of the waiting queue into the prefill chain, with `chunk` tokens in the coming step. */
  admit(replica: number, chunk: number): void {
    const header = replica * this.recordDoubles * 2;
    const words = this.words;
    const entries = this.pool.words;
    const entry = words[header + Head.WAIT_HEAD];
    const e = entry * Size.ENTRY_DOUBLES * 2;
    const next = entries[e + Entry.NEXT];
    words[header + Head.WAIT_HEAD] = next;
    if (next < 0) words[header + Head.WAIT_TAIL] = -1;
    words[header + Head.WAITING]--;
    entries[e + Entry.NEXT] = -1;
    entries[e + Entry.DONE] = 0;
    entries[e + Entry.CHUNK] = chunk;
    entries[e + Entry.ADMISSION] = words[header + Head.ADMISSIONS]++;
    const tail = words[header + Head.PREFILL_TAIL];
    if (tail < 0) words[header + Head.PREFILL_HEAD] = entry;
    else entries[tail * Size.ENTRY_DOUBLES * 2 + Entry.NEXT] = entry;
    words[header + Head.PREFILL_TAIL] = entry;
    words[header + Head.PREFILLING]++;
  }

  /**
   * Starts the replica's next run at `now`: at most `stepsMax` steps, and no further than the first finish, the end of
   * the free KV blocks, or what the performance model answers for. The prefill arguments describe the chunks of the
   * first step (chunks > 0 means a single step).
   */
  startRun(
    replica: number,
    now: number,
    stepsMax: number,
    prefillTokens: number,
    prefillPairs: number,
    prefillChunks: number,
    prefillEnds: number,
  ): void {
    const base = replica * this.recordDoubles;
    const doubles = this.doubles;
    const header = base * 2;
    const decodes = this.words[header + Head.DECODES];
    const steps = doubles[base + Head.STEPS];
    const plan = this.#plan;
    this.perf.plan(
      decodes,
      doubles[base + Head.CONTEXT],
      prefillTokens,
      prefillPairs,
      prefillChunks,
      decodes + prefillEnds,
      steps * this.replicas + replica,
      plan,
    );
    const alpha = plan[Plan.ALPHA];
    const beta = plan[Plan.BETA];
    let n = 1;
    if (prefillChunks > 0) {
      const window = this.window;
      window[Window.prefillTokens] += prefillTokens;
      window[Window.prefillPairs] += prefillPairs;
      window[Window.prefillRows] += prefillEnds;
      doubles[base + Head.DECODE_TICKS] = plan[Plan.DECODE];
    } else {
      n = Math.floor(doubles[base + Size.HEADER_DOUBLES] / Size.SLOTS_MAX) - steps;
      if (stepsMax < n) n = stepsMax;
      if (plan[Plan.STEPS_MAX] < n) n = plan[Plan.STEPS_MAX];
      if (this.#pagedKv) n = this.#stepsUntilKvIsFull(header, steps, n);
    }
    doubles[base + Head.START] = now;
    doubles[base + Head.ALPHA] = alpha;
    doubles[base + Head.BETA] = beta;
    doubles[base + Head.STEPS_LEFT] = n;
    this.nextEvent[replica] = now + n * alpha + beta * ((n * (n - 1)) / 2);
  }

  /** Ends the run under way at its first boundary after `now`, so that a newcomer can be considered there. */
  shortenRun(replica: number, now: number): void {
    const base = replica * this.recordDoubles;
    const doubles = this.doubles;
    const start = doubles[base + Head.START];
    const alpha = doubles[base + Head.ALPHA];
    const beta = doubles[base + Head.BETA];
    const n = stepsBy(now - start, alpha, beta) + 1;
    if (n < doubles[base + Head.STEPS_LEFT]) {
      doubles[base + Head.STEPS_LEFT] = n;
      this.nextEvent[replica] = start + n * alpha + beta * ((n * (n - 1)) / 2);
    }
  }

  /** Leaves the replica without a step until `wakeAt` (Infinity: until a request arrives). */
  idle(replica: number, wakeAt: number): void {
    this.doubles[replica * this.recordDoubles + Head.STEPS_LEFT] = 0;
    this.nextEvent[replica] = wakeAt;
  }

  /** Brings a replica to the end of a window and commits every whole step of its run at or before it. */
  settle(replica: number, end: number): void {
    this.advance(replica, end);
    const base = replica * this.recordDoubles;
    const doubles = this.doubles;
    if (doubles[base + Head.STEPS_LEFT] > 1) {
      const k = stepsBy(
        end - doubles[base + Head.START],
        doubles[base + Head.ALPHA],
        doubles[base + Head.BETA],
      );
      if (k > 0) this.#commit(replica, k);
    }
  }

  #boundary(replica: number): void {
    const base = replica * this.recordDoubles;
    const now = this.nextEvent[replica];
    const header = base * 2;
    const n = this.doubles[base + Head.STEPS_LEFT];
    if (n > 0) {
      this.#commit(replica, n);
      if (this.words[header + Head.PREFILLING] > 0) this.#endChunks(replica, now);
      const steps = this.doubles[base + Head.STEPS];
      while (this.words[header + Head.HEAP_SIZE] > 0) {
        const top = this.doubles[base + Size.HEADER_DOUBLES];
        const finishStep = Math.floor(top / Size.SLOTS_MAX);
        if (finishStep !== steps) break;
        heapPop(this.doubles, base + Size.HEADER_DOUBLES, this.words[header + Head.HEAP_SIZE]--);
        this.#finishSlot(replica, top - finishStep * Size.SLOTS_MAX, now);
      }
    }
    this.batching.form(replica, now);
  }

  /** Accounts for k whole steps of the run under way. */
  #commit(replica: number, k: number): void {
    const base = replica * this.recordDoubles;
    const doubles = this.doubles;
    const words = this.words;
    const header = base * 2;
    const window = this.window;
    const alpha = doubles[base + Head.ALPHA];
    const beta = doubles[base + Head.BETA];
    const pairs = (k * (k - 1)) / 2;
    const ticks = k * alpha + beta * pairs;
    const steps = doubles[base + Head.STEPS];
    const decodes = words[header + Head.DECODES];
    window[Window.steps] += k;
    if (words[header + Head.PREFILLING] > 0) {
      const decodeTicks = doubles[base + Head.DECODE_TICKS];
      window[Window.decodeTicks] += decodeTicks;
      window[Window.prefillTicks] += ticks - decodeTicks;
    } else {
      window[Window.decodeTicks] += ticks;
    }
    if (decodes > 0) {
      const context = doubles[base + Head.CONTEXT];
      window[Window.decodeSteps] += k;
      window[Window.decodeTokens] += k * decodes;
      window[Window.contextTokens] += k * context + decodes * pairs;
      doubles[base + Head.CONTEXT] = context + k * decodes;
      const active = words[header + Head.HEAP_SIZE];
      window[Window.outputTokens] += k * active;
      this.itl.addRun(alpha, beta, k, active);
      if (this.#pagedKv) words[header + Head.USED_BLOCKS] += this.#blocksGrown(header, steps, k, decodes);
    }
    doubles[base + Head.START] += ticks;
    doubles[base + Head.ALPHA] = alpha + beta * k;
    doubles[base + Head.STEPS_LEFT] -= k;
    doubles[base + Head.STEPS] = steps + k;
  }

  /** Blocks that the decoding sequences take in k steps from step number `steps` on. */
  #blocksGrown(header: number, steps: number, k: number, decodes: number): number {
    const words = this.words;
    let grown = (k >>> 4) * decodes;
    for (let j = k & ~15; j < k; j++) grown += words[header + Head.RESIDUES + (-(steps + j) & 15)];
    return grown;
  }

  /** How many of n steps the free KV blocks last. */
  #stepsUntilKvIsFull(header: number, steps: number, n: number): number {
    const words = this.words;
    const decodes = words[header + Head.DECODES];
    const free = this.totalBlocks - words[header + Head.USED_BLOCKS];
    if (decodes * ((n >> 4) + 1) <= free) return n;
    const cycles = Math.floor(free / decodes);
    let left = free - cycles * decodes;
    for (let j = 0; j < 16; j++) {
      left -= words[header + Head.RESIDUES + (-(steps + j) & 15)];
      if (left < 0) return Math.min(n, cycles * 16 + j);
    }
    return n;
  }

  /** A step with prefill chunks has ended: prompts that are complete emit a token and start to decode. */
  #endChunks(replica: number, now: number): void {
    const header = replica * this.recordDoubles * 2;
    const words = this.words;
    const entries = this.pool.words;
    let kept = -1;
    let entry = words[header + Head.PREFILL_HEAD];
    words[header + Head.PREFILL_HEAD] = -1;
    while (entry >= 0) {
      const e = entry * Size.ENTRY_DOUBLES * 2;
      const next = entries[e + Entry.NEXT];
      entries[e + Entry.DONE] += entries[e + Entry.CHUNK];
      if (entries[e + Entry.DONE] === entries[e + Entry.TARGET]) {
        words[header + Head.PREFILLING]--;
        this.#endPrefill(replica, entry, now);
        this.pool.release(entry);
      } else {
        entries[e + Entry.NEXT] = -1;
        if (kept < 0) words[header + Head.PREFILL_HEAD] = entry;
        else entries[kept * Size.ENTRY_DOUBLES * 2 + Entry.NEXT] = entry;
        kept = entry;
      }
      entry = next;
    }
    words[header + Head.PREFILL_TAIL] = kept;
  }

  #endPrefill(replica: number, entry: number, now: number): void {
    const base = replica * this.recordDoubles;
    const words = this.words;
    const header = base * 2;
    const pool = this.pool;
    const e = entry * Size.ENTRY_DOUBLES * 2;
    const prompt = pool.words[e + Entry.PROMPT];
    const output = pool.words[e + Entry.OUTPUT];
    const target = pool.words[e + Entry.TARGET];
    const request = pool.words[e + Entry.REQUEST];
    const arrival = pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.ARRIVAL];
    let firstToken = pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.FIRST_TOKEN];
    this.window[Window.outputTokens]++;
    if (firstToken === 0) {
      firstToken = now;
      this.window[Window.promptTokens] += prompt;
      this.ttft.add(now - arrival + this.#clientDelay);
      if (this.observer !== undefined) this.observer.firstToken(request, now);
    } else {
      this.itl.add(now - pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.LAST_TOKEN]);
    }
    const remaining = prompt + output - target - 1;
    if (remaining === 0) {
      if (this.#pagedKv) words[header + Head.USED_BLOCKS] -= blocksOf(target);
      this.#finish(replica, now, arrival, firstToken, prompt, output, request);
      return;
    }
    const slot = words[header + Head.FREE_SLOT];
    const s = base + this.slots + slot * Size.SLOT_DOUBLES;
    words[header + Head.FREE_SLOT] = words[s * 2 + Slot.PROMPT];
    this.doubles[s + Slot.ARRIVAL] = arrival;
    this.doubles[s + Slot.FIRST_TOKEN] = firstToken;
    words[s * 2 + Slot.PROMPT] = prompt;
    words[s * 2 + Slot.OUTPUT] = output;
    words[s * 2 + Slot.ADMISSION] = pool.words[e + Entry.ADMISSION];
    words[s * 2 + Slot.REQUEST] = request;
    const steps = this.doubles[base + Head.STEPS];
    const finishNumber = (steps + remaining) * Size.SLOTS_MAX + slot;
    heapPush(this.doubles, base + Size.HEADER_DOUBLES, words[header + Head.HEAP_SIZE]++, finishNumber);
    if (this.#pagedKv) {
      words[header + Head.DECODES]++;
      this.doubles[base + Head.CONTEXT] += target;
      words[header + Head.RESIDUES + ((target - steps) & 15)]++;
    }
  }

  #finishSlot(replica: number, slot: number, now: number): void {
    const base = replica * this.recordDoubles;
    const words = this.words;
    const header = base * 2;
    const s = base + this.slots + slot * Size.SLOT_DOUBLES;
    const prompt = words[s * 2 + Slot.PROMPT];
    const output = words[s * 2 + Slot.OUTPUT];
    const request = words[s * 2 + Slot.REQUEST];
    words[s * 2 + Slot.PROMPT] = words[header + Head.FREE_SLOT];
    words[header + Head.FREE_SLOT] = slot;
    if (this.#pagedKv) this.leaveBatch(base, prompt + output - 1);
    const arrival = this.doubles[s + Slot.ARRIVAL];
    this.#finish(replica, now, arrival, this.doubles[s + Slot.FIRST_TOKEN], prompt, output, request);
  }

  /** A decoding sequence with that many cached tokens gives back its place and its KV blocks (paged KV only). */
  leaveBatch(base: number, cachedTokens: number): void {
    const words = this.words;
    const header = base * 2;
    words[header + Head.DECODES]--;
    words[header + Head.USED_BLOCKS] -= blocksOf(cachedTokens);
    words[header + Head.RESIDUES + ((cachedTokens - this.doubles[base + Head.STEPS]) & 15)]--;
    this.doubles[base + Head.CONTEXT] -= cachedTokens;
  }

  #finish(
    replica: number,
    now: number,
    arrival: number,
    firstToken: number,
    prompt: number,
    output: number,
    request: number,
  ): void {
    const ttft = firstToken - arrival + this.#clientDelay;
    const e2e = now - arrival + this.#clientDelay;
    const slo = this.#slo;
    let good = ttft <= slo.ttft && e2e <= slo.e2e;
    if (output > 1) {
      // Whole ticks, so that sums stay exact.
      const tpot = Math.floor((now - firstToken) / (output - 1));
      this.tpot.add(tpot);
      good = good && tpot <= slo.tpot;
    }
    this.e2e.add(e2e);
    this.window[Window.finished]++;
    if (good) {
      this.window[Window.good]++;
      this.#attainment.add(arrival);
    }
    this.outstanding[replica]--;
    if (this.observer !== undefined) this.observer.finished(request, now, prompt, output);
  }

  #initialise(replica: number): void {
    const base = replica * this.recordDoubles;
    const words = this.words;
    for (const link of [Head.PREFILL_HEAD, Head.PREFILL_TAIL, Head.WAIT_HEAD, Head.WAIT_TAIL])
      words[base * 2 + link] = -1;
    for (let slot = 0; slot < this.maxSequences; slot++) {
      const s = base + this.slots + slot * Size.SLOT_DOUBLES;
      words[s * 2 + Slot.PROMPT] = slot + 1 < this.maxSequences ? slot + 1 : -1;
    }
  }
}

/** How many steps of a run (first alpha ticks, each beta longer) end within `ticks` of its start. */
function stepsBy(ticks: number, alpha: number, beta: number): number {
  if (ticks < alpha) return 0;
  // Stable root of k·alpha + beta·k(k-1)/2 = ticks, then put right with the exact expression.
  const p = alpha - beta / 2;
  let k = Math.floor((2 * ticks) / (p + Math.sqrt(p * p + 2 * beta * ticks)));
  while ((k + 1) * alpha + beta * ((k * (k + 1)) / 2) <= ticks) k++;
  while (k * alpha + beta * ((k * (k - 1)) / 2) > ticks) k--;
  return k;
}

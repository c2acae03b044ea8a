// The replicas that one thread simulates for one pool: all their state and every change of it, fast-forwarded. A *run*
// is a stretch of steps in which the batch stays the same: step j takes alpha + beta·j ticks, so n of them end at
// n·alpha + beta·n(n-1)/2, in whole ticks, and finish numbers (the step at which a sequence ends) replace countdowns.
// Between the ends of its runs nobody touches a replica. A batching policy decides who is in the next step (form) and
// starts the run (startPrefill, startDecodes); the engine does the rest: time, KV blocks, tokens, finishes, counters.
// A factory of closures, not a class: V8 compiles the functions of its only instance in a thread with the arrays'
// addresses and lengths written in. docs/kernel.md explains the closed forms by an example.
// Not modelled: client time-outs. Reference with one event per step: test/reference/.
import { Plan } from '../perf/plan.ts';
import type { ArrivalBatch } from '../workload/spec.ts';
import { accelerate } from './compiled/accelerate.ts';
import { At, Limit } from './compiled/layout.ts';
import { fitsKernel, OWN_ARRAYS, reserveKernelMemory } from './compiled/memory.ts';
import type { KernelMemory } from './compiled/memory.ts';
import type { Engine, EngineOptions } from './engine-interface.ts';
import { writeLoose } from './replicas/eviction.ts';
import type { LooseRequest } from './replicas/eviction.ts';
import { ReplicaRecord } from './replicas/replica-record.ts';
import { createReplicas } from './replicas/replicas.ts';
import { BLOCK_TOKENS, blocksOf, Entry, NOT_YET, Size, UNLIMITED } from './requests/request-entry.ts';
import { RequestPool } from './requests/request-pool.ts';
import { Window } from './window-fields.ts';

/** Longer than 70 lines: it is the module, its functions are what is to be read one by one. */
export function createEngine(options: EngineOptions): Engine {
  const { replicaNumbers, poolReplicas, perf, pagedKv, queueLimit, slo, attainment } = options;
  const { observer, tracer } = options;
  const { ttft, tpot, itl, e2e } = options.latencies;
  // Integers to V8 too, hence the shift and the | 0.
  const ringSize = 1 << (32 - Math.clz32(options.maxSequences - 1));
  const ringMask = ringSize - 1;
  const memory = memoryFor(options, ringSize);
  const arrays = memory ?? OWN_ARRAYS;
  const replicas = createReplicas(replicaNumbers.length, ringSize, arrays);
  for (const [i, number] of replicaNumbers.entries()) replicas.number[i * ReplicaRecord.SIZE] = number;
  const { nextEvent, outstanding, start, alpha, beta, stepsLeft, decodeTicks, steps } = replicas;
  const { decodes, context, residues, prefillBlocks, active, first, rings } = replicas;
  const { waiting, waitHead, waitTail, prefilling, prefillHead, prefillTail, admissions } = replicas;
  const { number } = replicas;
  const pool = new RequestPool(memory);
  const clientDelay = perf.clientDelayTicks;
  const totalBlocks = Math.min(perf.kvTokens / BLOCK_TOKENS, UNLIMITED) | 0;
  const window = arrays.float64(At.WINDOW, Window.FIELDS);
  const plan = arrays.float64(At.PLAN, Plan.FIELDS);
  const clock = arrays.float64(At.CLOCK, 1);
  const arrivals: ArrivalBatch = {
    count: 0,
    atTicks: arrays.float64(At.ARRIVAL_TICKS, Limit.ARRIVALS),
    promptTokens: arrays.int32(At.ARRIVAL_PROMPT, Limit.ARRIVALS),
    outputTokens: arrays.int32(At.ARRIVAL_OUTPUT, Limit.ARRIVALS),
  };
  const candidates = arrays.int32(At.CANDIDATES, 2 * Limit.ARRIVALS);
  /** Whether the compiled kernel is to fetch a few replicas at a time, as those of the cell are too many. */
  const readsAhead = arrays.int32(At.READS_AHEAD, 1);
  /** Whatever was read ahead, so that the compiler does not leave it out. */
  const fetched = new Float64Array(1);

  /** Its first place. */
  function ringOf(replica: number): number {
    return (replica >> ReplicaRecord.SHIFT) * ringSize;
  }

  function advance(replica: number): void {
    while (nextEvent[replica] <= clock[0]) boundary(replica);
  }

  /** The end of a run, or a timer. */
  function boundary(replica: number): void {
    const k = stepsLeft[replica];
    if (k === 0) {
      start[replica] = nextEvent[replica];
    } else {
      commit(replica, k);
      if (tracer !== undefined) tracer.ended(replica);
      if (prefilling[replica] > 0) endChunks(replica);
      const step = steps[replica] | 0;
      while (active[replica] > 0) {
        const place = first[replica];
        const pair = (ringOf(replica) + place) * 2;
        if (rings[pair] !== step) break;
        first[replica] = (place + 1) & ringMask;
        active[replica]--;
        endDecode(replica, rings[pair + 1]);
      }
    }
    batching.form(replica);
  }

  function enter(from: number, to: number): void {
    pool.enter(from);
    readsAhead[0] = Number(pool.isLarge);
    let sum = pool.isLarge ? 0 : pool.fetch();
    for (let replica = from; replica < to; replica += ReplicaRecord.SIZE) {
      const ring = ringOf(replica);
      const front = first[replica];
      sum += nextEvent[replica] + residues[replica * 2];
      // A line of the cache holds 8; newcomers join at the end.
      for (let place = front; place <= front + active[replica] + 8; place += 8)
        sum += rings[(ring + (place & ringMask)) * 2];
    }
    fetched[0] = sum;
  }

  /** Accounts for k whole steps of the run under way. */
  function commit(replica: number, k: number): void {
    const ticksFirst = alpha[replica];
    const growth = beta[replica];
    const pairs = (k * (k - 1)) / 2;
    const ticks = k * ticksFirst + growth * pairs;
    const batch = decodes[replica];
    window[Window.steps] += k;
    window[Window.decodeTicks] += ticks;
    if (prefilling[replica] > 0) {
      const prefillTicks = ticks - decodeTicks[replica];
      window[Window.decodeTicks] -= prefillTicks;
      window[Window.prefillTicks] += prefillTicks;
      if (batch > 0) {
        window[Window.mixedSteps] += k;
        window[Window.mixedDecodeTicks] += decodeTicks[replica];
        window[Window.mixedPrefillTicks] += prefillTicks;
      }
    }
    if (batch > 0) {
      const tokens = context[replica];
      window[Window.decodeSteps] += k;
      window[Window.decodeTokens] += k * batch;
      window[Window.contextTokens] += k * tokens + batch * pairs;
      context[replica] = tokens + k * batch;
      window[Window.outputTokens] += k * active[replica];
      itl.addRun(ticksFirst, growth, k, active[replica], ticks);
    }
    start[replica] += ticks;
    alpha[replica] = ticksFirst + growth * k;
    steps[replica] += k;
    stepsLeft[replica] -= k;
  }

  /** A step with prefill chunks has ended: prompts that are complete emit a token and start to decode. */
  function endChunks(replica: number): void {
    const entries = pool.words;
    let kept = -1;
    let entry = prefillHead[replica];
    prefillHead[replica] = -1;
    while (entry >= 0) {
      const e = entry * Size.ENTRY_WORDS;
      const next = entries[e + Entry.NEXT];
      const done = entries[e + Entry.DONE] + entries[e + Entry.CHUNK];
      if (done === entries[e + Entry.TARGET]) {
        prefilling[replica]--;
        endPrefill(replica, entry);
      } else {
        entries[e + Entry.DONE] = done;
        entries[e + Entry.NEXT] = -1;
        if (kept < 0) prefillHead[replica] = entry;
        else entries[kept * Size.ENTRY_WORDS + Entry.NEXT] = entry;
        kept = entry;
      }
      entry = next;
    }
    prefillTail[replica] = kept;
  }

  function endPrefill(replica: number, entry: number): void {
    const d = entry * Size.ENTRY_DOUBLES;
    const e = d * 2;
    const entries = pool.words;
    const stamps = pool.doubles;
    const now = start[replica];
    const prompt = entries[e + Entry.PROMPT];
    const target = entries[e + Entry.TARGET];
    window[Window.outputTokens]++;
    if (stamps[d + Entry.FIRST_TOKEN] === NOT_YET) {
      stamps[d + Entry.FIRST_TOKEN] = now;
      window[Window.promptTokens] += prompt;
      ttft.add(now - stamps[d + Entry.ARRIVAL] + clientDelay);
      if (observer !== undefined) observer.firstToken(entries[e + Entry.REQUEST], now);
    } else {
      itl.add(now - stamps[d + Entry.LAST_TOKEN]);
    }
    if (pagedKv) prefillBlocks[replica] -= blocksOf(target);
    const remaining = prompt + entries[e + Entry.OUTPUT] - target - 1;
    if (remaining === 0) {
      finish(replica, entry);
      return;
    }
    const step = steps[replica] | 0;
    joinRing(replica, entry, (step + remaining) | 0);
    if (pagedKv) {
      decodes[replica]++;
      context[replica] += target;
      residues[replica * 2 + ((target - step) & 15)]++;
    }
  }

  /** In the order of finishing; from the back, since most newcomers finish last. */
  function joinRing(replica: number, entry: number, finishStep: number): void {
    const ring = ringOf(replica);
    const front = first[replica];
    let place = front + active[replica]++;
    let behind = (ring + (place & ringMask)) * 2;
    for (; place > front; place--) {
      const before = (ring + ((place - 1) & ringMask)) * 2;
      if (((finishStep - rings[before]) | 0) >= 0) break;
      rings[behind] = rings[before];
      rings[behind + 1] = rings[before + 1];
      behind = before;
    }
    rings[behind] = finishStep;
    rings[behind + 1] = entry;
  }

  function endDecode(replica: number, entry: number): void {
    if (pagedKv) {
      const e = entry * Size.ENTRY_WORDS;
      leaveBatch(replica, pool.words[e + Entry.PROMPT] + pool.words[e + Entry.OUTPUT] - 1);
    }
    finish(replica, entry);
  }

  function leaveBatch(replica: number, cachedTokens: number): void {
    decodes[replica]--;
    context[replica] -= cachedTokens;
    residues[replica * 2 + ((cachedTokens - steps[replica]) & 15)]--;
  }

  function finish(replica: number, entry: number): void {
    const d = entry * Size.ENTRY_DOUBLES;
    const now = start[replica];
    const arrival = pool.doubles[d + Entry.ARRIVAL];
    const firstToken = pool.doubles[d + Entry.FIRST_TOKEN];
    const output = pool.words[d * 2 + Entry.OUTPUT];
    const e2eTicks = now - arrival + clientDelay;
    let good = firstToken - arrival + clientDelay <= slo.ttft && e2eTicks <= slo.e2e;
    if (output > 1) {
      // Whole ticks, so that sums stay exact.
      const tpotTicks = Math.floor((now - firstToken) / (output - 1));
      tpot.add(tpotTicks);
      good = good && tpotTicks <= slo.tpot;
    }
    e2e.add(e2eTicks);
    window[Window.finished]++;
    if (good) {
      window[Window.good]++;
      attainment.add(arrival);
    }
    outstanding[replica]--;
    if (observer !== undefined) observer.finished(replica, entry, good);
    pool.release(entry);
  }

  function enqueue(replica: number, promptTokens: number, outputTokens: number, request: number): boolean {
    if (stepsLeft[replica] > 0 && waiting[replica] >= queueLimit) return false;
    const entry = pool.allocate();
    const entries = pool.words;
    const d = entry * Size.ENTRY_DOUBLES;
    const e = d * 2;
    pool.doubles[d + Entry.ARRIVAL] = clock[0];
    pool.doubles[d + Entry.FIRST_TOKEN] = NOT_YET;
    pool.doubles[d + Entry.ADMITTED] = NOT_YET;
    entries[e + Entry.PROMPT] = promptTokens;
    entries[e + Entry.OUTPUT] = outputTokens;
    entries[e + Entry.TARGET] = promptTokens;
    entries[e + Entry.REQUEST] = request;
    queueLast(replica, entry);
    return true;
  }

  function requeue(replica: number, loose: LooseRequest): boolean {
    if (stepsLeft[replica] > 0 && waiting[replica] >= queueLimit) return false;
    const entry = pool.allocate();
    writeLoose(pool, entry, loose);
    queueLast(replica, entry);
    return true;
  }

  function queueLast(replica: number, entry: number): void {
    const entries = pool.words;
    entries[entry * Size.ENTRY_WORDS + Entry.NEXT] = -1;
    const tail = waitTail[replica];
    if (tail < 0) waitHead[replica] = entry;
    else entries[tail * Size.ENTRY_WORDS + Entry.NEXT] = entry;
    waitTail[replica] = entry;
    waiting[replica]++;
    outstanding[replica]++;
    if (nextEvent[replica] === Infinity) {
      start[replica] = clock[0];
      batching.form(replica);
    } else {
      batching.onArrival(replica);
    }
  }

  function admit(replica: number, chunk: number): void {
    const entries = pool.words;
    const entry = waitHead[replica];
    const e = entry * Size.ENTRY_WORDS;
    const next = entries[e + Entry.NEXT];
    waitHead[replica] = next;
    if (next < 0) waitTail[replica] = -1;
    waiting[replica]--;
    entries[e + Entry.NEXT] = -1;
    entries[e + Entry.DONE] = 0;
    entries[e + Entry.CHUNK] = chunk;
    entries[e + Entry.ADMISSION] = admissions[replica]++;
    const tail = prefillTail[replica];
    if (tail < 0) prefillHead[replica] = entry;
    else entries[tail * Size.ENTRY_WORDS + Entry.NEXT] = entry;
    prefillTail[replica] = entry;
    prefilling[replica]++;
    if (observer !== undefined) observer.admitted(replica, entry);
  }

  function startPrefill(replica: number): void {
    const prefillEnds = plan[Plan.LOGIT_ROWS];
    plan[Plan.LOGIT_ROWS] += decodes[replica];
    ask(replica, 1);
    window[Window.prefillTokens] += plan[Plan.PREFILL_TOKENS];
    window[Window.prefillPairs] += plan[Plan.PREFILL_PAIRS];
    window[Window.prefillRows] += prefillEnds;
    decodeTicks[replica] = plan[Plan.DECODE];
    go(replica, 1);
    plan[Plan.PREFILL_TOKENS] = 0;
    plan[Plan.PREFILL_PAIRS] = 0;
    plan[Plan.PREFILL_SEQUENCES] = 0;
  }

  function startDecodes(replica: number, stepsMax: number): void {
    const firstFinish = rings[(ringOf(replica) + first[replica]) * 2];
    let n = Math.min(stepsMax, (firstFinish - (steps[replica] | 0)) | 0);
    if (pagedKv) n = stepsUntilKvIsFull(replica, n);
    plan[Plan.LOGIT_ROWS] = decodes[replica];
    ask(replica, n);
    if (plan[Plan.STEPS_MAX] < n) n = plan[Plan.STEPS_MAX] | 0;
    go(replica, n);
  }

  function ask(replica: number, stepsWanted: number): void {
    plan[Plan.DECODES] = decodes[replica];
    plan[Plan.CONTEXT_TOKENS] = context[replica];
    plan[Plan.STEPS_WANTED] = stepsWanted;
    planStep(replica);
    plan[Plan.LOGIT_ROWS] = 0;
  }

  function planStep(replica: number): void {
    plan[Plan.STEP_KEY] = steps[replica] * poolReplicas + number[replica];
    perf.plan(plan);
  }

  /** Starts n steps as planned. */
  function go(replica: number, n: number): void {
    const ticksFirst = plan[Plan.ALPHA];
    const growth = plan[Plan.BETA];
    alpha[replica] = ticksFirst;
    beta[replica] = growth;
    stepsLeft[replica] = n;
    nextEvent[replica] = start[replica] + n * ticksFirst + growth * ((n * (n - 1)) / 2);
    window[Window.runs]++;
    if (tracer !== undefined) tracer.started(replica);
  }

  function shortenRun(replica: number): void {
    const ticksFirst = alpha[replica];
    const growth = beta[replica];
    const n = stepsBy(clock[0] - start[replica], ticksFirst, growth) + 1;
    if (n < stepsLeft[replica]) {
      stepsLeft[replica] = n;
      nextEvent[replica] = start[replica] + n * ticksFirst + growth * ((n * (n - 1)) / 2);
    }
  }

  function idle(replica: number): void {
    stepsLeft[replica] = 0;
    nextEvent[replica] = Infinity;
  }

  function sleep(replica: number, wakeAt: number): void {
    stepsLeft[replica] = 0;
    nextEvent[replica] = wakeAt;
  }

  function settle(replica: number): void {
    advance(replica);
    if (stepsLeft[replica] > 1) {
      const k = stepsBy(clock[0] - start[replica], alpha[replica], beta[replica]);
      if (k > 0) commit(replica, k);
    }
  }

  /** KV blocks of the decoding sequences with `more` tokens each: tokens, and what is empty in the last blocks. */
  function decodeBlocks(replica: number, more: number): number {
    const phase = (steps[replica] + more) & 15;
    let tokens = context[replica] + more * decodes[replica];
    for (let residue = 0; residue < 16; residue++)
      tokens += residues[replica * 2 + residue] * (-(residue + phase) & 15);
    return tokens / BLOCK_TOKENS;
  }

  function usedBlocks(replica: number): number {
    return prefillBlocks[replica] + (pagedKv ? decodeBlocks(replica, 0) : 0);
  }

  function freeBlocks(replica: number): number {
    return totalBlocks - prefillBlocks[replica] - decodeBlocks(replica, 1);
  }

  function freeBlocksAtLeast(replica: number): number {
    // At most 15 tokens' places are empty in a sequence's last block: ⌈(t + 1)/16⌉ <= t/16 + 1.
    const decodeBlocksAtMost = Math.floor(context[replica] / BLOCK_TOKENS) + decodes[replica];
    return totalBlocks - prefillBlocks[replica] - decodeBlocksAtMost;
  }

  /** How many of n decode steps the free KV blocks last. */
  function stepsUntilKvIsFull(replica: number, n: number): number {
    const batch = decodes[replica];
    const available = totalBlocks - prefillBlocks[replica];
    if ((context[replica] + n * batch) / BLOCK_TOKENS + batch <= available) return n;
    const free = available - decodeBlocks(replica, 0);
    const phase = steps[replica] & 15;
    const cycles = Math.floor(free / batch);
    let left = free - cycles * batch;
    for (let j = 0; j < 16; j++) {
      left -= residues[replica * 2 + (-(phase + j) & 15)];
      if (left < 0) return Math.min(n, cycles * 16 + j);
    }
    return n;
  }

  const engine: Engine = {
    perf,
    replicas,
    ringSize,
    pool,
    totalBlocks,
    clock,
    window,
    plan,
    observer,
    tracer,
    arrivals,
    candidates,
    enter,
    advance,
    enqueue,
    requeue,
    settle,
    admit,
    startPrefill,
    startDecodes,
    shortenRun,
    idle,
    sleep,
    usedBlocks,
    freeBlocks,
    freeBlocksAtLeast,
    leaveBatch,
  };
  const batching = options.createBatching(engine);
  if (memory !== undefined)
    accelerate(engine, { ...options, rules: options.compiled!, memory, batching, planStep });
  return engine;
}

/** Where the compiled kernel is to be used. */
function memoryFor(options: EngineOptions, ringSize: number): KernelMemory | undefined {
  const { compiled, observer, tracer, replicaNumbers, queueLimit } = options;
  if (compiled === undefined || observer !== undefined || tracer !== undefined) return undefined;
  return fitsKernel(replicaNumbers.length, ringSize, queueLimit) ? reserveKernelMemory() : undefined;
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

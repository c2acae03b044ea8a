// The engine's way from event to event, in AssemblyScript: TypeScript's grammar, compiled to WebAssembly. It does what
// fleet/engine.ts and policies/batching/continuous.ts do, function by function and in the same order, on the same
// memory, in two thirds of the time (docs/kernel.md). What is rare it leaves to them: preemptions, new segments of the
// performance model, steps with prompts, growth. Tests run both and expect the same bytes.
// `replica` is its number, d and w are where it stands in an array of float64 and of int32; e is where an entry begins.
import { Plan } from '../../perf/plan.ts';
import { Segment } from '../../perf/segment-fields.ts';
import { StepTime } from '../../perf/step-time-fields.ts';
import { BLOCK_TOKENS, NOT_YET, UNLIMITED } from '../request-entry.ts';
import { Window } from '../window-fields.ts';
import { At, HistogramAt, Request } from './layout.ts';

// What the engine does for the kernel.
declare function form(replica: i32): void;
declare function planStep(replica: i32): void;
declare function findSegment(replica: i32): void;
declare function growPool(): void;
declare function attainedEarlier(arrival: f64): void;

const enum Histogram {
  TTFT = 0,
  TPOT = 1,
  ITL = 2,
  E2E = 3,
}

// --- What the engine calls ---

export function advance(replica: i32): void {
  while (load<f64>(replica << 3, At.NEXT_EVENT) <= load<f64>(At.CLOCK)) boundary(replica);
}

export function enqueue(replica: i32, promptTokens: i32, outputTokens: i32, request: i32): bool {
  const w = replica << 2;
  const waiting = load<i32>(w, At.WAITING);
  if (load<i32>(w, At.STEPS_LEFT) > 0 && waiting >= load<i32>(At.QUEUE_LIMIT)) return false;
  if (load<i32>(At.FREE) < 0) growPool();
  const entry = load<i32>(At.FREE);
  const e = at(entry);
  store<i32>(At.FREE, load<i32>(e, Request.NEXT));
  store<f64>(e, load<f64>(At.CLOCK), Request.ARRIVAL);
  store<f64>(e, NOT_YET, Request.FIRST_TOKEN);
  store<f64>(e, NOT_YET, Request.ADMITTED);
  store<i32>(e, promptTokens, Request.PROMPT);
  store<i32>(e, outputTokens, Request.OUTPUT);
  store<i32>(e, promptTokens, Request.TARGET);
  store<i32>(e, request, Request.REQUEST);
  setNext(e, -1);
  const tail = load<i32>(w, At.WAIT_TAIL);
  if (tail < 0) store<i32>(w, entry, At.WAIT_HEAD);
  else setNext(at(tail), entry);
  store<i32>(w, entry, At.WAIT_TAIL);
  store<i32>(w, waiting + 1, At.WAITING);
  store<i32>(w, load<i32>(w, At.OUTSTANDING) + 1, At.OUTSTANDING);
  if (load<f64>(replica << 3, At.NEXT_EVENT) === Infinity) {
    store<f64>(replica << 3, load<f64>(At.CLOCK), At.START);
    formNext(replica);
  } else if (waiting === 0 && load<i32>(w, At.STEPS_LEFT) !== 1) {
    if (load<i32>(w, At.DECODES) < load<i32>(At.SEQUENCES_MAX)) shortenRun(replica);
  }
  return true;
}

export function settle(replica: i32): void {
  advance(replica);
  if (load<i32>(replica << 2, At.STEPS_LEFT) > 1) {
    const d = replica << 3;
    const ticks = load<f64>(At.CLOCK) - load<f64>(d, At.START);
    const k = stepsBy(ticks, load<f64>(d, At.ALPHA), load<f64>(d, At.BETA));
    if (k > 0) commit(replica, k);
  }
}

// --- Steps ---

function boundary(replica: i32): void {
  const d = replica << 3;
  const w = replica << 2;
  const k = load<i32>(w, At.STEPS_LEFT);
  if (k === 0) {
    store<f64>(d, load<f64>(d, At.NEXT_EVENT), At.START);
  } else {
    commit(replica, k);
    if (load<i32>(w, At.PREFILLING) > 0) endChunks(replica);
    const step = stepOf(d);
    while (load<i32>(w, At.ACTIVE) > 0) {
      const place = load<i32>(w, At.FIRST);
      const p = placeAt(replica, place);
      if (load<i32>(p, At.RINGS) !== step) break;
      store<i32>(w, (place + 1) & (load<i32>(At.RING_SIZE) - 1), At.FIRST);
      store<i32>(w, load<i32>(w, At.ACTIVE) - 1, At.ACTIVE);
      endDecode(replica, load<i32>(p, At.RINGS + 4));
    }
  }
  formNext(replica);
}

function commit(replica: i32, k: i32): void {
  const d = replica << 3;
  const w = replica << 2;
  const steps = <f64>k;
  const ticksFirst = load<f64>(d, At.ALPHA);
  const growth = load<f64>(d, At.BETA);
  const pairs = (steps * (steps - 1)) / 2;
  const ticks = steps * ticksFirst + growth * pairs;
  const batch = load<i32>(w, At.DECODES);
  count(Window.steps, steps);
  if (load<i32>(w, At.PREFILLING) > 0) {
    const decodeTicks = load<f64>(d, At.DECODE_TICKS);
    const prefillTicks = ticks - decodeTicks;
    count(Window.decodeTicks, decodeTicks);
    count(Window.prefillTicks, prefillTicks);
    if (batch > 0) {
      count(Window.mixedSteps, steps);
      count(Window.mixedDecodeTicks, decodeTicks);
      count(Window.mixedPrefillTicks, prefillTicks);
    }
  } else {
    count(Window.decodeTicks, ticks);
  }
  if (batch > 0) {
    const tokens = load<f64>(d, At.CONTEXT);
    const grown = steps * <f64>batch;
    const active = load<i32>(w, At.ACTIVE);
    count(Window.decodeSteps, steps);
    count(Window.decodeTokens, grown);
    count(Window.contextTokens, steps * tokens + <f64>batch * pairs);
    store<f64>(d, tokens + grown, At.CONTEXT);
    count(Window.outputTokens, steps * <f64>active);
    addRun(ticksFirst, growth, k, active, ticks);
  }
  store<f64>(d, load<f64>(d, At.START) + ticks, At.START);
  store<f64>(d, ticksFirst + growth * steps, At.ALPHA);
  store<f64>(d, load<f64>(d, At.STEPS) + steps, At.STEPS);
  store<i32>(w, load<i32>(w, At.STEPS_LEFT) - k, At.STEPS_LEFT);
}

function endChunks(replica: i32): void {
  const w = replica << 2;
  let kept = -1;
  let entry = load<i32>(w, At.PREFILL_HEAD);
  store<i32>(w, -1, At.PREFILL_HEAD);
  while (entry >= 0) {
    const e = at(entry);
    const next = load<i32>(e, Request.NEXT);
    const done = load<i32>(e, Request.DONE) + load<i32>(e, Request.CHUNK);
    if (done === load<i32>(e, Request.TARGET)) {
      store<i32>(w, load<i32>(w, At.PREFILLING) - 1, At.PREFILLING);
      endPrefill(replica, entry);
    } else {
      store<i32>(e, done, Request.DONE);
      setNext(e, -1);
      if (kept < 0) store<i32>(w, entry, At.PREFILL_HEAD);
      else setNext(at(kept), entry);
      kept = entry;
    }
    entry = next;
  }
  store<i32>(w, kept, At.PREFILL_TAIL);
}

function endPrefill(replica: i32, entry: i32): void {
  const d = replica << 3;
  const w = replica << 2;
  const e = at(entry);
  const now = load<f64>(d, At.START);
  const prompt = load<i32>(e, Request.PROMPT);
  const target = load<i32>(e, Request.TARGET);
  count(Window.outputTokens, 1);
  if (load<f64>(e, Request.FIRST_TOKEN) === NOT_YET) {
    store<f64>(e, now, Request.FIRST_TOKEN);
    count(Window.promptTokens, <f64>prompt);
    add(Histogram.TTFT, now - load<f64>(e, Request.ARRIVAL) + load<f64>(At.CLIENT_DELAY));
  } else {
    add(Histogram.ITL, now - load<f64>(e, Request.LAST_TOKEN));
  }
  store<i32>(w, load<i32>(w, At.PREFILL_BLOCKS) - blocksOf(target), At.PREFILL_BLOCKS);
  const remaining = prompt + load<i32>(e, Request.OUTPUT) - target - 1;
  if (remaining === 0) {
    finish(replica, entry);
    return;
  }
  const step = stepOf(d);
  joinRing(replica, entry, step + remaining);
  store<i32>(w, load<i32>(w, At.DECODES) + 1, At.DECODES);
  store<f64>(d, load<f64>(d, At.CONTEXT) + <f64>target, At.CONTEXT);
  const residue = residueAt(replica, target - step);
  store<i32>(residue, load<i32>(residue, At.RESIDUES) + 1, At.RESIDUES);
}

function joinRing(replica: i32, entry: i32, finishStep: i32): void {
  const w = replica << 2;
  const front = load<i32>(w, At.FIRST);
  const active = load<i32>(w, At.ACTIVE);
  store<i32>(w, active + 1, At.ACTIVE);
  let place = front + active;
  let behind = placeAt(replica, place);
  for (; place > front; place--) {
    const before = placeAt(replica, place - 1);
    if (finishStep - load<i32>(before, At.RINGS) >= 0) break;
    store<i64>(behind, load<i64>(before, At.RINGS), At.RINGS);
    behind = before;
  }
  store<i32>(behind, finishStep, At.RINGS);
  store<i32>(behind, entry, At.RINGS + 4);
}

function endDecode(replica: i32, entry: i32): void {
  const d = replica << 3;
  const w = replica << 2;
  const e = at(entry);
  const cachedTokens = load<i32>(e, Request.PROMPT) + load<i32>(e, Request.OUTPUT) - 1;
  store<i32>(w, load<i32>(w, At.DECODES) - 1, At.DECODES);
  store<f64>(d, load<f64>(d, At.CONTEXT) - <f64>cachedTokens, At.CONTEXT);
  const residue = residueAt(replica, cachedTokens - stepOf(d));
  store<i32>(residue, load<i32>(residue, At.RESIDUES) - 1, At.RESIDUES);
  finish(replica, entry);
}

function finish(replica: i32, entry: i32): void {
  const w = replica << 2;
  const e = at(entry);
  const now = load<f64>(replica << 3, At.START);
  const arrival = load<f64>(e, Request.ARRIVAL);
  const firstToken = load<f64>(e, Request.FIRST_TOKEN);
  const output = load<i32>(e, Request.OUTPUT);
  const clientDelay = load<f64>(At.CLIENT_DELAY);
  const e2eTicks = now - arrival + clientDelay;
  let good =
    firstToken - arrival + clientDelay <= load<f64>(At.SLO_TTFT) && e2eTicks <= load<f64>(At.SLO_E2E);
  if (output > 1) {
    const tpotTicks = floor((now - firstToken) / <f64>(output - 1));
    add(Histogram.TPOT, tpotTicks);
    good = good && tpotTicks <= load<f64>(At.SLO_TPOT);
  }
  add(Histogram.E2E, e2eTicks);
  count(Window.finished, 1);
  if (good) {
    count(Window.good, 1);
    if (arrival >= load<f64>(At.ATTAINED)) store<f64>(At.ATTAINED, load<f64>(At.ATTAINED + 8) + 1, 8);
    else attainedEarlier(arrival);
  }
  store<i32>(w, load<i32>(w, At.OUTSTANDING) - 1, At.OUTSTANDING);
  setNext(e, load<i32>(At.FREE));
  store<i32>(At.FREE, entry);
}

// --- Who is in the next step ---

function formNext(replica: i32): void {
  const w = replica << 2;
  const waiting = load<i32>(w, At.WAITING);
  const decodes = load<i32>(w, At.DECODES);
  if (load<i32>(w, At.PREFILLING) > 0) {
    continuePrompt(replica);
  } else if (decodes === 0 && waiting === 0) {
    store<i32>(w, 0, At.STEPS_LEFT);
    store<f64>(replica << 3, Infinity, At.NEXT_EVENT);
  } else if (freeBlocksAtLeast(replica) < 0 && freeBlocks(replica) < 0) {
    form(replica);
  } else if (waiting === 0) {
    startDecodes(replica);
  } else {
    admitAndRun(replica, load<i32>(At.TOKEN_BUDGET) - decodes);
  }
}

function continuePrompt(replica: i32): void {
  const w = replica << 2;
  const e = at(load<i32>(w, At.PREFILL_HEAD));
  const done = load<i32>(e, Request.DONE);
  const budget = load<i32>(At.TOKEN_BUDGET) - load<i32>(w, At.DECODES);
  const chunk = min(load<i32>(e, Request.TARGET) - done, budget);
  const blocks = blocksOf(done + chunk) - blocksOf(done);
  if (!hasBlocks(replica, blocks)) {
    form(replica);
    return;
  }
  store<i32>(e, chunk, Request.CHUNK);
  store<i32>(w, load<i32>(w, At.PREFILL_BLOCKS) + blocks, At.PREFILL_BLOCKS);
  admitAndRun(replica, budget - chunk);
}

function admitAndRun(replica: i32, budget: i32): void {
  const w = replica << 2;
  let sequences = load<i32>(w, At.ACTIVE) + load<i32>(w, At.PREFILLING);
  while (load<i32>(w, At.WAITING) > 0 && sequences < load<i32>(At.SEQUENCES_MAX) && budget > 0) {
    const target = load<i32>(at(load<i32>(w, At.WAIT_HEAD)), Request.TARGET);
    const chunk = min(target, budget);
    if (!hasBlocks(replica, blocksOf(load<i32>(At.FULL_PROMPT_FREE) !== 0 ? target : chunk))) break;
    admit(w, chunk);
    store<i32>(w, load<i32>(w, At.PREFILL_BLOCKS) + blocksOf(chunk), At.PREFILL_BLOCKS);
    budget -= chunk;
    sequences++;
  }
  run(replica);
}

function admit(w: i32, chunk: i32): void {
  const entry = load<i32>(w, At.WAIT_HEAD);
  const e = at(entry);
  const next = load<i32>(e, Request.NEXT);
  const admission = load<i32>(w, At.ADMISSIONS);
  store<i32>(w, next, At.WAIT_HEAD);
  if (next < 0) store<i32>(w, -1, At.WAIT_TAIL);
  store<i32>(w, load<i32>(w, At.WAITING) - 1, At.WAITING);
  setNext(e, -1);
  store<i32>(e, 0, Request.DONE);
  store<i32>(e, chunk, Request.CHUNK);
  store<i32>(e, admission, Request.ADMISSION);
  store<i32>(w, admission + 1, At.ADMISSIONS);
  const tail = load<i32>(w, At.PREFILL_TAIL);
  if (tail < 0) store<i32>(w, entry, At.PREFILL_HEAD);
  else setNext(at(tail), entry);
  store<i32>(w, entry, At.PREFILL_TAIL);
  store<i32>(w, load<i32>(w, At.PREFILLING) + 1, At.PREFILLING);
}

function run(replica: i32): void {
  let tokens = 0.0;
  let pairs = 0.0;
  let chunks = 0;
  let ends = 0;
  let entry = load<i32>(replica << 2, At.PREFILL_HEAD);
  while (entry >= 0) {
    const e = at(entry);
    const chunk = load<i32>(e, Request.CHUNK);
    const done = load<i32>(e, Request.DONE);
    if (chunk > 0) {
      tokens += <f64>chunk;
      pairs += <f64>chunk * (<f64>chunk + 2 * <f64>done);
      chunks++;
      if (done + chunk === load<i32>(e, Request.TARGET)) ends++;
    }
    entry = load<i32>(e, Request.NEXT);
  }
  if (chunks === 0) {
    startDecodes(replica);
    return;
  }
  startPrefill(replica, <f64>chunks, tokens, pairs, <f64>ends);
}

// --- Starting a step ---

function startPrefill(replica: i32, chunks: f64, tokens: f64, pairs: f64, ends: f64): void {
  const d = replica << 3;
  const decodes = load<i32>(replica << 2, At.DECODES);
  const context = load<f64>(d, At.CONTEXT);
  count(Window.prefillTokens, tokens);
  count(Window.prefillPairs, pairs);
  count(Window.prefillRows, ends);
  if (load<i32>(At.IS_PHYSICAL) === 0) {
    plan(Plan.PREFILL_TOKENS, tokens);
    plan(Plan.PREFILL_PAIRS, pairs);
    plan(Plan.PREFILL_SEQUENCES, chunks);
    planBatch(replica, decodes, ends, 1);
    plan(Plan.PREFILL_TOKENS, 0);
    plan(Plan.PREFILL_PAIRS, 0);
    plan(Plan.PREFILL_SEQUENCES, 0);
    store<f64>(d, load<f64>(At.PLAN + Plan.DECODE * 8), At.DECODE_TICKS);
    go(replica, 1, load<f64>(At.PLAN + Plan.ALPHA * 8), load<f64>(At.PLAN + Plan.BETA * 8));
    return;
  }
  const batch = <f64>decodes;
  const ticks = stepTicks(batch, chunks, tokens, batch + ends, pairs, context);
  const decodeTicks = decodes > 0 ? firstTicks(segmentFor(replica, decodes, context), context, batch) : 0;
  store<f64>(d, min(decodeTicks, ticks), At.DECODE_TICKS);
  go(replica, 1, ticks, 0);
}

function startDecodes(replica: i32): void {
  const d = replica << 3;
  const w = replica << 2;
  const decodes = load<i32>(w, At.DECODES);
  const context = load<f64>(d, At.CONTEXT);
  const firstFinish = load<i32>(placeAt(replica, load<i32>(w, At.FIRST)), At.RINGS);
  const n = stepsUntilKvIsFull(replica, min(UNLIMITED, firstFinish - stepOf(d)));
  if (load<i32>(At.IS_PHYSICAL) === 0) {
    planBatch(replica, decodes, 0, n);
    const stepsMax = load<f64>(At.PLAN + Plan.STEPS_MAX * 8);
    const steps = stepsMax < <f64>n ? <i32>stepsMax : n;
    go(replica, steps, load<f64>(At.PLAN + Plan.ALPHA * 8), load<f64>(At.PLAN + Plan.BETA * 8));
    return;
  }
  const batch = <f64>decodes;
  const s = segmentFor(replica, decodes, context);
  const left = load<f64>(s, At.SEGMENT + Segment.END * 8) - context;
  const steps = <f64>(n - 1) * batch < left ? n : <i32>ceil(left / batch);
  go(replica, steps, firstTicks(s, context, batch), load<f64>(s, At.SEGMENT + Segment.STEP_SLOPE * 8));
}

/** By the performance model. */
function planBatch(replica: i32, decodes: i32, ends: f64, stepsWanted: i32): void {
  plan(Plan.LOGIT_ROWS, ends + <f64>decodes);
  plan(Plan.DECODES, <f64>decodes);
  plan(Plan.CONTEXT_TOKENS, load<f64>(replica << 3, At.CONTEXT));
  plan(Plan.STEPS_WANTED, <f64>stepsWanted);
  planStep(replica);
  plan(Plan.LOGIT_ROWS, 0);
}

function go(replica: i32, n: i32, ticksFirst: f64, growth: f64): void {
  const d = replica << 3;
  const steps = <f64>n;
  store<f64>(d, ticksFirst, At.ALPHA);
  store<f64>(d, growth, At.BETA);
  store<i32>(replica << 2, n, At.STEPS_LEFT);
  const end = load<f64>(d, At.START) + steps * ticksFirst + growth * ((steps * (steps - 1)) / 2);
  store<f64>(d, end, At.NEXT_EVENT);
  count(Window.runs, 1);
}

function shortenRun(replica: i32): void {
  const d = replica << 3;
  const ticksFirst = load<f64>(d, At.ALPHA);
  const growth = load<f64>(d, At.BETA);
  const start = load<f64>(d, At.START);
  const n = stepsBy(load<f64>(At.CLOCK) - start, ticksFirst, growth) + 1;
  if (n < load<i32>(replica << 2, At.STEPS_LEFT)) {
    const steps = <f64>n;
    store<i32>(replica << 2, n, At.STEPS_LEFT);
    store<f64>(d, start + steps * ticksFirst + growth * ((steps * (steps - 1)) / 2), At.NEXT_EVENT);
  }
}

function stepsBy(ticks: f64, alpha: f64, beta: f64): i32 {
  if (ticks < alpha) return 0;
  const p = alpha - beta / 2;
  let k = floor((2 * ticks) / (p + sqrt(p * p + 2 * beta * ticks)));
  while ((k + 1) * alpha + beta * ((k * (k + 1)) / 2) <= ticks) k++;
  while (k * alpha + beta * ((k * (k - 1)) / 2) > ticks) k--;
  return <i32>k;
}

// --- Durations: see perf/physical.ts and perf/step-seconds.ts ---

/** Where the segment with that context stands. */
function segmentFor(replica: i32, decodes: i32, context: f64): i32 {
  const s = decodes << 6;
  if (
    context < load<f64>(s, At.SEGMENT + Segment.START * 8) ||
    context >= load<f64>(s, At.SEGMENT + Segment.END * 8)
  )
    findSegment(replica);
  return s;
}

function firstTicks(s: i32, context: f64, batch: f64): f64 {
  const tokens = context - load<f64>(s, At.SEGMENT + Segment.START * 8);
  const steps = floor(tokens / batch);
  const rest = floor(load<f64>(s, At.SEGMENT + Segment.SLOPE * 8) * (tokens - steps * batch) + 0.5);
  return (
    load<f64>(s, At.SEGMENT + Segment.TICKS * 8) +
    load<f64>(s, At.SEGMENT + Segment.STEP_SLOPE * 8) * steps +
    rest
  );
}

function stepTicks(batch: f64, prompts: f64, promptTokens: f64, rows: f64, pairs: f64, context: f64): f64 {
  const tokens = batch + promptTokens;
  const compute = coefficient(StepTime.GEMM_PER_TOKEN) * tokens;
  const readFactor = tokens > 1 ? coefficient(StepTime.BATCHED_WEIGHTS_FACTOR) : 1;
  let factor = coefficient(StepTime.GPU_TIME_FACTOR);
  if (prompts > 1) factor *= coefficient(StepTime.SEVERAL_PROMPTS_FACTOR);
  const weights = coefficient(StepTime.GEMM_WEIGHTS) * readFactor;
  const gemm = sqrt(weights * weights + compute * compute);
  const headCompute = coefficient(StepTime.HEAD_PER_ROW) * rows;
  const headWeights = coefficient(StepTime.HEAD_WEIGHTS) * readFactor;
  const head = headCompute > headWeights ? headCompute : headWeights;
  const attention =
    coefficient(StepTime.PER_PREFILL_PAIR) * pairs + coefficient(StepTime.PER_CONTEXT_TOKEN) * context;
  const perTokens = coefficient(StepTime.PER_TOKEN) * tokens;
  const gpu = factor * (gemm + head + attention + perTokens + coefficient(StepTime.PER_STEP));
  const beside = coefficient(StepTime.PER_SEQUENCE) * (batch + prompts);
  const host = coefficient(StepTime.HOST_PER_CONTEXT_TOKEN) * context;
  const ticks = (smoothMax(gpu, coefficient(StepTime.CPU)) + beside + host) * TICKS_PER_SECOND;
  return ticks < LIMB ? floor(ticks + 0.5) : ticks;
}

function smoothMax(x: f64, y: f64): f64 {
  if (y === 0) return x;
  const larger = x > y ? x : y;
  const ratio = (x > y ? y : x) / larger;
  const squared = ratio * ratio;
  const fourth = squared * squared;
  return larger * sqrt(sqrt(sqrt(1 + fourth * fourth)));
}

const TICKS_PER_SECOND: f64 = 4294967296;

function coefficient(field: i32): f64 {
  return load<f64>(field << 3, At.STEP_TIME);
}

// --- KV blocks ---

function blocksOf(tokens: i32): i32 {
  return (tokens + (BLOCK_TOKENS - 1)) >>> 4;
}

function decodeBlocks(replica: i32, more: i32): f64 {
  const d = replica << 3;
  const phase = stepOf(d) + more;
  let tokens = load<f64>(d, At.CONTEXT) + <f64>more * <f64>load<i32>(replica << 2, At.DECODES);
  for (let residue = 0; residue < 16; residue++)
    tokens += <f64>load<i32>(residueAt(replica, residue), At.RESIDUES) * <f64>(-(residue + phase) & 15);
  return tokens / BLOCK_TOKENS;
}

function freeBlocks(replica: i32): f64 {
  return (
    <f64>(load<i32>(At.TOTAL_BLOCKS) - load<i32>(replica << 2, At.PREFILL_BLOCKS)) - decodeBlocks(replica, 1)
  );
}

function freeBlocksAtLeast(replica: i32): f64 {
  const w = replica << 2;
  const decodeBlocksAtMost =
    floor(load<f64>(replica << 3, At.CONTEXT) / BLOCK_TOKENS) + <f64>load<i32>(w, At.DECODES);
  return <f64>(load<i32>(At.TOTAL_BLOCKS) - load<i32>(w, At.PREFILL_BLOCKS)) - decodeBlocksAtMost;
}

function hasBlocks(replica: i32, blocks: i32): bool {
  return <f64>blocks <= freeBlocksAtLeast(replica) || <f64>blocks <= freeBlocks(replica);
}

function stepsUntilKvIsFull(replica: i32, n: i32): i32 {
  const w = replica << 2;
  const batch = load<i32>(w, At.DECODES);
  const available = load<i32>(At.TOTAL_BLOCKS) - load<i32>(w, At.PREFILL_BLOCKS);
  const context = load<f64>(replica << 3, At.CONTEXT);
  if ((context + <f64>n * <f64>batch) / BLOCK_TOKENS + <f64>batch <= <f64>available) return n;
  const free = <f64>available - decodeBlocks(replica, 0);
  const phase = stepOf(replica << 3);
  const cycles = floor(free / <f64>batch);
  let left = free - cycles * <f64>batch;
  for (let j = 0; j < 16; j++) {
    left -= <f64>load<i32>(residueAt(replica, -(phase + j)), At.RESIDUES);
    if (left < 0) return <i32>min(<f64>n, cycles * 16 + <f64>j);
  }
  return n;
}

// --- Latencies: see kernel/histogram.ts ---

function add(histogram: i32, ticks: f64): void {
  const h = histogram * HistogramAt.BYTES;
  countIn(h, bucketOf(ticks), 1);
  addToSum(h, ticks);
}

function addRun(first: f64, step: f64, times: i32, weight: i32, ticks: f64): void {
  const h = Histogram.ITL * HistogramAt.BYTES;
  const bucket = bucketOf(first);
  if (first + step * <f64>(times - 1) < floorOf(bucket + 1)) countIn(h, bucket, <f64>times * <f64>weight);
  else addAcrossBuckets(h, first, step, times, weight);
  const sum = ticks * <f64>weight;
  if (sum < LIMB) addToSum(h, sum);
  else for (let i = 0; i < weight; i++) addToSum(h, ticks);
}

function addAcrossBuckets(h: i32, first: f64, step: f64, times: i32, weight: i32): void {
  let bucket = bucketOf(first);
  const lastBucket = bucketOf(first + step * <f64>(times - 1));
  let done = 0.0;
  while (bucket < lastBucket) {
    const below = ceil((floorOf(bucket + 1) - first) / step);
    countIn(h, bucket, (below - done) * <f64>weight);
    done = below;
    bucket = bucketOf(first + below * step);
  }
  countIn(h, lastBucket, (<f64>times - done) * <f64>weight);
}

const LIMB: f64 = 4503599627370496;

function bucketOf(ticks: f64): i32 {
  const bucket = <i32>(reinterpret<u64>(ticks) >> 45) - (((1023 + 12) << 7) - 1);
  return bucket > 0 ? bucket : 0;
}

function floorOf(bucket: i32): f64 {
  return load<f64>(bucket << 3, At.FLOORS);
}

function countIn(h: i32, bucket: i32, values: f64): void {
  const b = h + (bucket << 3);
  store<f64>(b, load<f64>(b, At.HISTOGRAMS) + values, At.HISTOGRAMS);
  store<u8>(h + ((bucket + 127) >>> 7), 1, At.HISTOGRAMS + HistogramAt.USED);
}

function addToSum(h: i32, value: f64): void {
  let ticks = value;
  if (ticks >= LIMB) {
    const limbs = floor(ticks / LIMB);
    addToHigh(h, limbs);
    ticks -= limbs * LIMB;
  }
  const low = load<f64>(h, At.HISTOGRAMS + HistogramAt.SUMS) + ticks;
  if (low < LIMB) {
    store<f64>(h, low, At.HISTOGRAMS + HistogramAt.SUMS);
  } else {
    store<f64>(h, low - LIMB, At.HISTOGRAMS + HistogramAt.SUMS);
    addToHigh(h, 1);
  }
}

function addToHigh(h: i32, limbs: f64): void {
  store<f64>(
    h,
    load<f64>(h, At.HISTOGRAMS + HistogramAt.SUMS + 8) + limbs,
    At.HISTOGRAMS + HistogramAt.SUMS + 8,
  );
}

// --- Memory ---

function at(entry: i32): i32 {
  return entry << 6;
}

function setNext(e: i32, entry: i32): void {
  store<i32>(e, entry, Request.NEXT);
}

function placeAt(replica: i32, place: i32): i32 {
  const size = load<i32>(At.RING_SIZE);
  return (replica * size + (place & (size - 1))) << 3;
}

function residueAt(replica: i32, tokens: i32): i32 {
  return ((replica << 4) + (tokens & 15)) << 2;
}

/** Modulo 2^32. */
function stepOf(d: i32): i32 {
  return <i32>(<i64>load<f64>(d, At.STEPS));
}

function count(field: i32, more: f64): void {
  store<f64>(field << 3, load<f64>(field << 3, At.WINDOW) + more, At.WINDOW);
}

function plan(field: i32, value: f64): void {
  store<f64>(field << 3, value, At.PLAN);
}

// The engine's way from event to event, in AssemblyScript: TypeScript's grammar, compiled to WebAssembly. It does what
// fleet/engine.ts and policies/batching/continuous.ts do, function by function and in the same order, on the same
// memory, in two thirds of the time (docs/kernel.md). What is rare it leaves to them: preemptions, new segments of the
// performance model, growth. Tests run both and expect the same bytes.
import { NOT_YET } from '../../requests/request-entry.ts';
import { Window } from '../../window-fields.ts';
import { At, Request } from '../layout.ts';
import { AHEAD, isToReadAhead, readAhead } from './ahead.ts';
import { formNext } from './batching.ts';
import { blocksOf } from './blocks.ts';
import { growPool, attainedEarlier } from './engine.ts';
import { add, addRun, Histogram } from './latencies.ts';
import { changed, due, expect, survey, withFewest } from './least.ts';
import { at, setNext, placeAt, residueAt, stepOf, count } from './memory.ts';
import { shortenRun, stepsBy } from './runs.ts';

export { survey };

export function advance(replica: i32): void {
  while (load<f64>(replica << 3, At.NEXT_EVENT) <= load<f64>(At.CLOCK)) boundary(replica);
}

export function serve(from: i32, to: i32, request: i32): void {
  for (let i = from; i < to; i++) {
    if (isToReadAhead(i, from)) {
      const end = min(i + AHEAD, to);
      readAhead(At.CANDIDATES + ((i - from) << 3), (end - i) << 1, arrivalTicks(end - 1));
    }
    store<f64>(At.CLOCK, arrivalTicks(i));
    const first = load<i32>((i - from) << 3, At.CANDIDATES);
    const second = load<i32>((i - from) << 3, At.CANDIDATES + 4);
    advance(first);
    advance(second);
    const secondHasFewer = load<i32>(second << 2, At.OUTSTANDING) - load<i32>(first << 2, At.OUTSTANDING);
    const replica = first ^ ((first ^ second) & (secondHasFewer >> 31));
    enqueueArrival(replica, i, request + i - from);
  }
}

export function serveLeast(from: i32, to: i32, request: i32): void {
  for (let i = from; i < to; i++) {
    if (isToReadAhead(i, from)) {
      const untilTicks = arrivalTicks(min(i + AHEAD, to) - 1);
      readAhead(At.EXPECTED, expect(untilTicks), untilTicks);
    }
    store<f64>(At.CLOCK, arrivalTicks(i));
    for (let replica = due(); replica >= 0; replica = due()) {
      advance(replica);
      changed(replica);
    }
    const replica = withFewest();
    enqueueArrival(replica, i, request + i - from);
    changed(replica);
  }
}

function arrivalTicks(i: i32): f64 {
  return load<f64>(i << 3, At.ARRIVAL_TICKS);
}

function enqueueArrival(replica: i32, i: i32, request: i32): void {
  const promptTokens = load<i32>(i << 2, At.ARRIVAL_PROMPT);
  const outputTokens = load<i32>(i << 2, At.ARRIVAL_OUTPUT);
  if (!enqueue(replica, promptTokens, outputTokens, request)) count(Window.rejectedQueueFull, 1);
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

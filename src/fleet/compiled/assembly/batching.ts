// Who is in the next step: policies/batching/continuous.ts, without a threshold for long prompts.
import { At, Request } from '../layout.ts';
import { blocksOf, freeBlocks, freeBlocksAtLeast, hasBlocks } from './blocks.ts';
import { form } from './engine.ts';
import { at, setNext } from './memory.ts';
import { startPrefill, startDecodes } from './runs.ts';

export function formNext(replica: i32): void {
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

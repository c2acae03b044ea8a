// Starting a run of steps, and cutting it short, as in fleet/engine.ts.
import { Plan } from '../../../perf/plan.ts';
import { Segment } from '../../../perf/physical/segment-fields.ts';
import { UNLIMITED } from '../../requests/request-entry.ts';
import { Window } from '../../window-fields.ts';
import { At } from '../layout.ts';
import { stepsUntilKvIsFull } from './blocks.ts';
import { segmentFor, firstTicks, stepTicks } from './durations.ts';
import { planStep } from './engine.ts';
import { placeAt, stepOf, count, plan } from './memory.ts';

export function startPrefill(replica: i32, chunks: f64, tokens: f64, pairs: f64, ends: f64): void {
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

export function startDecodes(replica: i32): void {
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

export function shortenRun(replica: i32): void {
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

export function stepsBy(ticks: f64, alpha: f64, beta: f64): i32 {
  if (ticks < alpha) return 0;
  const p = alpha - beta / 2;
  let k = floor((2 * ticks) / (p + sqrt(p * p + 2 * beta * ticks)));
  while ((k + 1) * alpha + beta * ((k * (k + 1)) / 2) <= ticks) k++;
  while (k * alpha + beta * ((k * (k - 1)) / 2) > ticks) k--;
  return <i32>k;
}

// How many requests per second come around a time, for those who may know: expected, where arrivals are drawn at random;
// of a trace counted, as a mean over some minutes, since its own times are but one draw. The trace is read once for it.
import { secondsToTicks, ticksToSeconds } from '../kernel/ticks.ts';
import { expectedRequestsPerSecond } from './create.ts';
import type { WorkloadRun } from './create.ts';
import type { ArrivalBatch, TraceSpec } from './spec.ts';
import { TraceSource } from './trace-source.ts';

const BIN_SECONDS = 60;
/** Odd: centred on a bin. Long enough that chance is small beside the ups and downs of a day. */
const BINS_OF_MEAN = 5;
const BATCH = 2048;

/** Of the whole workload; 0 outside its time. UserError for a trace that cannot be used. */
export function arrivalRate(run: WorkloadRun): (atSeconds: number) => number {
  if (run.spec.kind === 'synthetic') return (atSeconds) => expectedRequestsPerSecond(run, [atSeconds])[0];
  const rates = ratesOf(run.spec.trace, run.durationSeconds);
  return (atSeconds) => rates[Math.floor(atSeconds / BIN_SECONDS)] ?? 0;
}

/** Reading a trace takes a moment. */
const known = new WeakMap<TraceSpec, { durationSeconds: number; rates: Float64Array }>();

/** By bin; the last one may be short. */
function ratesOf(trace: TraceSpec, durationSeconds: number): Float64Array {
  const before = known.get(trace);
  if (before?.durationSeconds === durationSeconds) return before.rates;
  const counts = countsOf(trace, durationSeconds);
  const reach = (BINS_OF_MEAN - 1) / 2;
  const rates = counts.map((_, bin) => {
    const from = Math.max(0, bin - reach);
    const to = Math.min(counts.length, bin + reach + 1);
    const requests = counts.subarray(from, to).reduce((sum, count) => sum + count, 0);
    return requests / (Math.min(to * BIN_SECONDS, durationSeconds) - from * BIN_SECONDS);
  });
  known.set(trace, { durationSeconds, rates });
  return rates;
}

function countsOf(trace: TraceSpec, durationSeconds: number): Float64Array {
  const counts = new Float64Array(Math.ceil(durationSeconds / BIN_SECONDS));
  const endTicks = secondsToTicks(durationSeconds);
  const source = new TraceSource(trace, { cell: 0, share: 1, shareStart: 0 }, endTicks);
  const batch = emptyBatch();
  do {
    source.fill(batch, endTicks);
    for (let i = 0; i < batch.count; i++)
      counts[Math.floor(ticksToSeconds(batch.atTicks[i]) / BIN_SECONDS)]++;
  } while (batch.count > 0);
  return counts;
}

function emptyBatch(): ArrivalBatch {
  return {
    count: 0,
    atTicks: new Float64Array(BATCH),
    promptTokens: new Int32Array(BATCH),
    outputTokens: new Int32Array(BATCH),
  };
}

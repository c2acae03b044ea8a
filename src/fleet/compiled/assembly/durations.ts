// How long steps take: perf/physical/physical.ts and perf/physical/step-seconds.ts, without experts and speculation.
import { Segment } from '../../../perf/physical/segment-fields.ts';
import { StepTime } from '../../../perf/physical/step-time-fields.ts';
import { At } from '../layout.ts';
import { findSegment } from './engine.ts';

const TICKS_PER_SECOND: f64 = 4294967296;
/** From there on every float64 is whole. */
const WHOLE: f64 = 4503599627370496;

/** Where the segment with that context stands. */
export function segmentFor(replica: i32, decodes: i32, context: f64): i32 {
  const s = decodes << 6;
  if (
    context < load<f64>(s, At.SEGMENT + Segment.START * 8) ||
    context >= load<f64>(s, At.SEGMENT + Segment.END * 8)
  )
    findSegment(replica);
  return s;
}

export function firstTicks(s: i32, context: f64, batch: f64): f64 {
  const tokens = context - load<f64>(s, At.SEGMENT + Segment.START * 8);
  const steps = floor(tokens / batch);
  const rest = floor(load<f64>(s, At.SEGMENT + Segment.SLOPE * 8) * (tokens - steps * batch) + 0.5);
  return (
    load<f64>(s, At.SEGMENT + Segment.TICKS * 8) +
    load<f64>(s, At.SEGMENT + Segment.STEP_SLOPE * 8) * steps +
    rest
  );
}

export function stepTicks(
  batch: f64,
  prompts: f64,
  promptTokens: f64,
  rows: f64,
  pairs: f64,
  context: f64,
): f64 {
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
  return ticks < WHOLE ? floor(ticks + 0.5) : ticks;
}

function smoothMax(x: f64, y: f64): f64 {
  if (y === 0) return x;
  const larger = x > y ? x : y;
  const ratio = (x > y ? y : x) / larger;
  const squared = ratio * ratio;
  const fourth = squared * squared;
  return larger * sqrt(sqrt(sqrt(1 + fourth * fourth)));
}

function coefficient(field: i32): f64 {
  return load<f64>(field << 3, At.STEP_TIME);
}

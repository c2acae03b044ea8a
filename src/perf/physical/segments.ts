// The duration of a decode step as a piecewise affine function of its context, in whole ticks: what lets a kernel
// take many steps at once. GPU time is affine in the context already; its smooth maximum with the host time is not,
// but it is convex and nearly straight, so secants stand in for it, at most 0.1 % above the formula.
// smoothMax(x, y) = y·smoothMax(x/y, 1): one set of knots in x/y, GPU time over host time, serves every batch.
import { secondsToTicks, TICKS_PER_SECOND } from '../../kernel/ticks.ts';
import { decodeStep, smoothMax, type StepCoefficients } from './step-seconds.ts';

/** As far apart as secants within 1e-3 allow; after the last knot follows a ray of slope 1. A test checks them. */
const KNOTS = [0, 0.55, 0.69, 0.78, 0.85, 0.91, 0.97, 1.03, 1.1, 1.18, 1.29, 1.46, 1.84];

/** Segments of a batch of `decodes` sequences from context 0 on, in ascending order. */
export function decodeSegments(c: StepCoefficients, decodes: number): Float64Array {
  const { gpu: secondsAtZero, gpuPerContextToken: secondsPerToken, cpu, ...rest } = decodeStep(c, decodes);
  const { beside, besidePerContextToken } = rest;
  const segments: number[] = [];

  const add = (start: number, end: number, gpuShare: number, intercept: number) => {
    const slope = (gpuShare * secondsPerToken + besidePerContextToken) * TICKS_PER_SECOND;
    const gpu = secondsAtZero + secondsPerToken * start;
    const seconds = intercept + gpuShare * gpu + beside + besidePerContextToken * start;
    segments.push(start, end, secondsToTicks(seconds), slope, Math.round(slope * decodes));
  };

  if (cpu === 0) {
    add(0, Infinity, 1, 0);
    return Float64Array.from(segments);
  }
  let start = 0;
  for (let i = 0; i < KNOTS.length; i++) {
    const isLast = i + 1 === KNOTS.length;
    const end = isLast ? Infinity : Math.ceil((KNOTS[i + 1] * cpu - secondsAtZero) / secondsPerToken);
    if (end <= start) continue;
    const low = smoothMax(KNOTS[i], 1);
    const gpuShare = isLast ? 1 : (smoothMax(KNOTS[i + 1], 1) - low) / (KNOTS[i + 1] - KNOTS[i]);
    add(start, end, gpuShare, cpu * (low - gpuShare * KNOTS[i]));
    start = end;
  }
  return Float64Array.from(segments);
}

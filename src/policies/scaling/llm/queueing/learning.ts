// Step times from what is measured, for want of better: alpha and beta are the straight line of mean ITL over mean batch;
// the prefill is taken as proportional to its tokens, at the least TTFT per token and sequence seen. Left out: what of a
// TTFT was waiting, so the least one is only as good as the quietest window.
import { fitLine } from '../dynamo/sla.ts';
import type { StepTimes } from './chain.ts';

export interface Sample {
  batch: number;
  itlSeconds: number;
  /** Mean TTFT over (mean input tokens * batch). */
  prefillSecondsPerToken: number;
}

/** Newest last; old windows say nothing of a changed mix. */
const SAMPLES = 60;
const SAMPLES_MIN = 3;

export function remember(samples: readonly Sample[], sample: Sample | null): readonly Sample[] {
  return sample === null ? samples : [...samples, sample].slice(-SAMPLES);
}

export function sampleOf(rates: {
  meanBatch: number | null;
  meanPromptTokens: number | null;
  ttft: { meanSeconds: number | null } | null;
  itl: { meanSeconds: number | null } | null;
}): Sample | null {
  const { meanBatch, meanPromptTokens } = rates;
  const ttft = rates.ttft?.meanSeconds;
  const itl = rates.itl?.meanSeconds;
  if (!meanBatch || !meanPromptTokens || !ttft || !itl) return null;
  return {
    batch: meanBatch,
    itlSeconds: itl,
    prefillSecondsPerToken: ttft / (meanPromptTokens * Math.max(1, meanBatch)),
  };
}

/** Null until there are a few samples. */
export function learntStepTimes(samples: readonly Sample[]): StepTimes | null {
  const points = samples.map(({ batch, itlSeconds }) => ({ load: batch, latency: itlSeconds }));
  const line = fitLine(points, SAMPLES_MIN);
  if (line === null) return null;
  const least = samples.reduce((min, sample) => Math.min(min, sample.prefillSecondsPerToken), Infinity);
  return {
    // A step is never free, however steep the line.
    alphaSeconds: Math.max(line.base, 1e-6),
    betaSeconds: line.slope,
    gammaSeconds: 0,
    deltaSeconds: least,
  };
}

// How long a step takes that does next to nothing: reading the weights and launching the kernels. What decoding and a
// prompt share when they are in one step. Left out: experts, which an empty step does not touch, and a draft model.
import { servedBy } from './served.ts';
import type { PerfSpec } from './spec.ts';
import { stepCoefficients, stepSeconds } from './physical/step-seconds.ts';

/** 0 for fixed service times, whose parts simply add up. */
export function emptyStepSeconds(spec: PerfSpec): number {
  if (spec.kind === 'fixed') return 0;
  const { speculation: _, ...plain } = stepCoefficients(servedBy(spec));
  return stepSeconds(plain, {
    tokens: 0,
    sequences: 0,
    prompts: 0,
    logitRows: 0,
    prefillPairs: 0,
    contextTokens: 0,
  });
}

// Measured times as what a fit compares with: the prefill of a batch (prompt), its mean decode step (token), or, where
// neither was measured, the whole batch (total); and what the step-time formula says of each for given constants.
// Decode is averaged over its contexts by Simpson's rule: exact where a step is affine in the context, which it nearly
// is. Left out: the secants of perf/physical/segments.ts, at most 0.1 % above the formula.
import type { Served } from '../../perf/served.ts';
import {
  stepCoefficients,
  stepSeconds,
  type StepCoefficients,
  type StepWork,
} from '../../perf/physical/step-seconds.ts';
import { stackWith, type Constants } from './constants.ts';

export const KINDS = ['prompt', 'token', 'total'] as const;
export type Kind = (typeof KINDS)[number];

export interface Observation {
  kind: Kind;
  /** Position of its row among the measurements: what was measured together. */
  row: number;
  promptTokens: number;
  batch: number;
  outputTokens: number;
  tp: number;
  measuredSeconds: number;
}

/** `predict(constants)` gives the seconds of every observation. `servedByTp` holds every tp that occurs. */
export function predictor(
  observations: readonly Observation[],
  servedByTp: ReadonlyMap<number, Served>,
): (constants: Constants) => Float64Array {
  const work: StepWork = {
    tokens: 0,
    sequences: 0,
    prompts: 0,
    logitRows: 0,
    prefillPairs: 0,
    contextTokens: 0,
  };

  function prefill(c: StepCoefficients, { promptTokens, batch }: Observation): number {
    work.tokens = batch * promptTokens;
    work.sequences = batch;
    work.prompts = batch;
    work.logitRows = batch;
    work.prefillPairs = batch * promptTokens * promptTokens;
    work.contextTokens = 0;
    return stepSeconds(c, work);
  }

  function decodeStep(c: StepCoefficients, batch: number, contextTokens: number): number {
    work.tokens = batch;
    work.sequences = batch;
    work.prompts = 0;
    work.logitRows = batch;
    work.prefillPairs = 0;
    work.contextTokens = contextTokens;
    return stepSeconds(c, work);
  }

  function decodeMean(c: StepCoefficients, { promptTokens, batch, outputTokens }: Observation): number {
    const first = batch * promptTokens;
    const last = batch * (promptTokens + outputTokens - 2);
    const middle = decodeStep(c, batch, (first + last) / 2);
    return (decodeStep(c, batch, first) + 4 * middle + decodeStep(c, batch, last)) / 6;
  }

  return (constants) => {
    const coefficients = new Map<number, StepCoefficients>();
    for (const [tp, served] of servedByTp) {
      coefficients.set(tp, stepCoefficients({ ...served, stack: stackWith(constants) }));
    }
    return Float64Array.from(observations, (one) => {
      const c = coefficients.get(one.tp)!;
      if (one.kind === 'token') return decodeMean(c, one);
      const prompt = constants.clientDelaySeconds + prefill(c, one);
      return one.kind === 'prompt' ? prompt : prompt + (one.outputTokens - 1) * decodeMean(c, one);
    });
  };
}

// The performance model of a catalog model on catalog GPUs under a catalog stack. Steps that only decode are answered
// from piecewise affine segments, so that runs of them have a closed form; steps with prompt chunks from the formula
// itself, one at a time. Called for every change of a batch: nothing is allocated but a batch size's segments, once.
import { nearest, secondsToTicks } from '../kernel/ticks.ts';
import { fittingKvCapacity } from './kv.ts';
import { decodeSegments, Segment } from './segments.ts';
import { servedBy } from './served.ts';
import { Plan } from './spec.ts';
import type { PerfModel, PhysicalPerfSpec } from './spec.ts';
import { stepCoefficients, stepSeconds, type StepCoefficients, type StepWork } from './step-seconds.ts';

/** Throws a UserError if a name is unknown or the model does not fit its GPUs. */
export function createPhysicalModel(spec: PhysicalPerfSpec): PerfModel {
  const served = servedBy(spec);
  const { kvTokens } = fittingKvCapacity(spec);
  return new PhysicalModel(stepCoefficients(served), kvTokens, served.stack.clientDelaySeconds);
}

class PhysicalModel implements PerfModel {
  readonly kvTokens: number;
  readonly clientDelayTicks: number;
  readonly #coefficients: StepCoefficients;
  /** By number of decoding sequences. */
  readonly #segments: (Float64Array | undefined)[] = [];
  readonly #work: StepWork = { tokens: 0, sequences: 0, logitRows: 0, prefillPairs: 0, contextTokens: 0 };

  constructor(coefficients: StepCoefficients, kvTokens: number, clientDelaySeconds: number) {
    this.#coefficients = coefficients;
    this.kvTokens = kvTokens;
    this.clientDelayTicks = secondsToTicks(clientDelaySeconds);
  }

  plan(
    decodes: number,
    contextTokens: number,
    prefillTokens: number,
    prefillPairs: number,
    prefillSequences: number,
    logitRows: number,
    _stepKey: number,
    out: Float64Array,
  ): void {
    out[Plan.DECODE] = 0;
    if (decodes > 0) {
      this.#planDecodes(decodes, contextTokens, out);
      if (prefillTokens === 0) return;
    }
    const work = this.#work;
    work.tokens = decodes + prefillTokens;
    work.sequences = decodes + prefillSequences;
    work.logitRows = logitRows;
    work.prefillPairs = prefillPairs;
    work.contextTokens = contextTokens;
    const alpha = secondsToTicks(stepSeconds(this.#coefficients, work));
    out[Plan.ALPHA] = alpha;
    out[Plan.BETA] = 0;
    out[Plan.STEPS_MAX] = 1;
    // A secant lies up to 0.1 % above the formula: with a tiny chunk the decodes alone could seem to take longer.
    if (out[Plan.DECODE] > alpha) out[Plan.DECODE] = alpha;
  }

  #planDecodes(decodes: number, contextTokens: number, out: Float64Array): void {
    const segments = this.#segments[decodes] ?? this.#addSegments(decodes);
    let at = 0;
    while (contextTokens >= segments[at + Segment.END]) at += Segment.FIELDS;
    // Whole steps since the segment's start, each of the same whole number of ticks, so that a later question in the
    // segment gives what this one predicts; the tokens of a part of a step come on top.
    const tokens = contextTokens - segments[at + Segment.START];
    const steps = Math.floor(tokens / decodes);
    const stepSlope = segments[at + Segment.STEP_SLOPE];
    const rest = nearest(segments[at + Segment.SLOPE] * (tokens - steps * decodes));
    const alpha = segments[at + Segment.TICKS] + stepSlope * steps + rest;
    out[Plan.ALPHA] = alpha;
    out[Plan.BETA] = stepSlope;
    out[Plan.STEPS_MAX] = Math.ceil((segments[at + Segment.END] - contextTokens) / decodes);
    out[Plan.DECODE] = alpha;
  }

  #addSegments(decodes: number): Float64Array {
    const segments = decodeSegments(this.#coefficients, decodes);
    this.#segments[decodes] = segments;
    return segments;
  }
}

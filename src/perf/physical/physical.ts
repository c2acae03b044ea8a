// The performance model of a catalog model on catalog GPUs under a catalog stack. Steps that only decode are answered
// from piecewise affine segments, so that runs of them have a closed form; steps with prompt chunks from the formula
// itself, one at a time. Called for every change of a batch: nothing is allocated but a batch size's segments, once.
import { nearest, secondsToTicks } from '../../kernel/ticks.ts';
import { fittingKvCapacity } from '../kv.ts';
import { Segment } from './segment-fields.ts';
import { decodeSegments } from './segments.ts';
import { servedBy } from '../served.ts';
import { Plan } from '../plan.ts';
import type { PerfModel, PhysicalPerfSpec } from '../spec.ts';
import {
  clientDelaySeconds,
  stepCoefficients,
  stepSeconds,
  stepTimeOf,
  type StepWork,
} from './step-seconds.ts';

/** Throws a UserError if a name is unknown or the model does not fit its GPUs. */
export function createPhysicalModel(spec: PhysicalPerfSpec): PerfModel {
  const served = servedBy(spec);
  const { kvTokens } = fittingKvCapacity(spec);
  const coefficients = stepCoefficients(served);
  /** By number of decoding sequences: segments, and where among them the last question was answered. */
  const segmentsOf: (Float64Array | undefined)[] = [];
  const latest: number[] = [];
  const work: StepWork = {
    tokens: 0,
    sequences: 0,
    prompts: 0,
    logitRows: 0,
    prefillPairs: 0,
    contextTokens: 0,
  };

  function plan(step: Float64Array): void {
    const decodes = step[Plan.DECODES];
    step[Plan.DECODE] = 0;
    if (decodes > 0) planDecodes(step);
    if (decodes === 0 || step[Plan.PREFILL_TOKENS] > 0) planPrefill(step);
  }

  function planDecodes(step: Float64Array): void {
    const decodes = step[Plan.DECODES];
    const contextTokens = step[Plan.CONTEXT_TOKENS];
    const segments = segmentsOf[decodes] ?? addSegments(decodes);
    const at = find(decodes, contextTokens, segments);
    // Whole steps since the segment's start, each of the same whole number of ticks, so that a later question in the
    // segment gives what this one predicts; the tokens of a part of a step come on top.
    const tokens = contextTokens - segments[at + Segment.START];
    const steps = Math.floor(tokens / decodes);
    const stepSlope = segments[at + Segment.STEP_SLOPE];
    const rest = nearest(segments[at + Segment.SLOPE] * (tokens - steps * decodes));
    const alpha = segments[at + Segment.TICKS] + stepSlope * steps + rest;
    step[Plan.ALPHA] = alpha;
    step[Plan.BETA] = stepSlope;
    step[Plan.DECODE] = alpha;
    const left = segments[at + Segment.END] - contextTokens;
    const wanted = step[Plan.STEPS_WANTED];
    step[Plan.STEPS_MAX] = (wanted - 1) * decodes < left ? wanted : Math.ceil(left / decodes);
  }

  function find(decodes: number, contextTokens: number, segments: Float64Array): number {
    let at = latest[decodes] ?? 0;
    while (contextTokens < segments[at + Segment.START]) at -= Segment.FIELDS;
    while (contextTokens >= segments[at + Segment.END]) at += Segment.FIELDS;
    latest[decodes] = at;
    return at;
  }

  function segment(decodes: number, contextTokens: number): Float64Array {
    const segments = segmentsOf[decodes] ?? addSegments(decodes);
    const at = find(decodes, contextTokens, segments);
    return segments.subarray(at, at + Segment.FIELDS);
  }

  function planPrefill(step: Float64Array): void {
    const decodes = step[Plan.DECODES];
    work.tokens = decodes + step[Plan.PREFILL_TOKENS];
    work.sequences = decodes + step[Plan.PREFILL_SEQUENCES];
    work.prompts = step[Plan.PREFILL_SEQUENCES];
    work.logitRows = step[Plan.LOGIT_ROWS];
    work.prefillPairs = step[Plan.PREFILL_PAIRS];
    work.contextTokens = step[Plan.CONTEXT_TOKENS];
    const alpha = secondsToTicks(stepSeconds(coefficients, work));
    step[Plan.ALPHA] = alpha;
    step[Plan.BETA] = 0;
    step[Plan.STEPS_MAX] = 1;
    // A secant lies up to 0.1 % above the formula: with a tiny chunk the decodes alone could seem to take longer.
    if (step[Plan.DECODE] > alpha) step[Plan.DECODE] = alpha;
  }

  function addSegments(decodes: number): Float64Array {
    const segments = decodeSegments(coefficients, decodes);
    segmentsOf[decodes] = segments;
    return segments;
  }

  const stepTime = stepTimeOf(coefficients);
  return {
    kvTokens,
    clientDelayTicks: secondsToTicks(clientDelaySeconds(served)),
    plan,
    ...(stepTime && { physical: { stepTime, segment } }),
  };
}

// Perf models small enough to reason about, legal under the contract of PerfModel, for tests only. Durations are in
// single ticks, so that events of equal time are common. `affine` is linear in all counts, `segments` jumps and changes
// its slope every few context tokens, `curved` grows with the square of the context and answers for one step at a time,
// `keyed` draws each duration from the name of the step.
import { Plan } from '../../src/perf/plan.ts';
import { type PerfModel } from '../../src/perf/spec.ts';

export interface ToySpec {
  kind: 'affine' | 'segments' | 'curved' | 'keyed';
  /** Null: without a limit (JSON has no Infinity). */
  kvBlocks: number | null;
  base: number;
  perDecode: number;
  perContextToken: number;
  perPrefillToken: number;
  perPrefillPair: number;
  perPrefillSequence: number;
  perLogitRow: number;
  /** `affine` and `segments`: horizons vary from 1 to this at most; null: as far as the answer holds. */
  stepsMax: number | null;
  /** `segments`: context tokens per segment; `curved`: divides the square of the context. */
  segmentTokens: number;
  /** `segments` and `keyed`: makes slopes, jumps and durations. */
  salt: number;
}

/** One tick a step whatever is in it, and no end of memory: to be spread under what a test is about. */
export const PLAIN_TOY: ToySpec = {
  kind: 'affine',
  kvBlocks: null,
  base: 1,
  perDecode: 0,
  perContextToken: 0,
  perPrefillToken: 0,
  perPrefillPair: 0,
  perPrefillSequence: 0,
  perLogitRow: 0,
  stepsMax: null,
  segmentTokens: 1,
  salt: 0,
};

export function createToyPerf(toy: ToySpec): PerfModel {
  const duration = { affine: affineSteps, segments: segmentSteps, curved: curvedSteps, keyed: keyedSteps }[
    toy.kind
  ];
  return {
    kvTokens: toy.kvBlocks === null ? Infinity : 16 * toy.kvBlocks,
    clientDelayTicks: 0,
    plan(step) {
      const decodes = step[Plan.DECODES];
      const prefillTokens = step[Plan.PREFILL_TOKENS];
      const decode = duration(toy, decodes, step[Plan.CONTEXT_TOKENS], step[Plan.STEP_KEY]);
      const rows = toy.perLogitRow * step[Plan.LOGIT_ROWS];
      const prefill =
        toy.perPrefillToken * prefillTokens +
        toy.perPrefillPair * step[Plan.PREFILL_PAIRS] +
        toy.perPrefillSequence * step[Plan.PREFILL_SEQUENCES];
      step[Plan.ALPHA] = decode.alpha + rows + prefill;
      step[Plan.BETA] = prefillTokens > 0 ? 0 : decode.beta;
      step[Plan.STEPS_MAX] = prefillTokens > 0 ? 1 : decode.stepsMax;
      step[Plan.DECODE] = decodes === 0 ? 0 : decode.alpha + toy.perLogitRow * decodes;
    },
  };
}

interface DecodeSteps {
  alpha: number;
  beta: number;
  stepsMax: number;
}

function affineSteps(toy: ToySpec, decodes: number, context: number): DecodeSteps {
  return {
    alpha: toy.base + toy.perDecode * decodes + toy.perContextToken * context,
    beta: toy.perContextToken * decodes,
    stepsMax: horizon(toy, decodes, context),
  };
}

function segmentSteps(toy: ToySpec, decodes: number, context: number): DecodeSteps {
  const segment = Math.floor(context / toy.segmentTokens);
  const start = segment * toy.segmentTokens;
  const jump = scramble(toy.salt, decodes, segment) % 7;
  const slope = scramble(toy.salt + 1, decodes, segment) % (toy.perContextToken + 1);
  const stepsInSegment = Math.ceil((start + toy.segmentTokens - context) / decodes);
  return {
    alpha: toy.base + toy.perDecode * decodes + jump + slope * (context - start),
    beta: slope * decodes,
    stepsMax: decodes === 0 ? 1 : Math.min(stepsInSegment, horizon(toy, decodes, context)),
  };
}

function curvedSteps(toy: ToySpec, decodes: number, context: number): DecodeSteps {
  const curved = Math.floor((toy.perContextToken * context * context) / toy.segmentTokens);
  return { alpha: toy.base + toy.perDecode * decodes + curved, beta: 0, stepsMax: 1 };
}

function keyedSteps(toy: ToySpec, decodes: number, _context: number, stepKey: number): DecodeSteps {
  const random = scramble(toy.salt, stepKey, 0) % 40;
  return { alpha: toy.base + toy.perDecode * decodes + random, beta: 0, stepsMax: 1 };
}

function horizon(toy: ToySpec, decodes: number, context: number): number {
  return toy.stepsMax === null ? Infinity : 1 + (scramble(toy.salt, decodes, context) % toy.stepsMax);
}

/** A whole number below 2^32 that looks random: the 32-bit finaliser of MurmurHash3 (A. Appleby, public domain). */
export function scramble(a: number, b: number, c: number): number {
  let h = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b) ^ Math.imul(c + 1, 0xc2b2ae35)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

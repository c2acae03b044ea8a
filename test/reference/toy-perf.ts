// Perf models small enough to reason about, legal under the contract of PerfModel, for tests only. Durations are in
// single ticks, so that events of equal time are common. `affine` is linear in all counts, `segments` jumps and changes
// its slope every few context tokens, `keyed` draws each duration from the name of the step.
import { Plan, type PerfModel } from '../../src/perf/spec.ts';

export interface ToySpec {
  kind: 'affine' | 'segments' | 'keyed';
  /** Null: without a limit (JSON has no Infinity). */
  kvBlocks: number | null;
  base: number;
  perDecode: number;
  perContextToken: number;
  perPrefillToken: number;
  perPrefillPair: number;
  perPrefillSequence: number;
  perLogitRow: number;
  /** `affine`: horizons vary from 1 to this; null: for ever. */
  stepsMax: number | null;
  /** `segments`: context tokens per segment. */
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
  const duration = { affine: affineSteps, segments: segmentSteps, keyed: keyedSteps }[toy.kind];
  return {
    kvTokens: toy.kvBlocks === null ? Infinity : 16 * toy.kvBlocks,
    clientDelayTicks: 0,
    plan(decodes, context, prefillTokens, prefillPairs, prefillSequences, logitRows, stepKey, out) {
      const decode = duration(toy, decodes, context, stepKey);
      const rows = toy.perLogitRow * logitRows;
      const prefill =
        toy.perPrefillToken * prefillTokens +
        toy.perPrefillPair * prefillPairs +
        toy.perPrefillSequence * prefillSequences;
      out[Plan.ALPHA] = decode.alpha + rows + prefill;
      out[Plan.BETA] = prefillTokens > 0 ? 0 : decode.beta;
      out[Plan.STEPS_MAX] = prefillTokens > 0 ? 1 : decode.stepsMax;
      out[Plan.DECODE] = decodes === 0 ? 0 : decode.alpha + toy.perLogitRow * decodes;
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
    stepsMax: toy.stepsMax === null ? Infinity : 1 + (scramble(toy.salt, decodes, context) % toy.stepsMax),
  };
}

function segmentSteps(toy: ToySpec, decodes: number, context: number): DecodeSteps {
  const segment = Math.floor(context / toy.segmentTokens);
  const start = segment * toy.segmentTokens;
  const jump = scramble(toy.salt, decodes, segment) % 7;
  const slope = scramble(toy.salt + 1, decodes, segment) % (toy.perContextToken + 1);
  return {
    alpha: toy.base + toy.perDecode * decodes + jump + slope * (context - start),
    beta: slope * decodes,
    stepsMax: decodes === 0 ? 1 : Math.ceil((start + toy.segmentTokens - context) / decodes),
  };
}

function keyedSteps(toy: ToySpec, decodes: number, _context: number, stepKey: number): DecodeSteps {
  const random = scramble(toy.salt, stepKey, 0) % 40;
  return { alpha: toy.base + toy.perDecode * decodes + random, beta: 0, stepsMax: 1 };
}

/** A whole number below 2^32 that looks random: the 32-bit finaliser of MurmurHash3 (A. Appleby, public domain). */
export function scramble(a: number, b: number, c: number): number {
  let h = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b) ^ Math.imul(c + 1, 0xc2b2ae35)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

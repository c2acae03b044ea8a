// Fixed service times: so many seconds per prompt and per token-making step, whatever the batch, constant or drawn
// from exponential distributions. For closed-form estimates and as the server of queueing theory (M/M/c, M/D/1); no
// batching effects, no KV limit. A drawn duration depends on the seed and the step's name alone, so that it does not
// matter in which order, or how often, it is asked for.
import { RandomStream } from '../kernel/random.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import { Plan } from './plan.ts';
import type { FixedPerfSpec, PerfModel } from './spec.ts';

/** Two draws a step: independent, since the hash takes them as different keys. */
const PROMPT_DRAW = 1;
const TOKEN_DRAW = 2;

export function createFixedModel(spec: FixedPerfSpec, seed: string): PerfModel {
  return new FixedModel(spec, seed);
}

class FixedModel implements PerfModel {
  readonly kvTokens = Infinity;
  readonly clientDelayTicks = 0;
  readonly #secondsPerRequest: number;
  readonly #secondsPerOutputToken: number;
  readonly #exponential: boolean;
  readonly #seedLow: number;
  readonly #seedHigh: number;

  constructor(spec: FixedPerfSpec, seed: string) {
    this.#secondsPerRequest = spec.secondsPerRequest;
    this.#secondsPerOutputToken = spec.secondsPerOutputToken;
    this.#exponential = spec.distribution === 'exponential';
    const stream = new RandomStream(seed, 'fixed service times');
    this.#seedLow = stream.uint32() | 0;
    this.#seedHigh = stream.uint32() | 0;
  }

  plan(step: Float64Array): void {
    const decodes = step[Plan.DECODES];
    const logitRows = step[Plan.LOGIT_ROWS];
    const stepKey = step[Plan.STEP_KEY];
    let promptSeconds = this.#secondsPerRequest * (logitRows - decodes);
    let tokenSeconds = logitRows > 0 ? this.#secondsPerOutputToken : 0;
    if (this.#exponential) {
      if (promptSeconds > 0) promptSeconds *= this.#exponentialDraw(stepKey, PROMPT_DRAW);
      if (tokenSeconds > 0) tokenSeconds *= this.#exponentialDraw(stepKey, TOKEN_DRAW);
    }
    const tokenTicks = Math.max(1, secondsToTicks(tokenSeconds));
    step[Plan.ALPHA] = Math.max(tokenTicks, secondsToTicks(promptSeconds + tokenSeconds));
    step[Plan.BETA] = 0;
    step[Plan.STEPS_MAX] = this.#exponential || step[Plan.PREFILL_TOKENS] > 0 ? 1 : Infinity;
    step[Plan.DECODE] = decodes > 0 ? tokenTicks : 0;
  }

  /** Exponential with mean 1. */
  #exponentialDraw(stepKey: number, draw: number): number {
    return -Math.log(keyedUniform(this.#seedLow, this.#seedHigh, stepKey, draw));
  }
}

/**
 * Uniform in (0, 1) with 53 bits, a hash of (seed, key, draw); key a whole number below 2^53. Two 32-bit lanes, mixed
 * into each other by MurmurHash3's finaliser (A. Appleby, 2011).
 */
export function keyedUniform(seedLow: number, seedHigh: number, key: number, draw: number): number {
  let low = seedLow ^ (key | 0);
  let high = seedHigh ^ Math.floor(key / 4294967296) ^ Math.imul(draw, 0x9e3779b9);
  for (let round = 0; round < 3; round++) {
    low = finalise((low + high) | 0);
    high = finalise((high + Math.imul(low, 0x9e3779b9)) | 0);
  }
  return ((low >>> 5) * 67108864 + (high >>> 6) + 0.5) / 9007199254740992;
}

function finalise(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

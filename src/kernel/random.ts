// Named random streams. seedrandom's Alea turns (seed, name) into the state of a small fast generator, sfc32
// (C. Doty-Humphrey, PractRand, 2010: 128 bits of state, passes PractRand to 32 TB). Draws are made in blocks with
// the state in locals, because a closure per draw costs ten times as much. A stream's numbers depend on its seed and
// name alone, never on who else draws.
import seedrandom from 'seedrandom';
import { stateOf } from './saved-state.ts';

/** Small, since every cell has several streams, and they share a cache with all that is simulated. */
const BLOCK = 256;
/** Thrown away at first: sfc32 mixes a poor seed within a dozen draws. */
const DISCARDED_BLOCKS = 8;

/** By leading zeros of a number's 32 bits: the factor that brings the number into [256, 512). */
const SCALE = Float64Array.from({ length: 33 }, (_, zeros) => 2 ** zeros / 2 ** 23);
/** For a number in [i, i + 1): the middle's reciprocal, and minus the logarithm of the middle / 512. */
const RECIPROCAL = Float64Array.from({ length: 512 }, (_, i) => 1 / (i + 0.5));
const MINUS_LOG = Float64Array.from({ length: 512 }, (_, i) => -Math.log((i + 0.5) / 512));

/** -ln((bits + 1/2) / 2^32) but for rounding, by a table and a series, in a quarter of the time of Math.log. */
function minusLogUniform(bits: number): number {
  const zeros = Math.clz32(bits);
  const scaled = (bits + 0.5) * SCALE[zeros];
  const interval = scaled | 0;
  const x = scaled * RECIPROCAL[interval] - 1;
  const log1p = x * (1 - x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5)))));
  return zeros * Math.LN2 + MINUS_LOG[interval] - log1p;
}

/** Where a stream has got to: the generator before the present block, and how much of that was drawn. */
export interface RandomState {
  kind: 'random stream';
  generator: Uint32Array;
  drawn: number;
}

export class RandomStream {
  readonly #block = new Uint32Array(BLOCK);
  #next = BLOCK;
  readonly #state = new Uint32Array(4);
  /** The state before the present block, of which it can be made again. */
  readonly #stateBefore = new Uint32Array(4);

  constructor(seed: number | string, name: string) {
    const alea = seedrandom.alea(`fleetday/${seed}/${name}`);
    for (let i = 0; i < 4; i++) this.#state[i] = alea.int32() >>> 0;
    for (let i = 0; i < DISCARDED_BLOCKS; i++) this.#refill();
    this.#next = BLOCK;
  }

  /** A whole number, uniform in [0, 2^32). */
  uint32(): number {
    if (this.#next === BLOCK) this.#refill();
    return this.#block[this.#next++];
  }

  /** The first `count` values of `target`: 32 random bits each, the same as so many calls of uint32() give. */
  fillBits(target: Int32Array, count: number): void {
    for (let filled = 0; filled < count;) {
      if (this.#next === BLOCK) this.#refill();
      const taken = Math.min(count - filled, BLOCK - this.#next);
      target.set(this.#block.subarray(this.#next, this.#next + taken), filled);
      this.#next += taken;
      filled += taken;
    }
  }

  /** Uniform in (0, 1), never 0 or 1, with a resolution of 2^-32. */
  uniform(): number {
    return (this.uint32() + 0.5) * 2.3283064365386963e-10;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return minusLogUniform(this.uint32());
  }

  /** A whole number, uniform in [0, bound), bound < 2^32; biased by less than bound / 2^32. */
  below(bound: number): number {
    return Math.floor(this.uint32() * 2.3283064365386963e-10 * bound);
  }

  save(): RandomState {
    return { kind: 'random stream', generator: this.#stateBefore.slice(), drawn: this.#next };
  }

  restore(state: RandomState): void {
    const { generator, drawn } = stateOf<RandomState>('random stream', state);
    this.#state.set(generator);
    this.#refill();
    this.#next = drawn;
  }

  #refill(): void {
    this.#stateBefore.set(this.#state);
    const { '0': s0, '1': s1, '2': s2, '3': s3 } = this.#state;
    let a = s0 | 0;
    let b = s1 | 0;
    let c = s2 | 0;
    let counter = s3 | 0;
    const block = this.#block;
    for (let i = 0; i < BLOCK; i++) {
      const sum = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + sum) | 0;
      block[i] = sum;
    }
    this.#state[0] = a;
    this.#state[1] = b;
    this.#state[2] = c;
    this.#state[3] = counter;
    this.#next = 0;
  }
}

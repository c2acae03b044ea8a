// Named random streams. seedrandom's Alea turns (seed, name) into the state of a small fast generator, sfc32
// (C. Doty-Humphrey, PractRand, 2010: 128 bits of state, passes PractRand to 32 TB). Draws are made in blocks with
// the state in locals, because a closure per draw costs ten times as much. A stream's numbers depend on its seed and
// name alone, never on who else draws.
import seedrandom from 'seedrandom';

const BLOCK = 2048;

export class RandomStream {
  readonly #block = new Uint32Array(BLOCK);
  #next = BLOCK;
  readonly #state = new Uint32Array(4);

  constructor(seed: number | string, name: string) {
    const alea = seedrandom.alea(`fleetday/${seed}/${name}`);
    for (let i = 0; i < 4; i++) this.#state[i] = alea.int32() >>> 0;
    // sfc32 mixes a poor seed within a dozen draws; one whole block is thrown away, which costs nothing.
    this.#refill();
    this.#next = BLOCK;
  }

  /** A whole number, uniform in [0, 2^32). */
  uint32(): number {
    if (this.#next === BLOCK) this.#refill();
    return this.#block[this.#next++];
  }

  /** Uniform in (0, 1), never 0 or 1, with a resolution of 2^-32. */
  uniform(): number {
    return (this.uint32() + 0.5) * 2.3283064365386963e-10;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** A whole number, uniform in [0, bound), bound < 2^32; biased by less than bound / 2^32. */
  below(bound: number): number {
    return Math.floor(this.uint32() * 2.3283064365386963e-10 * bound);
  }

  #refill(): void {
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

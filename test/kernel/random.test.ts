import { describe, expect, it } from 'vitest';
import { RandomStream, type RandomState } from '../../src/kernel/random.ts';

const DRAWS = 200_000;

describe('random streams', () => {
  it('give the same numbers for the same seed and name, whoever else draws', () => {
    const a = new RandomStream(7, 'routing');
    const other = new RandomStream(7, 'arrivals');
    const b = new RandomStream(7, 'routing');
    for (let i = 0; i < 10_000; i++) {
      other.uint32();
      expect(a.uint32()).toBe(b.uint32());
    }
  });

  it('differ between neighbouring seeds and between names', () => {
    const first = (seed: number, name: string) => new RandomStream(seed, name).uint32();
    const numbers = [1, 2, 3].flatMap((seed) =>
      ['a', 'b', 'cell/1', 'cell/2'].map((name) => first(seed, name)),
    );
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('are uniform: mean 1/2, variance 1/12, and no bit favoured', () => {
    const stream = new RandomStream(1, 'uniform');
    let sum = 0;
    let squares = 0;
    const ones = Array.from({ length: 32 }, () => 0);
    for (let i = 0; i < DRAWS; i++) {
      const word = stream.uint32();
      const value = word / 2 ** 32;
      sum += value;
      squares += value * value;
      for (let bit = 0; bit < 32; bit++) ones[bit] += (word >>> bit) & 1;
    }
    const mean = sum / DRAWS;
    // Five standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / DRAWS));
    expect(squares / DRAWS - mean * mean).toBeCloseTo(1 / 12, 2);
    for (const count of ones) expect(Math.abs(count - DRAWS / 2)).toBeLessThan(5 * Math.sqrt(DRAWS / 4));
  });

  it('are uncorrelated between neighbouring names', () => {
    const a = new RandomStream(1, 'cell/1/arrivals');
    const b = new RandomStream(1, 'cell/2/arrivals');
    let product = 0;
    for (let i = 0; i < DRAWS; i++) product += (a.uniform() - 0.5) * (b.uniform() - 0.5);
    expect(Math.abs(product / DRAWS)).toBeLessThan(5 * (1 / 12 / Math.sqrt(DRAWS)));
  });

  it('draw exponentials of mean and variance 1', () => {
    const stream = new RandomStream(3, 'exponential');
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < DRAWS; i++) {
      const value = stream.exponential();
      sum += value;
      squares += value * value;
    }
    expect(Math.abs(sum / DRAWS - 1)).toBeLessThan(5 / Math.sqrt(DRAWS));
    expect(squares / DRAWS).toBeCloseTo(2, 1);
  });

  it('draw whole numbers below a bound evenly', () => {
    const stream = new RandomStream(5, 'below');
    const counts = Array.from({ length: 7 }, () => 0);
    for (let i = 0; i < DRAWS; i++) counts[stream.below(7)]++;
    for (const count of counts) expect(Math.abs(count - DRAWS / 7)).toBeLessThan(5 * Math.sqrt(DRAWS / 7));
  });

  it('draw the same exponentials as the logarithm would', () => {
    const stream = new RandomStream(3, 'exponential');
    const twin = new RandomStream(3, 'exponential');
    let worst = 0;
    for (let i = 0; i < DRAWS; i++) {
      worst = Math.max(worst, Math.abs(stream.exponential() + Math.log(twin.uniform())));
    }
    expect(worst).toBeLessThan(1e-14);
  });

  it('give the same bits at once as one by one', () => {
    const stream = new RandomStream(9, 'bits');
    const twin = new RandomStream(9, 'bits');
    const bits = new Int32Array(5000);
    for (const count of [1, 2047, 1, 5000, 0, 3]) {
      stream.fillBits(bits, count);
      for (let i = 0; i < count; i++) expect(bits[i] >>> 0).toBe(twin.uint32());
    }
  });

  it('go on from a saved state as if nothing had happened, wherever in a block it was saved', () => {
    for (const drawn of [0, 1, 2047, 2048, 2049, 5000]) {
      const stream = new RandomStream(4, 'saved');
      for (let i = 0; i < drawn; i++) stream.uint32();
      const twin = new RandomStream(0, 'other');
      twin.restore(structuredClone(stream.save()));
      for (let i = 0; i < 3000; i++) expect(twin.uint32()).toBe(stream.uint32());
    }
  });

  it('leave a saved state as it is while they are drawn from', () => {
    const stream = new RandomStream(4, 'saved');
    stream.uint32();
    const state = stream.save();
    const copy = structuredClone(state);
    for (let i = 0; i < 5000; i++) stream.uint32();
    expect(state).toEqual(copy);
  });

  it('refuse the state of something else', () => {
    const other = { kind: 'Poisson source' } as unknown as RandomState;
    expect(() => new RandomStream(1, 'a').restore(other)).toThrow(
      'cannot restore a random stream from the state of Poisson source',
    );
  });
});

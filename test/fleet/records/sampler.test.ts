// Sampling by a hash: fair, the same for whoever asks, and the smaller part within the larger.
import { describe, expect, it } from 'vitest';
import { createSampler } from '../../../src/fleet/records/sampler.ts';

const REQUESTS = 100_000;

function taken(seed: number, cell: number, part: number): number[] {
  const sampler = createSampler(seed, cell, part);
  return Array.from({ length: REQUESTS }, (_, request) => request).filter(sampler);
}

describe('the sample of requests', () => {
  it.each([0.5, 0.1, 0.01])('is as large as it is asked to be: %d', (part) => {
    const deviation = Math.sqrt(REQUESTS * part * (1 - part));
    for (const seed of [1, 2]) {
      for (const cell of [0, 7]) {
        expect(Math.abs(taken(seed, cell, part).length - REQUESTS * part)).toBeLessThan(4 * deviation);
      }
    }
  });

  it('favours no request: neither by its place, nor by its number modulo anything small', () => {
    const requests = taken(3, 1, 0.1);
    for (const kinds of [2, 3, 7, 16, 50]) {
      for (const kindOf of [
        (request: number) => request % kinds,
        (request: number) => Math.floor((request * kinds) / REQUESTS),
      ]) {
        const counts = Array(kinds).fill(0) as number[];
        for (const request of requests) counts[kindOf(request)]++;
        const expected = requests.length / kinds;
        const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
        // Mean kinds - 1, variance twice that: five deviations.
        expect(chiSquared).toBeLessThan(kinds - 1 + 5 * Math.sqrt(2 * (kinds - 1)));
      }
    }
  });

  it('is part of every larger one', () => {
    const larger = new Set(taken(1, 2, 0.1));
    const smaller = taken(1, 2, 0.03);
    expect(smaller.every((request) => larger.has(request))).toBe(true);
    expect(createSampler(1, 2, 1)(-5)).toBe(true);
  });

  it('is another one for another seed or cell: a tenth of a tenth is common', () => {
    const one = new Set(taken(1, 2, 0.1));
    for (const other of [taken(2, 2, 0.1), taken(1, 3, 0.1)]) {
      const common = other.filter((request) => one.has(request)).length;
      expect(Math.abs(common - REQUESTS / 100)).toBeLessThan(4 * Math.sqrt(REQUESTS / 100));
    }
  });

  it('goes on fairly where numbers wrap around', () => {
    const sampler = createSampler(1, 0, 0.25);
    let count = 0;
    for (let i = -50_000; i < 50_000; i++) if (sampler((2 ** 31 + i) | 0)) count++;
    expect(Math.abs(count - 25_000)).toBeLessThan(4 * Math.sqrt(100_000 * 0.25 * 0.75));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeastCounts } from '../../src/kernel/least-counts.ts';

describe('the least of some counts', () => {
  it('is the one that a search would find, the lowest index among equals', () => {
    // Sizes about a word of bits, and about a word of the summary.
    const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1000, max: 1100 }));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(6)), { maxLength: 60 });
    const upTo3 = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(size, fc.nat(5), upTo3, upTo3, changes, (count, first, stride, every, all) => {
        const counts = new Int32Array(first + count * stride + 3);
        const least = new LeastCounts(counts, first, count, stride);
        const indexes = Array.from({ length: count }, (_, i) => first + i * stride);
        const among = indexes.filter((_, i) => i % every === 0);
        for (const index of among) least.add(index);
        for (const [anyIndex, value] of all) {
          const index = indexes[anyIndex % count];
          counts[index] = value;
          least.changed(index);
          const fewest = Math.min(...among.map((i) => counts[i]));
          expect(least.index()).toBe(among.find((i) => counts[i] === fewest));
        }
      }),
    );
  });
});

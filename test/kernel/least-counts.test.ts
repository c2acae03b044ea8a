import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeastCounts } from '../../src/kernel/least-counts.ts';

describe('the least of many counts', () => {
  it('is the one that a search would find, the lowest index among equals', () => {
    // Sizes about a word of bits, and about a word of the summary.
    const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1000, max: 1100 }));
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(6)), { maxLength: 60 });
    fc.assert(
      fc.property(size, fc.nat(5), changes, (count, first, all) => {
        const counts = new Int32Array(first + count + 3);
        const least = new LeastCounts(counts, first, count);
        for (const [anyIndex, value] of all) {
          const index = first + (anyIndex % count);
          counts[index] = value;
          least.changed(index);
          const own = counts.subarray(first, first + count);
          expect(least.index()).toBe(first + own.indexOf(Math.min(...own)));
        }
      }),
    );
  });
});

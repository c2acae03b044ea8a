import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tournament } from '../../src/kernel/tournament.ts';

describe('tournament tree', () => {
  it('always knows the least value and its lowest index', () => {
    const change = fc.tuple(fc.nat(99), fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Infinity)));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(change, { maxLength: 200 }),
        (count, changes) => {
          const tree = new Tournament(count);
          const values = Array.from({ length: count }, () => Infinity);
          for (const [at, value] of changes) {
            const index = at % count;
            values[index] = value;
            tree.set(index, value);
            expect(tree.leastValue()).toBe(Math.min(...values));
            expect(tree.least()).toBe(values.indexOf(Math.min(...values)));
          }
        },
      ),
    );
  });
});

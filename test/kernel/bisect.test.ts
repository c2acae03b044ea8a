import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstAbove } from '../../src/kernel/bisect.ts';

const itself = (value: number) => value;

it('finds what a search from the start finds, wherever it is', () => {
  const small = fc.integer({ min: 0, max: 20 });
  fc.assert(
    fc.property(fc.array(small, { maxLength: 30 }), small, (values, x) => {
      const list = values.toSorted((a, b) => a - b);
      const found = list.findIndex((value) => value > x);
      expect(firstAbove(list, x, itself)).toBe(found < 0 ? list.length : found);
    }),
  );
});

it('finds nothing above what is no number', () => {
  expect(firstAbove([1, 2, 3], NaN, itself)).toBe(3);
});

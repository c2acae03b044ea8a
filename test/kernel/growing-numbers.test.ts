import { expect, it } from 'vitest';
import { GrowingNumbers } from '../../src/kernel/growing-numbers.ts';

it('growing numbers are those that were pushed and added to, on either side of their blocks’ borders', () => {
  for (const length of [0, 1, 4095, 4096, 4097, 10_000]) {
    const numbers = new GrowingNumbers();
    const expected = Float64Array.from({ length }, (_, i) => i / 3);
    for (const number of expected) numbers.push(number);
    for (let i = 4090; i < Math.min(length, 4100); i++) {
      numbers.add(i, 7);
      expected[i] += 7;
    }
    expect(numbers.length).toBe(length);
    expect(numbers.toArray()).toEqual(expected);
    expect(Float64Array.from({ length }, (_, i) => numbers.at(i))).toEqual(expected);
  }
});

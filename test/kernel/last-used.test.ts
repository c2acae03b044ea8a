import { expect, it } from 'vitest';
import { LastUsed } from '../../src/kernel/last-used.ts';

it('keeps as many as it may, and lets go of the one that was not set for the longest time', () => {
  const map = new LastUsed<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
});

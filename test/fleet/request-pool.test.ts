import { expect, test } from 'vitest';
import { Entry, Size } from '../../src/fleet/requests/request-entry.ts';
import { RequestPool } from '../../src/fleet/requests/request-pool.ts';

test('entries of a cell lie in stretches of its own, however its requests alternate with those of others', () => {
  const pool = new RequestPool();
  const taken = new Map([
    [0, [] as number[]],
    [7, [] as number[]],
  ]);
  for (let i = 0; i < 1000; i++) {
    const cell = i % 2 === 0 ? 0 : 7;
    pool.enter(cell);
    taken.get(cell)!.push(pool.allocate());
  }
  const [a, b] = [...taken.values()];
  expect(new Set([...a, ...b]).size).toBe(1000);
  // Stretches of 64, 64, 128 and 256 entries, so that few neighbours belong to different cells.
  const jumps = a
    .toSorted((x, y) => x - y)
    .filter((entry, i, sorted) => i > 0 && entry !== sorted[i - 1] + 1);
  expect(jumps.length).toBeLessThanOrEqual(3);
});

test('the entry given back last is given out first, to the same cell', () => {
  const pool = new RequestPool();
  pool.enter(1);
  const first = pool.allocate();
  const second = pool.allocate();
  pool.release(second);
  pool.release(first);
  pool.enter(2);
  expect([first, second]).not.toContain(pool.allocate());
  pool.enter(1);
  expect([pool.allocate(), pool.allocate()]).toEqual([first, second]);
});

test('what was written stays when the pool grows', () => {
  const pool = new RequestPool();
  pool.enter(0);
  const entries = Array.from({ length: 5000 }, (_, i) => {
    const entry = pool.allocate();
    pool.words[entry * Size.ENTRY_WORDS + Entry.PROMPT] = i;
    pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.ARRIVAL] = i / 2;
    return entry;
  });
  expect(entries.every((entry, i) => pool.words[entry * Size.ENTRY_WORDS + Entry.PROMPT] === i)).toBe(true);
  expect(entries.every((entry, i) => pool.doubles[entry * Size.ENTRY_DOUBLES] === i / 2)).toBe(true);
});

test('a cell is large, for good, once it has had more requests than a second-level cache holds', () => {
  const pool = new RequestPool();
  pool.enter(0);
  const entries = Array.from({ length: 16_384 }, () => pool.allocate());
  expect(pool.isLarge).toBe(false);
  entries.push(pool.allocate());
  for (const entry of entries) pool.release(entry);
  expect(pool.isLarge).toBe(true);
  pool.enter(1);
  expect(pool.isLarge).toBe(false);
});

import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheSize, openCache, pruneCache } from '../../../src/experiment/sweep/cache.ts';
import { makeFolder } from '../../../src/report/files.ts';
import { newFolder } from '../../scenario/scenario-text.ts';

const NOW = Date.UTC(2024, 0, 1);
const keyOf = (letter: string) => letter.repeat(64);
const open = (dir: string) => openCache({ dir, makeFolder, nowMs: () => NOW });
const entry = (dir: string, letter: string) => path.join(dir, letter + letter, `${keyOf(letter)}.json`);
const good = (letter: string, value: number) => ({
  key: keyOf(letter),
  ok: true as const,
  summary: { value },
});

describe('the cache of points', () => {
  it('gives back what was put in, to whoever opens it', () => {
    const dir = path.join(newFolder(), 'a', 'b');
    const summary = { name: 'x', value: 0.1 + 0.2, flag: true, none: null };
    open(dir).put({ key: keyOf('a'), ok: true, summary });
    expect(JSON.stringify(open(dir).get(keyOf('a')))).toBe(JSON.stringify(summary));
    expect(open(dir).get(keyOf('b'))).toBeUndefined();
    expect(readdirSync(path.join(dir, 'aa'))).toEqual([`${keyOf('a')}.json`]);
  });

  it('keeps no errors', () => {
    const dir = newFolder();
    open(dir).put({ key: keyOf('a'), ok: false, error: { kind: 'lost', message: 'x' } });
    expect(cacheSize(dir)).toEqual({ entries: 0, bytes: 0 });
  });

  it('has nothing where an entry was cut off, changed, swapped or is no file', () => {
    const dir = newFolder();
    const cache = open(dir);
    for (const letter of ['a', 'b', 'c']) cache.put(good(letter, 1));
    const text = readFileSync(entry(dir, 'a'), 'utf8');
    for (const broken of [text.slice(0, -5), text.replace('1}', '2}'), '', '{}\n{}\n', '\0'.repeat(200)]) {
      writeFileSync(entry(dir, 'a'), broken);
      expect(cache.get(keyOf('a'))).toBeUndefined();
    }
    writeFileSync(entry(dir, 'b'), readFileSync(entry(dir, 'c')));
    expect(cache.get(keyOf('b'))).toBeUndefined();
    mkdirSync(entry(dir, 'd'), { recursive: true });
    expect(cache.get(keyOf('d'))).toBeUndefined();
    // And is mended by the next result.
    cache.put(good('a', 3));
    expect(cache.get(keyOf('a'))).toEqual({ value: 3 });
  });

  it('stops nothing where it cannot be written, and says so once', () => {
    const file = path.join(newFolder(), 'in-the-way');
    writeFileSync(file, '');
    const cache = open(file);
    cache.put(good('a', 1));
    cache.put(good('b', 1));
    expect(cache.problem).toMatch(/in-the-way: results cannot be kept/);
    expect(cache.get(keyOf('a'))).toBeUndefined();
  });

  it('is pruned of what was unused for longest, and of nothing that is not its own', () => {
    const dir = newFolder();
    const cache = open(dir);
    for (const [i, letter] of ['a', 'b', 'c', 'd'].entries()) {
      cache.put(good(letter, 1));
      utimesSync(entry(dir, letter), i, i);
    }
    // The oldest is used again.
    expect(cache.get(keyOf('a'))).toEqual({ value: 1 });
    writeFileSync(path.join(dir, 'aa', 'notes.txt'), 'mine');
    const { entries, bytes } = cacheSize(dir);
    expect(entries).toBe(4);
    const abandoned = `${entry(dir, 'a')}.1-x.part`;
    writeFileSync(abandoned, 'half');
    utimesSync(abandoned, NOW / 1000 - 7200, NOW / 1000 - 7200);
    const { removed, left } = pruneCache(dir, bytes / 2, NOW);
    expect([removed.entries, left.entries]).toEqual([3, 2]);
    expect(['a', 'b', 'c', 'd'].map((letter) => cache.get(keyOf(letter)) !== undefined)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(readdirSync(path.join(dir, 'aa'))).toEqual([`${keyOf('a')}.json`, 'notes.txt']);
  });
});

// By what a program is told from another: by whatever its threads load, and by nothing that cannot change a result.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashedFiles, hashOf } from '../../src/experiment/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

/** All that `file` of dist/ imports, at once or later, directly or not. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(path.join('dist', file), 'utf8');
  for (const [, target] of text.matchAll(/(?:from|import|import\()\s*'(\.[^']*)'/g))
    loadedBy(path.posix.join(path.posix.dirname(file), target), seen);
  return seen;
}

describe('the build of a program', () => {
  it('is told by every file that a thread of a sweep may load', () => {
    const hashed = new Set(hashedFiles('dist'));
    const loaded = [...loadedBy('cli/sweep-thread.js'), ...loadedBy('run/threads/worker.js')];
    expect(loaded).toContain('fleet/engine.js');
    // The version is in a point's key by itself.
    expect(loaded.filter((file) => !hashed.has(file))).toEqual(['cli/version.js']);
  });

  it('is another when one byte or one name of a file is, and the same for all that is not run', () => {
    const put = (name: string, text: string) => {
      mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    };
    put('cli/sweep-thread.js', 'a');
    put('fleet/deep/engine.js', 'x'.repeat(600_000));
    const first = hashOf(folder);
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    put('fleet/deep/engine.d.ts', 'type');
    put('ui/screen.js', 'b');
    put('cli/main.js', 'c');
    expect(hashOf(folder)).toBe(first);
    put('fleet/deep/engine.js', `${'x'.repeat(599_999)}y`);
    const changed = hashOf(folder);
    put('fleet/other.js', '');
    const hashes = [first, changed, hashOf(folder)];
    expect(new Set(hashes).size).toBe(3);
  });
});

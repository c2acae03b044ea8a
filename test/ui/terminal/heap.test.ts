import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the heap stays flat over hundreds of frames of all views', () => {
  const out = execFileSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', 'test/ui/terminal/heap.ts', '600'],
    {
      encoding: 'utf8',
    },
  );
  const [early, , late] = JSON.parse(out) as number[];
  // What grows is the history, up to its bound: a window each, two kilobytes.
  expect(late - early).toBeLessThan(4);
});

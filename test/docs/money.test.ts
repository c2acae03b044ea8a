// docs/money.md: its commands work, one after the other, and print what the page shows.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const page = readFileSync('docs/money.md', 'utf8');
const [commands] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text.trim().split('\n'));
const shown = [...page.matchAll(/```text\n([\s\S]*?)```/g)].map(([, text]) => text);
const main = path.resolve('dist/cli/main.js');
const scenarios = path.resolve('scenarios');
const cwd = temporaryFolder();

it('docs/money.md shows commands that work, and what they print', () => {
  const printed = commands.map((command) => {
    const local = command.replace('npx fleetday', `node ${main}`).replace('scenarios/', `${scenarios}/`);
    return execFileSync('sh', ['-c', `${local} 2>&1`], { cwd, encoding: 'utf8' });
  });
  expect(commands).toHaveLength(6);
  expect(shown).toHaveLength(2);
  for (const text of shown) expect(printed.some((output) => output.includes(text.trimEnd()))).toBe(true);
});

it('docs/money.md links to files that exist', () => {
  for (const [, target] of page.matchAll(/\]\(([^)#]+)\)/g)) {
    expect(() => readFileSync(path.join('docs', target))).not.toThrow();
  }
});

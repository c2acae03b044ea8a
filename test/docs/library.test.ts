// Every example of docs/library.md runs as it stands, against the built package by its own name.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/library.md', 'utf8');
const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]);

/** In the repository's root, where the package finds itself. */
function outputOf(example: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', example], { encoding: 'utf8' });
}

const EXPECTED: [string, RegExp][] = [
  ['a day', /^\d+ \d+(\.\d+)? \d+\n$/],
  [
    'a scenario loaded',
    /^[0-9a-f]{8} gpt3-175b\n.*duration.*must be at least 1.*\n.*replicas.*must be at least 1.*\n/s,
  ],
  ['a day that is aborted', /^AbortError\n$/],
  ['policies compared', /^static [\d.]+ [\d.]+\nthreshold [\d.]+ [\d.]+\n(static|threshold)\n$/],
  [
    'a sweep',
    /4 of 4\nfleetday run scenarios\/small-chat\.yaml --set .* --seed 1\n\{ 'fleet\.pools\[0\]\.replicas': 8 \} /,
  ],
  ['an estimate', /^(\w+ [\d.e+]+\n)+$/],
];

describe('docs/library.md', () => {
  it('has the examples that are expected', () => expect(examples).toHaveLength(EXPECTED.length));

  for (const [i, [what, output]] of EXPECTED.entries())
    it(`runs: ${what}`, () => expect(outputOf(examples[i])).toMatch(output));
});

// docs/sweep.md: its commands run (shortened), and the experiment that it shows is the one that ships.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const page = readFileSync('docs/sweep.md', 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp('```' + language + '\\n([\\s\\S]*?)```', 'g'))].map((match) => match[1]);
const folder = temporaryFolder();
const commands = blocks('sh').map((block) => block.trim());

describe('docs/sweep.md', () => {
  it('shows the experiment that ships', () =>
    expect(blocks('yaml')).toEqual([readFileSync('docs/examples/experiment.yaml', 'utf8')]));

  it('has commands', () => expect(commands).toHaveLength(2));

  for (const [i, command] of commands.entries()) {
    it(`tells the truth about: ${command}`, () => {
      const local = command.replace('npx fleetday', `node ${path.resolve('dist/cli/main.js')}`);
      const out = `--out ${path.join(folder, String(i))} --no-cache --seeds 1 --set duration=1m`;
      expect(execFileSync('sh', ['-c', `${local} ${out}`], { encoding: 'utf8' })).toMatch(
        /variants, \d+ runs/,
      );
    });
  }
});

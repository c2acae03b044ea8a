// What the README tells people to type works: every `npx fleetday` line is executed, long runs shortened, and the sample
// scenario is valid.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const readme = readFileSync('README.md', 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp('```' + language + '\\n([\\s\\S]*?)```', 'g'))].map((match) => match[1]);
const folder = temporaryFolder();

const commands = blocks('sh')
  .join('\n')
  .split('\n')
  .map((line) => line.replace(/#.*$/, '').trim())
  .filter((line) => line.startsWith('npx fleetday '));

describe('README', () => {
  it('shows commands', () => expect(commands.length).toBeGreaterThan(5));

  for (const [i, command] of commands.entries()) {
    it(`tells the truth about: ${command}`, () => {
      const local = command
        .replace('npx fleetday', `node ${path.resolve('dist/cli/main.js')}`)
        .replaceAll(' out/', ` ${folder}/`)
        .replace(/> \S+/, '');
      const isLong = / run | --regions /.test(command);
      const isNamed = command.includes('--out ') || !/ run | sweep /.test(command);
      const shortened = isLong ? `${local} --set duration=2m` : local;
      const output = execFileSync(
        'sh',
        ['-c', isNamed ? shortened : `${shortened} --out ${path.join(folder, String(i))}`],
        { encoding: 'utf8' },
      );
      expect(output.length).toBeGreaterThan(20);
    });
  }

  it('shows a scenario that is valid', () => {
    const [yaml] = blocks('yaml');
    const file = path.join(folder, 'sample.yaml');
    writeFileSync(file, yaml);
    expect(loadScenario(file, []).scenario.pools[0].replicas).toBe(40);
  });

  it('links to files that exist', () => {
    for (const [, target] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
      if (!target.startsWith('http')) expect(() => readFileSync(target)).not.toThrow();
    }
  });
});

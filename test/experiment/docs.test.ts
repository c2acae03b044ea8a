// docs/compare.md: its command works, and its table has every key.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COLUMNS } from '../../src/report/comparison/fields.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const page = readFileSync('docs/compare.md', 'utf8');
const folder = temporaryFolder();

describe('docs/compare.md', () => {
  it('shows a command that works', () => {
    const [, command] = /```sh\n([\s\S]*?)```/.exec(page)!;
    const short = command
      .trim()
      .replace('npx fleetday', `node ${path.resolve('dist/cli/main.js')}`)
      .replace('duration=5h', 'duration=10m');
    const output = execFileSync('sh', ['-c', `${short} --out ${folder}/results 2>${folder}/progress`], {
      encoding: 'utf8',
    });
    for (const label of ['hpa', 'calm', 'threshold', 'predictive', 'oracle'])
      expect(output).toMatch(new RegExp(`^${label} +\\$`, 'm'));
  });

  it('explains every column', () => {
    for (const { key, unit, meaning } of COLUMNS.slice(3)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\` `));
      expect(row?.split('|').map((cell) => cell.trim())).toEqual(['', `\`${key}\``, unit, meaning, '']);
    }
  });
});

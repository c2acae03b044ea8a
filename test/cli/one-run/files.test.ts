// export, runs and diff as their users type them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fleetday, QUICK } from '../cli.ts';

const folder = temporaryFolder();
const cwd = { cwd: folder };

beforeAll(() => {
  writeFileSync(path.join(folder, 'quick.yaml'), QUICK);
  fleetday(['run', 'quick.yaml', '--out', 'out/a', '--quiet'], cwd);
  fleetday(['run', 'quick.yaml', '--out', 'out/b', '--seed', '2', '--quiet'], cwd);
});

describe('fleetday export', () => {
  it('writes Parquet of windows and hours beside the results, again if it is asked again', () => {
    for (let times = 0; times < 2; times++) {
      const { code, stdout } = fleetday(['export', 'out/a', '--format', 'parquet'], cwd);
      expect([code, stdout]).toEqual([0, 'out/a/windows.parquet\nout/a/hourly.parquet\n']);
    }
    expect(readFileSync(path.join(folder, 'out/a/windows.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect(readdirSync(path.join(folder, 'out/a')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('prints one table as text', () => {
    const { stdout } = fleetday(['export', 'out/a', '--format', 'csv', '--table', 'windows'], cwd);
    expect(stdout).toBe(readFileSync(path.join(folder, 'out/a/windows.csv'), 'utf8'));
  });

  it('writes every table to a folder, and replaces nothing unasked', () => {
    const args = ['export', 'out/a', '--format', 'jsonl', '--out', 'tables'];
    expect(fleetday(args, cwd).stdout).toBe(
      'tables/windows.jsonl\ntables/hourly.jsonl\ntables/ledger.jsonl\ntables/summary.jsonl\n',
    );
    expect(fleetday(args, cwd)).toMatchObject({
      code: 2,
      stderr: 'tables/windows.jsonl exists already; give --force to replace it, or another --out\n',
    });
    expect(fleetday([...args, '--force'], cwd).code).toBe(0);
  });

  it('writes one table to a file of any name', () => {
    fleetday(['export', 'out/a', '--format', 'csv', '--table', 'summary', '--out', 'new/one.csv'], cwd);
    expect(readFileSync(path.join(folder, 'new/one.csv'), 'utf8').split('\r\n')).toHaveLength(3);
  });

  it('says what is wrong, and leaves nothing behind', () => {
    const problem = (...args: string[]) => {
      const { code, stdout, stderr } = fleetday(['export', ...args], cwd);
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(problem('out/a', '--format', 'xml')).toBe(
      '--format: must be one of parquet, csv, jsonl, got "xml"\n',
    );
    expect(problem('out/a', '--format', 'csv', '--table', 'requests')).toContain(
      'it was run without --requests',
    );
    mkdirSync(path.join(folder, 'damaged'));
    writeFileSync(path.join(folder, 'damaged/summary.json'), '{');
    writeFileSync(path.join(folder, 'damaged/windows.csv'), 'start_seconds,arrived\r\n0,x\r\n');
    expect(problem('damaged', '--format', 'csv', '--table', 'windows', '--out', 'w.csv')).toContain(
      'windows.csv:2:',
    );
    expect(existsSync(path.join(folder, 'w.csv'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('fleetday runs', () => {
  it('lists out/ where it is not told otherwise', () => {
    const { code, stdout } = fleetday(['runs'], cwd);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 runs in out, the newest first\n/);
    const listed = JSON.parse(fleetday(['runs', 'out', '--json'], cwd).stdout) as { seed: number }[];
    expect(listed.map(({ seed }) => seed)).toEqual([2, 1]);
  });

  it('says plainly that there are none', () => {
    expect(fleetday(['runs', 'nowhere'], cwd)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('fleetday diff', () => {
  it('explains a difference that is chance, as text and as JSON', () => {
    const { code, stdout } = fleetday(['diff', 'out/a', 'out/b'], cwd);
    expect(code).toBe(0);
    expect(stdout).toContain('Same scenario, other seed: what differs is chance.');
    const json = JSON.parse(fleetday(['diff', 'out/a', 'out/b', '--json'], cwd).stdout) as object;
    expect(json).toMatchObject({ a: { dir: 'out/a' }, scenario: [{ path: 'seed', a: 1, b: 2 }] });
  });

  it('needs two runs', () => {
    expect(fleetday(['diff', 'out/a', 'nowhere'], cwd)).toMatchObject({ code: 2, stdout: '' });
    expect(fleetday(['diff', 'out/a'], cwd).code).toBe(2);
  });
});

// `fleetday report` and `run --report` as users run them.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, QUICK, RESULTS } from '../cli.ts';

describe('reports', () => {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  const scenario = at('quick.yaml');
  writeFileSync(scenario, QUICK);

  it('of a run and of its folder later are the same to the byte, wherever the folder went', () => {
    expect(fleetday(['run', scenario, '--quiet', '--report', '--out', at('a')])).toMatchObject({ code: 0 });
    expect(Object.keys(contents(at('a')))).toEqual([...RESULTS, 'report.html'].toSorted());
    const first = readFileSync(at('a/report.html'), 'utf8');
    renameSync(at('a'), at('moved'));
    const { code, stdout } = fleetday(['report', at('moved')]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${at('moved/report.html')} (${Math.ceil(Buffer.byteLength(first) / 1000)} kB)\n`,
    });
    expect(readFileSync(at('moved/report.html'), 'utf8')).toBe(first);
  });

  it('are not left behind by a later run without one', () => {
    expect(fleetday(['run', scenario, '--quiet', '--force', '--out', at('moved')])).toMatchObject({
      code: 0,
    });
    expect(existsSync(at('moved/report.html'))).toBe(false);
  });

  it('of several runs are a comparison beside the first', () => {
    fleetday(['run', scenario, '--quiet', '--seed', '2', '--out', at('b')]);
    expect(fleetday(['report', at('moved'), at('b')])).toMatchObject({ code: 0 });
    expect(readFileSync(at('comparison.html'), 'utf8')).toContain('2 runs compared');
  });

  it('find what a replica holds where they are asked to', () => {
    const overrides = ['--set', 'slo={ttft: 2s, tpot: 200ms}', '--set', 'workload.outputTokens=10'];
    fleetday(['run', scenario, '--quiet', ...overrides, '--out', at('c')]);
    expect(fleetday(['report', at('c'), '--capacity'])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(at('c/report.html'), 'utf8')).toContain('Arrivals against capacity');
  });

  it('say what is wrong with a folder, a file or a place, and leave no half page', () => {
    const refused = (args: string[]) => {
      const { code, stderr } = fleetday(['report', ...args]);
      expect(code).toBe(2);
      expect(stderr).not.toContain('    at ');
      return stderr;
    };
    expect(refused([folder])).toContain('holds no results of a run (no summary.json)');
    expect(refused([at('no such')])).toContain('holds no results of a run');
    expect(refused([])).toContain("missing required argument 'dirs'");
    expect(refused([at('b'), '--out', at('none/x.html')])).toContain('cannot write the report to');
    expect(refused([at('b'), '--out', '--capacity'])).toContain('--out: is not the name of a file');
    const whole = readFileSync(at('b/windows.csv'), 'utf8');
    writeFileSync(at('b/windows.csv'), whole.slice(0, -20));
    expect(refused([at('b')])).toMatch(/b\/windows\.csv: row 3 has \d+ of \d+ fields; the file is truncated/);
    writeFileSync(at('b/windows.csv'), '\0\0\0');
    expect(refused([at('b')])).toContain('is not a text file');
    expect(existsSync(at('b/report.html'))).toBe(false);
  });
});

// `run --json`: the summary alone on the standard output, whatever else is said elsewhere; and `--speed`, `--metrics-port`,
// which change nothing that is written.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, QUICK, startFleetday } from '../cli.ts';

const folder = temporaryFolder();
const scenario = path.join(folder, 'quick.yaml');
const out = (name: string) => path.join(folder, name);
let plain: Record<string, string>;

beforeAll(() => {
  writeFileSync(scenario, QUICK);
  fleetday(['run', scenario, '--out', out('plain'), '--quiet']);
  plain = contents(out('plain'));
});

describe('fleetday run --json', () => {
  it('prints summary.json, and the rest to standard error', () => {
    const { code, stdout, stderr } = fleetday(['run', scenario, '--out', out('json'), '--json', '--plain']);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(path.join(out('json'), 'summary.json'), 'utf8'));
    expect(stderr).toMatch(/finished in .*\nFiles in .*\n/s);
    expect(contents(out('json'))).toEqual(plain);
  });

  it('prints nothing else with --quiet', () => {
    const { stdout, stderr } = fleetday(['run', scenario, '--out', out('quiet'), '--json', '--quiet']);
    expect([stdout, stderr]).toEqual([plain['summary.json'], '']);
  });

  it('prints what there is of a run that is stopped', async () => {
    const args = ['run', scenario, '--out', out('stopped'), '--json', '--plain', '--speed', '3'];
    const { child, outcome } = startFleetday([...args, '--set', 'output.window=1s']);
    await new Promise((resolve) => child.stderr!.once('data', resolve));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ partial: true });
    expect(stderr).toContain('Go on with: fleetday resume');
  });
});

describe('a paced run with a metrics port', () => {
  it('writes the same bytes, and says where the port is', async () => {
    const args = [
      'run',
      scenario,
      '--out',
      out('paced'),
      '--plain',
      '--speed',
      '1m/s',
      '--metrics-port',
      '0',
    ];
    const { outcome, firstLine, child } = startFleetday(args);
    let url = '';
    child.stdout!.once('data', (text: string) => (url = /http:\S+/.exec(text)?.[0] ?? ''));
    await firstLine;
    const answer = await (await fetch(url)).text();
    expect(answer).toContain('vllm:num_requests_running{model_name="llama2-7b",pool="pool-1"} ');
    expect((await outcome).code).toBe(0);
    expect(contents(out('paced'))).toEqual(plain);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('has a port that somebody knows', () => {
    const { code, stderr } = fleetday([
      'run',
      scenario,
      '--out',
      out('none'),
      '--quiet',
      '--metrics-port',
      '0',
    ]);
    expect([code, stderr]).toEqual([
      2,
      '--metrics-port 0: with --quiet nobody learns which port it is; name one\n',
    ]);
  });
});

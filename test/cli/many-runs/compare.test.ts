// `fleetday compare` as its users run it: a short day under several policies, interruption, and what it refuses.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, RESULTS, startFleetday } from '../cli.ts';

const folder = temporaryFolder();

const SCENARIO = `
name: short-day
duration: 20m
workload: { arrivals: { kind: constant, requestsPerSecond: 6 }, promptTokens: 100, outputTokens: 50 }
fleet:
  pools:
    - performance: { kind: fixed, secondsPerRequest: 0.2, secondsPerOutputToken: 0.002 }
      batching: { policy: none }
      replicas: 12
      autoscaling: { policy: threshold, min: 1, initial: 2, coldStart: warm }
slo: { ttft: 5s, tpot: null }
`;

const scenario = path.join(folder, 'short-day.yaml');
writeFileSync(scenario, SCENARIO);
const out = (name: string) => path.join(folder, name);
const compare = (...args: string[]) => fleetday(['compare', scenario, ...args], { cwd: folder });

interface Result {
  partial: boolean;
  best: string;
  part: number;
  policies: { label: string; is_bound: boolean; cost_per_oracle: number; runs: Record<string, number>[] }[];
}

describe('fleetday compare', () => {
  it('runs every policy with every seed on the same arrivals, and leaves a folder of each', () => {
    const { code, stdout } = compare(
      '--policies',
      'threshold,static,oracle',
      '--seeds',
      '2',
      '--svg',
      '--ownership',
      'both',
      '--out',
      out('a'),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Cost and service');
    expect(stdout).toContain('Differences to threshold');
    expect(stdout).toContain('The same fleet owned, and rented');
    expect(stdout).toMatch(/One replica of pool-1 holds [\d.]+ requests\/s within the SLO for 99/);
    const { policies, partial } = JSON.parse(
      readFileSync(path.join(out('a'), 'compare.json'), 'utf8'),
    ) as Result;
    expect(partial).toBe(false);
    expect(policies.map(({ label, is_bound }) => [label, is_bound])).toEqual([
      ['threshold', false],
      ['static', false],
      ['oracle', true],
    ]);
    expect(policies[2].cost_per_oracle).toBe(1);
    for (const seed of [0, 1]) {
      const arrived = policies.map(({ runs }) => runs[seed].arrived);
      expect(new Set(arrived).size).toBe(1);
      expect(arrived[0]).toBeGreaterThan(6500);
    }
    for (const run of ['threshold-1', 'static-2', 'oracle-1'])
      expect(Object.keys(contents(path.join(out('a'), run)))).toEqual(expect.arrayContaining(RESULTS));
    const csv = readFileSync(path.join(out('a'), 'compare.csv'), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(csv).toHaveLength(1 + 6);
    expect(readFileSync(path.join(out('a'), 'compare.md'), 'utf8')).toContain(
      '# Policies compared: short-day',
    );
    for (const name of ['compare-replicas.svg', 'compare-pareto.svg'])
      expect(readFileSync(path.join(out('a'), name), 'utf8')).toMatch(/^<svg [\s\S]*oracle[\s\S]*<\/svg>\n$/);
  });

  it('gives the same bytes whatever the threads', () => {
    const args = ['--policies', 'threshold,oracle', '--json'];
    const one = compare(...args, '--out', out('b1'));
    const two = compare(...args, '--threads', '2', '--out', out('b2'));
    expect(two.stdout).toBe(one.stdout);
  });

  it('compares on a part of the fleet if told so, and confirms the best on the whole', () => {
    const { code, stdout } = compare('--policies', 'static,oracle', '--sample', '2', '--out', out('c'));
    expect(code).toBe(0);
    expect(stdout).toContain('Compared on one part in 2: up to 6 of 12 replicas');
    expect(stdout).toContain('static on the whole fleet');
    expect(existsSync(path.join(out('c'), 'static-1-whole', 'summary.json'))).toBe(true);
    expect(
      compare('--policies', 'static', '--sample', '2', '--no-confirm', '--out', out('d')).stdout,
    ).not.toContain('on the whole fleet');
  });

  it('keeps what is done when it is interrupted', async () => {
    const long = ['--set', 'duration=60h', '--set', 'output.window=10m', '--threads', '1'];
    // The policy that has nothing to decide is done first.
    const args = ['compare', scenario, '--policies', 'static,threshold,kpa', ...long, '--out', out('e')];
    const { child, outcome } = startFleetday(args, { cwd: folder });
    child.stderr!.on('data', (text: Buffer) => {
      if (text.toString().includes('1 of 3')) child.kill('SIGINT');
    });
    const { code, stdout } = await outcome;
    expect(code).toBe(130);
    expect(stdout).toContain('PARTIAL: interrupted');
    const { policies, partial } = JSON.parse(
      readFileSync(path.join(out('e'), 'compare.json'), 'utf8'),
    ) as Result;
    expect(partial).toBe(true);
    expect(policies.map(({ label }) => label)).toEqual(['static']);
  });

  it('replaces an earlier comparison only with --force', () => {
    const args = ['--policies', 'static', '--out', out('f')];
    expect(compare(...args).code).toBe(0);
    const again = compare(...args);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/holds a comparison already; give --force/);
    expect(compare(...args, '--force').code).toBe(0);
  });

  it('refuses what it cannot compare, in a sentence', () => {
    const refused = (...args: string[]) => {
      const { code, stderr } = compare(...args, '--out', out('none'));
      expect(code).toBe(2);
      expect(stderr).not.toMatch(/ {4}at /);
      return stderr;
    };
    expect(refused()).toMatch(/names no policy; write name/);
    expect(refused('--policies', 'nonsense')).toMatch(/there is no policy "nonsense"/);
    expect(refused('--policies', 'static:{replicas: -1}')).toMatch(
      /static:\{replicas: -1\} .*replicas: must be at least/,
    );
    expect(refused('--policies', 'static', '--seeds', '0')).toMatch(/--seeds: must be a whole number from 1/);
    expect(refused('--policies', 'static', '--sample', 'half')).toMatch(/--sample: must be a whole number/);
    expect(refused('--policies', 'static', '--ownership', 'mine')).toMatch(
      /--ownership: must be as-is or both/,
    );
    expect(refused('--policies', 'oracle', '--set', 'slo.ttft=10ms')).toMatch(/even if they come one by one/);
    expect(refused('--policies', 'static', '--set', 'duration=-1h')).toMatch(/duration/);
    expect(existsSync(out('none'))).toBe(false);
  });
});

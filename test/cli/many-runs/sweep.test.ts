// `fleetday sweep` as its users run it: the same results however it is simulated, every row again by its command, a sweep
// that is killed and goes on, and what it refuses.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { contents, fleetday, startFleetday } from '../cli.ts';

const folder = temporaryFolder();

writeFileSync(
  path.join(folder, 'small.yaml'),
  `
name: small
duration: 5m
workload: { arrivals: { kind: constant, requestsPerSecond: 4 }, promptTokens: 100, outputTokens: 20 }
fleet:
  pools:
    - { performance: { kind: fixed, secondsPerRequest: 0.4, secondsPerOutputToken: 0.01 }, batching: { policy: none }, replicas: 4 }
`,
);
writeFileSync(
  path.join(folder, 'size.yaml'),
  `
name: size
scenario: small.yaml
parameters:
  fleet.pools[0].replicas: [2, 3, 4, 0]
  routing.policy: [random, power-of-two]
seeds: 2
responses: [total_usd, slo_attainment]
constraints: [slo_attainment >= 50%]
`,
);

const sweep = (...args: string[]) => fleetday(['sweep', ...args], { cwd: folder });
const texts = (dir: string) => contents(path.join(folder, dir));

/** By column; cells without quotes and commas only. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head, ...lines] = csv.trimEnd().split('\r\n').map(cellsOf);
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]])));
}

/** RFC 4180. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

/** A point in a cache. */
async function untilThere(dir: string): Promise<void> {
  const place = path.join(folder, dir);
  const isThere = () =>
    existsSync(place) &&
    readdirSync(place, { recursive: true }).some((file) => String(file).endsWith('.json'));
  while (!isThere()) await new Promise((later) => setTimeout(later, 20));
}

describe('fleetday sweep', () => {
  const { code, stdout, stderr } = sweep('size.yaml', '--out', 'a', '--workers', '2', '--plain');

  it('simulates every variant with every seed, and sums failures up', () => {
    expect(code).toBe(0);
    expect(stderr).toContain('2 of 8 variants have a mistake');
    expect(stdout).toContain('12 points simulated, 0 rows from the cache');
    expect(stdout).toContain('size: 8 variants, 16 runs');
    expect(stdout).toMatch(
      /4 of 16 runs failed:\n {2}4 runs, first of variant 7 \(user\): --set fleet\.pools\[0\]\.replicas=0/,
    );
    expect(stdout).toContain('What each parameter does to slo_attainment');
    expect(Object.keys(texts('a'))).toEqual(
      expect.arrayContaining(['sweep.csv', 'sweep.html', 'sweep.json', 'sweep.parquet', 'variants.csv']),
    );
  });

  it('gives the same bytes again, from the cache, by one thread, and without a cache', () => {
    expect(sweep('size.yaml', '--out', 'b').stdout).toContain('0 points simulated, 12 rows from the cache');
    expect(texts('b')).toEqual(texts('a'));
    expect(sweep('size.yaml', '--out', 'c', '--no-cache', '--workers', '1').code).toBe(0);
    expect(texts('c')).toEqual(texts('a'));
  });

  it('leaves a command with every row that makes it again', () => {
    const [row] = rowsOf(texts('a')['sweep.csv']).filter(
      ({ variant, seed }) => variant === '3' && seed === '2',
    );
    const words = row.command.replace(/^fleetday run/, '').trim();
    const main = path.resolve('dist/cli/main.js');
    execFileSync('sh', ['-c', `${process.execPath} ${main} run ${words} --quiet --out again`], {
      cwd: folder,
    });
    const summary = JSON.parse(texts('again')['summary.json']) as Record<string, unknown>;
    expect(summary.seed).toBe(2);
    for (const [key, value] of Object.entries(summary))
      expect([key, row[key]]).toEqual([key, String(value ?? '')]);
    expect(row['config.fleet.pools[0].replicas']).toBe('3');
    expect(row['config.routing.policy']).toBe('random');
  });

  it('has the same cells in Parquet as in CSV', async () => {
    const bytes = readFileSync(path.join(folder, 'a', 'sweep.parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const rows = await parquetReadObjects({ file: file as ArrayBuffer });
    const text = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value ?? '')])),
    );
    expect(text).toEqual(rowsOf(texts('a')['sweep.csv']));
  });

  it('varies a scenario by --param as well, and prints JSON', () => {
    const found = sweep(
      'small.yaml',
      '--param',
      'fleet.pools[0].replicas=3..5:1',
      '--seeds',
      '3,5',
      '--json',
    );
    const { variants, rows, hash } = JSON.parse(found.stdout) as {
      hash: string;
      rows: number;
      variants: { set: Record<string, number>; responses: { total_usd: { seeds: number } } }[];
    };
    expect(rows).toBe(6);
    expect(variants.map(({ set }) => set['fleet.pools[0].replicas'])).toEqual([3, 4, 5]);
    expect(variants[0].responses.total_usd.seeds).toBe(2);
    expect(existsSync(path.join(folder, 'out', `small-${hash}`, 'sweep.json'))).toBe(true);
  });

  it('goes on where it was killed', async () => {
    const args = [
      'sweep',
      'small.yaml',
      '--param',
      'fleet.pools[0].replicas=3..22:1',
      '--set',
      'duration=30m',
    ];
    const more = ['--cache', 'killed', '--workers', '2', '--out', 'd'];
    const { child, outcome } = startFleetday([...args, ...more], { cwd: folder });
    await untilThere('killed');
    child.kill('SIGKILL');
    expect((await outcome).code).toBe(137);
    const { stdout: again, code: ended } = fleetday([...args, ...more], { cwd: folder });
    expect(ended).toBe(0);
    const [, simulated, cached] = /(\d+) points simulated, (\d+) rows from the cache/
      .exec(again)!
      .map(Number);
    expect(cached).toBeGreaterThan(0);
    expect(simulated + cached).toBe(20);
  });

  it('stops at Ctrl-C, says how to go on, and leaves no half table', async () => {
    const args = [
      'sweep',
      'small.yaml',
      '--param',
      'fleet.pools[0].replicas=3..42:1',
      '--set',
      'duration=3h',
    ];
    const { child, outcome } = startFleetday([...args, '--cache', 'stopped', '--out', 'e'], { cwd: folder });
    await untilThere('stopped');
    child.kill('SIGINT');
    const { code: ended, stderr: said } = await outcome;
    expect(ended).toBe(130);
    expect(said).toMatch(/Stopped with \d+ runs done; what was simulated is kept/);
    expect(existsSync(path.join(folder, 'e', 'sweep.csv'))).toBe(false);
  });

  it('keeps a point whose thread dies as a row with its error', () => {
    // A policy of one's own that ends its thread where there may be 3 replicas.
    const policy = `export default {
      name: 'bad',
      intervalSeconds: 30,
      start: (_, pool) => (pool.maxReplicas === 3 ? process.exit(7) : {}),
      recommend: (_, observation, state) => ({ desiredReplicas: 2, reason: 'always', state }),
    };`;
    writeFileSync(path.join(folder, 'bad.mjs'), policy);
    const found = sweep(
      'small.yaml',
      '--param',
      'fleet.pools[0].replicas=3,4',
      '--set',
      'autoscaling={policy: ./bad.mjs, min: 1, coldStart: warm}',
      '--json',
    );
    const { failures } = JSON.parse(found.stdout) as { failures: { kind: string; variant: number }[] };
    expect(failures.map(({ kind, variant }) => [kind, variant])).toEqual([['lost', 1]]);
    expect(found.code).toBe(0);
  });

  it('refuses what is no sweep, with exit code 2 and no stack', () => {
    const refused = (...args: string[]) => {
      const { code: ended, stderr: said } = sweep(...args);
      expect(ended).toBe(2);
      expect(said).not.toMatch(/ {4}at /);
      return said;
    };
    expect(refused('nowhere.yaml')).toMatch(/nowhere\.yaml: there is no such file/);
    expect(refused('small.yaml', '--param', 'fleet.pools[0].replicaz=1,2')).toMatch(
      /did you mean "replicas"/,
    );
    expect(refused('small.yaml', '--param', 'fleet.pools[0].replicas=0,-1')).toMatch(/must be at least 1/);
    expect(refused('size.yaml', '--seeds', 'NaN')).toMatch(/--seeds: must be a whole number/);
    expect(refused('size.yaml', '--shard', '1/2', '--no-cache')).toMatch(/--no-cache/);
    mkdirSync(path.join(folder, 'other'));
    writeFileSync(path.join(folder, 'other', 'sweep.json'), '{"hash": "x"}');
    expect(refused('size.yaml', '--out', 'other')).toMatch(/holds another sweep/);
  });

  it('may be simulated in parts, which one cache puts together', () => {
    for (const part of ['1/2', '2/2']) {
      const { code: ended, stdout: said } = sweep('size.yaml', '--shard', part, '--cache', 'parts');
      expect(ended).toBe(0);
      expect(said).toMatch(new RegExp(`Part ${part}: \\d+ points simulated`));
    }
    expect(sweep('size.yaml', '--cache', 'parts', '--out', 'f').stdout).toContain(
      '0 points simulated, 12 rows',
    );
    expect(texts('f')).toEqual(texts('a'));
  });
});

describe('the queue of fleetday sweep', () => {
  // Nobody listens at port 1.
  const env = { ...process.env, FLEETDAY_QUEUE: 'redis://127.0.0.1:1' };
  const sweepWith = (...args: string[]) => fleetday(['sweep', 'size.yaml', ...args], { cwd: folder, env });

  it('is that of the environment, as for workers, unless another is named or none', () => {
    for (const command of [['sweep', 'size.yaml', '--plain'], ['worker']]) {
      const { code, stderr } = fleetday(command, { cwd: folder, env });
      expect([command[0], code]).toEqual([command[0], 2]);
      expect(stderr).toMatch(/^FLEETDAY_QUEUE: redis:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/m);
    }
    expect(sweepWith('--queue', 'redis://127.0.0.1:2').stderr).toMatch(/^--queue: redis:\/\/127\.0\.0\.1:2/m);
    expect(sweepWith('--queue', 'none', '--out', 'here')).toMatchObject({ code: 0 });
    expect(fleetday(['worker', '--queue', 'none'], { cwd: folder, env }).stderr).toMatch(
      /--queue: is missing/,
    );
    const empty = { ...env, FLEETDAY_QUEUE: '' };
    expect(fleetday(['sweep', 'size.yaml', '--out', 'here'], { cwd: folder, env: empty }).code).toBe(0);
  });

  it('goes with nothing that is about the threads of this machine, all of which is told at once', () => {
    const { code, stderr } = sweepWith('--allow-exec', '--workers', '3', '--shard', '1/2');
    expect(code).toBe(2);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
    ).toEqual(['--shard', '--workers', '--allow-exec']);
    expect(stderr).toMatch(/start fleetday worker --allow-exec, or write --queue none/);
    expect(sweep('size.yaml', '--queue', 'redis://127.0.0.1:1', '--allow-exec').stderr).toMatch(
      /^--allow-exec: over a queue \(--queue\) .*, or leave --queue out/,
    );
  });
});

describe('fleetday sweep by another build of the same version', () => {
  it('takes nothing from the cache of the first', () => {
    const other = path.join(folder, 'other-build');
    cpSync('dist', path.join(other, 'dist'), { recursive: true });
    copyFileSync('package.json', path.join(other, 'package.json'));
    symlinkSync(path.resolve('node_modules'), path.join(other, 'node_modules'));
    const main = path.join(other, 'dist', 'cli', 'main.js');
    const swept = () =>
      execFileSync(process.execPath, [main, 'sweep', 'size.yaml', '--cache', 'builds', '--out', 'g'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    expect(sweep('size.yaml', '--cache', 'builds', '--out', 'g').stdout).toContain('12 points simulated');
    expect(swept()).toContain('0 points simulated, 12 rows from the cache');
    appendFileSync(path.join(other, 'dist', 'fleet', 'engine.js'), '// changed\n');
    expect(swept()).toContain('12 points simulated, 0 rows from the cache');
  });
});

describe('fleetday cache', () => {
  it('says how much there is, and makes room', () => {
    const cache = (...args: string[]) => fleetday(['cache', ...args, '--cache', 'parts'], { cwd: folder });
    expect(cache().stdout).toMatch(/^parts: 12 points, \d+(\.\d+)? kB\n$/);
    expect(cache('prune', '--max-size', '10kB').stdout).toMatch(
      /^parts: removed \d+ points, .*; \d points, .* left\n$/,
    );
    expect(cache('prune').stderr).toMatch(/prune needs --max-size/);
    expect(fleetday(['cache', '--cache', 'none'], { cwd: folder }).stdout).toBe(
      'none: no points are kept there\n',
    );
  });
});

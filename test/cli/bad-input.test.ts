// The program in the hands of a user who gets everything wrong: exit code 2 with a message that names place and
// remedy, or the signal's code; never a stack, a hang, or results that are lost or half written.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { contents, fleetday, QUICK, RESULTS, startFleetday } from './cli.ts';

const STACK = /\n\s+at .*:\d+|node:internal|has a bug/;
const isLinux = process.platform === 'linux';

/** The lines of the one user error that these arguments must give. */
function complaints(args: readonly string[], cwd?: string): string[] {
  const { code, stderr } = fleetday(args, { cwd });
  expect(stderr).not.toMatch(STACK);
  expect(code, stderr).toBe(2);
  return stderr.trimEnd().split('\n');
}

describe('a scenario file', () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Uint8Array) =>
    writeFileSync(path.join(folder, name), content);
  const utf16 = Buffer.from('\uFEFFname: x\n', 'utf16le');
  const bomb = Array.from({ length: 12 }, (_, i) => {
    const above = Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`));
    return `k${i}: &a${i} [${above.join(', ')}]`;
  });

  const damaged: [name: string, content: string | Uint8Array, complaint: RegExp][] = [
    ['empty.yaml', '', /: the file is empty; .*fleetday scenarios/],
    ['comments.yaml', '# nothing\n', /: the file is empty/],
    ['binary.yaml', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 255), /: is not a text file; name a scenario file/],
    ['utf16.yaml', utf16, /: is UTF-16; save it as UTF-8/],
    ['latin1.yaml', Buffer.from('name: caf\xe9', 'latin1'), /: is not valid UTF-8; save it as UTF-8/],
    ['broken.yaml', 'a: [1,\nb: 2\n', /:2:1 is not valid YAML: .*; mend it here/],
    ['tab.yaml', 'a:\n\tb: 1\n', /:2:1 is not valid YAML: Tabs/],
    ['two.yaml', 'a: 1\n---\nb: 2\n', /:2:1 is not valid YAML: .*multiple documents/],
    ['list.yaml', '- 1\n', /:1:1 scenario: must be a mapping, got \[ 1 \]; give it keys/],
    ['bomb.yaml', bomb.join('\n'), /: .*aliases?/],
    ['circle.yaml', 'a: &a\n  b: *a\n', /:2:6 \*a stands inside what it stands for/],
    ['deep.yaml', '['.repeat(300_000), /: is nested too deeply; is it the right file\?/],
    ['large.yaml', 'a'.repeat(10_000_000), /: has 10000000 bytes, a scenario at most 1000000/],
    ['long.yaml', `duration: ${'1_'.repeat(400_000)}`, /:1:11 duration: is not a number of seconds/],
  ];
  for (const [name, content] of damaged) write(name, content);
  const special: [name: string, complaint: RegExp][] = [
    ['missing.yaml', /: there is no such file; check the path/],
    ['missing/x.yaml', /: there is no such file; check the path/],
    ['folder', /: is a folder; name a file in it/],
    ['circle', /: is a link that leads back to itself/],
    ['-', /: there is no such file/],
  ];
  mkdirSync(path.join(folder, 'folder'));
  symlinkSync('circle', path.join(folder, 'circle'));
  if (isLinux) {
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    for (const name of ['pipe', '/dev/zero', '/dev/null']) {
      special.push([name, /: is not a regular file; copy it to one/]);
    }
  }

  it('that is none is refused, each with its place and remedy', () => {
    const expected = [...damaged.map(([name, , complaint]) => [name, complaint] as const), ...special];
    const lines = complaints(['validate', ...expected.map(([name]) => name)], folder);
    for (const [name, complaint] of expected) {
      const own = lines.filter((line) => line.startsWith(`${name}:`));
      expect(own.length, name).toBeGreaterThan(0);
      expect(own.some((line) => complaint.test(line)) || own, name).toBe(true);
    }
  });

  it('may begin with a byte order mark and have Windows line ends', () => {
    write('windows.yaml', `\uFEFF${QUICK.replaceAll('\n', '\r\n')}`);
    const { code, stdout } = fleetday(['validate', 'windows.yaml'], { cwd: folder });
    expect(stdout).toBe('windows.yaml: valid (2 replicas, duration 2 min)\n');
    expect(code).toBe(0);
  });

  it('is told all its mistakes at once: wrong, impossible and contradicting values', () => {
    const file = `seed: 99999999999999999999
duration: -1h
timeZone: Mars/Base
start: 2024-02-30
workload:
  arrivals: { kind: constant, requestsPerSecond: 1e308 }
  promptTokens: .nan
  outputTokens: { kind: lognormal, p50: 20, p99: 10 }
fleet:
  pools:
    - { replicas: 0, cells: many, tp: 3, batchng: none }
slo: { ttft: .inf, tpot: 0 }
economics: [1]
output: { window: 2 fortnights }
`;
    const expected = [
      '1:7 seed: must be at most 9007199254740991, got 100000000000000000000; lower it',
      '2:11 duration: must be at least 1 (seconds), got "-1h"; raise it',
      '3:11 timeZone: unknown time zone, got "Mars/Base"; write an IANA name',
      '4:8 start: is not a date and time from 1973 to 2100, got "2024-02-30"; write',
      '6:50 workload.arrivals.requestsPerSecond: must be at most 10000000 (requests per second), got 1e+308',
      '7:17 workload.promptTokens: must be a finite number, got NaN; write a number of tokens',
      '8:17 workload.outputTokens: has p50 20 and p99 10, got { kind: ',
      '11:19 fleet.pools[0].replicas: must be at least 1, got 0; raise it',
      '11:29 fleet.pools[0].cells: must be auto or a whole number from 1 to 4096, got "many"; write',
      '11:39 fleet.pools[0].tp: is not a supported tensor-parallel degree, got 3; use 1, 2, 4, 8',
      '11:42 fleet.pools[0].batchng: unknown key; did you mean "batching"?',
      '12:14 slo.ttft: must be a finite number, got Infinity; write',
      '12:26 slo.tpot: must be more than 0 (seconds), got 0; raise it',
      '13:12 economics: must be a mapping, got [ 1 ]; give it keys among region, cur',
      '14:19 output.window: is not a number of seconds, got "2 fortnights"; write',
    ];
    write('values.yaml', file);
    const lines = complaints(['validate', 'values.yaml'], folder);
    expect(lines.map((line, i) => line.slice(0, `values.yaml:${expected[i]}`.length))).toEqual(
      expected.map((start) => `values.yaml:${start}`),
    );
  });

  it('is told the mistakes of --set too', () => {
    write('quick.yaml', QUICK);
    const expected = [
      ['duration', ': has no "="; write --set path=value'],
      ['fleet.pools[7].tp=1', ': fleet.pools has 1 item(s), there is no [7]; use [0] to [0]'],
      ['fleet.pools[-1].tp=1', ': cannot read the path; write keys and list positions like'],
      ['output.window=1h', ': is longer than the duration of 120 s, got "1h"; shorten it'],
      ['fleet.pools[0].cells=3', ': is more than the 2 replicas, got 3; lower it'],
      ['fleet.pools[0].maxModelLength=1e400', ': must be a finite number, got Infinity; write'],
      ['slo=[}', ': the value is not valid YAML'],
    ];
    const sets = expected.flatMap(([set]) => ['--set', set]);
    const lines = complaints(['validate', 'quick.yaml', ...sets], folder);
    expect(lines).toHaveLength(expected.length);
    for (const [set, complaint] of expected) {
      expect(lines.find((line) => line.startsWith(`--set ${set}${complaint}`)) ?? lines).toEqual(
        expect.any(String),
      );
    }
  });
});

describe('a trace', () => {
  const folder = temporaryFolder();
  const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
  const ROW = '2023-11-16 18:15:46.6805900,374,44';
  const scenario = (trace: string) => `
duration: 10m
workload: { trace: { path: ${trace} } }
fleet: { pools: [{ model: llama2-7b, tp: 1 }] }
`;
  const atOnce: [name: string, content: string | Uint8Array, complaint: RegExp][] = [
    ['empty.csv', '', /empty\.csv: is empty/],
    ['header.csv', `${HEADER}\r\n`, /header\.csv:1: no request follows the header/],
    [
      'column.csv',
      'TIMESTAMP,ContextTokens\n1,2\n',
      /column\.csv:1: no column GeneratedTokens in the header/,
    ],
    ['binary.csv', Uint8Array.of(0x1f, 0x8b, 8, 0, 10, 1, 2), /binary\.csv:1: is not text.*unpack/],
    ['negative.csv', `${HEADER}\n2023-11-16 18:15:46,-5,44\n`, /:2: ContextTokens is "-5"/],
    ['huge.csv', `${HEADER}\n2023-11-16 18:15:46,5,99999999999999999999\n`, /:2: GeneratedTokens is "9999/],
    ['day.csv', `${HEADER}\n2023-02-30 18:15:46,5,5\n`, /:2: TIMESTAMP is "2023-02-30 18:15:46"/],
  ];
  const later: [name: string, content: string, complaint: RegExp][] = [
    [
      'unsorted.csv',
      `${HEADER}\n${ROW}\n${ROW.replace('46', '45')}\n`,
      /:3: is earlier than the line before/,
    ],
    [
      'cut.csv',
      `${HEADER}\n${ROW}\n2023-11-16 18:15:50.99,3`,
      /:3: has 2 of 3 fields; the line is truncated/,
    ],
  ];
  for (const [name, content] of [...atOnce, ...later]) {
    writeFileSync(path.join(folder, name), content);
    writeFileSync(path.join(folder, `${name}.yaml`), scenario(name));
  }
  for (const name of ['missing.csv', 'folder.csv', ...(isLinux ? ['/dev/zero', 'pipe.csv'] : [])]) {
    writeFileSync(path.join(folder, `${path.basename(name)}.yaml`), scenario(name));
  }
  mkdirSync(path.join(folder, 'folder.csv'));
  if (isLinux) execFileSync('mkfifo', [path.join(folder, 'pipe.csv')]);

  it('that cannot be begun is refused before the run, at its path in the scenario', () => {
    const expected: [string, RegExp][] = [
      ...atOnce.map(([name, , complaint]): [string, RegExp] => [name, complaint]),
      ['missing.csv', /there is no such file .*; check the path, or name yours with --set/],
      ['folder.csv', /is a folder .*; name a file in it, or name yours with --set/],
      ...(isLinux ? ['zero', 'pipe.csv'] : []).map((name): [string, RegExp] => [
        name,
        /is not a regular file/,
      ]),
    ];
    const lines = complaints(['validate', ...expected.map(([name]) => `${name}.yaml`)], folder);
    expect(lines).toHaveLength(expected.length);
    for (const [i, [name, complaint]] of expected.entries()) {
      expect(lines[i]).toMatch(new RegExp(`^${name}\\.yaml:3:28 workload\\.trace\\.path: `));
      expect(lines[i]).toMatch(complaint);
    }
  });

  it.each(later)('with a mistake in a later line ends the run without results: %s', (name, _, complaint) => {
    const [line, ...others] = complaints(['run', `${name}.yaml`, '--quiet', '--out', 'out'], folder);
    expect(line).toMatch(complaint);
    expect(others).toEqual([]);
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
  });
});

describe('a command line', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'quick.yaml'), QUICK);
  writeFileSync(path.join(folder, 'file'), '');
  symlinkSync('circle', path.join(folder, 'circle'));
  const outs: [args: string, complaint: RegExp][] = [
    ['--out file', /^cannot write results to file: a file .* is in the way; move it/],
    ['--out file/deep/er', /a part of this path is a file, not a folder; give another --out$/],
    ['--out circle/x', /the path is a circle of links/],
    [`--out ${'x'.repeat(300)}`, /the name is too long; give a shorter --out$/],
    ['--out --force', /^--out: is not the name of a folder, got "--force"; write one/],
    // Here Node's own way to make folders never ends.
    ...(isLinux ? [['--out /proc/x/y', /no folder can be made there/] as [string, RegExp]] : []),
  ];

  it.each<[string, RegExp]>([
    ['', /^Usage: fleetday/],
    ['rnu quick.yaml', /unknown command 'rnu'.*/],
    ['run', /missing required argument 'scenario'/],
    ['run quick.yaml other.yaml', /too many arguments for 'run'/],
    ['run quick.yaml --qiet', /unknown option '--qiet'/],
    ['run quick.yaml --out', /option '--out <dir>' argument missing/],
    ['run quick.yaml --seed 1.5', /^--seed: must be a whole number from 0 to 9007199254740991, got "1\.5"$/],
    ['run quick.yaml --seed 1e400', /^--seed: .* got "1e400"$/],
    ['run quick.yaml --threads 0', /^--threads: must be a whole number from 1 to 256, got "0"$/],
    ['run quick.yaml --threads 1000000', /^--threads: .* got "1000000"$/],
    ...outs.map(([args, complaint]): [string, RegExp] => [`run quick.yaml ${args}`, complaint]),
    ['perf', /required option '--model <name>' not specified/],
    [
      'perf --model gpt5 --gpu x --prompt 0 --batch -1 --output 1e308',
      /^--model: unknown model "gpt5"; known: .*\n--gpu: .*\n--prompt: got "0"; .*\n--batch: got "-1"; .*\n--output: got "1e308"; give a whole number from 1 to 131072$/,
    ],
    ['perf --model gpt3-175b --tp 4', /does not fit on 4 × .* bytes .* are missing .*; use a larger tp/],
  ])('that is wrong is refused: %s', (args, complaint) => {
    const lines = complaints(
      args.split(' ').filter((arg) => arg !== ''),
      folder,
    );
    expect(lines.join('\n')).toMatch(complaint);
    expect(readdirSync(folder).toSorted()).toEqual(['circle', 'file', 'quick.yaml']);
  });
});

describe('output that nobody reads or that has no room', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'quick.yaml'), QUICK);

  it('costs a run none of its files when the reader has seen enough', async () => {
    const { child, outcome } = startFleetday(['run', 'quick.yaml', '--out', 'unread'], { cwd: folder });
    child.stdout?.destroy();
    expect(await outcome).toMatchObject({ code: 0, stderr: '' });
    expect(Object.keys(contents(path.join(folder, 'unread')))).toEqual(RESULTS);
  });

  it.skipIf(!isLinux)('costs a run none of its files when the disk of the log is full', () => {
    const full = openSync('/dev/full', 'w');
    const run = ['run', 'quick.yaml', '--out', 'unlogged'];
    const { code, stderr } = fleetday(run, { cwd: folder, stdio: ['ignore', full, 'pipe'] });
    expect(stderr).toMatch(
      /^cannot write to standard output: ENOSPC.*; redirect it to where there is room\n$/,
    );
    expect(code).toBe(2);
    expect(Object.keys(contents(path.join(folder, 'unlogged')))).toEqual(RESULTS);
    const mute = fleetday(['run', 'missing.yaml'], { cwd: folder, stdio: ['ignore', 'ignore', full] });
    expect(mute.code).toBe(2);
  });
});

describe('a signal', () => {
  const folder = temporaryFolder();
  // 21 days take half a minute, and the first window of the other more than that.
  writeFileSync(path.join(folder, 'long.yaml'), `${QUICK}duration: 21d\n`.replace('duration: 2m\n', ''));
  writeFileSync(
    path.join(folder, 'heavy.yaml'),
    `
duration: 24h
workload: { arrivals: { kind: constant, requestsPerSecond: 10M }, promptTokens: 1, outputTokens: 1 }
fleet: { pools: [{ performance: { kind: fixed, secondsPerRequest: 1s }, tp: 1, queueLimit: 1 }] }
output: { window: 1h }
`,
  );
  const out = path.join(folder, 'out');

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s ends a run with exit code %d, whole results that are marked partial, and a checkpoint',
    async (signal, code) => {
      const args = ['run', 'long.yaml', '--threads', '1', '--force', '--out', out];
      const { child, outcome, firstLine } = startFleetday(args, { cwd: folder });
      await firstLine;
      child.kill(signal);
      const { code: ended, stdout, stderr } = await outcome;
      expect(stderr).toBe('');
      expect(ended).toBe(code);
      expect(stdout).toMatch(/PARTIAL: stopped after .* of 504 h/);
      expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Go on with: fleetday resume ${out}`);
      const files = contents(out);
      expect(Object.keys(files)).toEqual(['fleetday.checkpoint', ...RESULTS].toSorted());
      const summary = JSON.parse(files['summary.json']) as Record<string, number | boolean>;
      expect(summary.partial).toBe(true);
      expect(files['windows.csv'].trimEnd().split('\n')).toHaveLength(
        1 + Number(summary.simulated_seconds) / 60,
      );
      expect(files['windows.csv'] + files['hourly.csv']).not.toMatch(/NaN|Infinity/);
    },
  );

  it('before the first window leaves what was there, and again ends at once', async () => {
    const before = contents(out);
    expect(JSON.parse(before['summary.json'])).toMatchObject({ partial: true });
    for (const times of [1, 2]) {
      const args = ['run', 'heavy.yaml', '--threads', '1', '--force', '--out', out];
      const { child, outcome } = startFleetday(args, { cwd: folder });
      await sleep(1000);
      for (let i = 0; i < times; i++) child.kill('SIGINT');
      expect(await outcome).toMatchObject({ code: 130, stderr: '' });
      // Ended at once while it tries whether it may write there, it leaves the trial for the next run to remove.
      const left = Object.entries(contents(out)).filter(([name]) => !name.startsWith('.fleetday-staging-'));
      expect(Object.fromEntries(left)).toEqual(before);
    }
  });
});

describe('more than the fleet can serve', () => {
  const folder = temporaryFolder();

  it('is rejected and counted, and conserved', () => {
    writeFileSync(path.join(folder, 'quick.yaml'), QUICK);
    const args = ['run', 'quick.yaml', '--quiet', '--out', 'out', '--set', 'duration=30m'];
    const load = ['--set', 'workload.arrivals.requestsPerSecond=1000'];
    expect(fleetday([...args, ...load], { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
    const summary = JSON.parse(contents(path.join(folder, 'out'))['summary.json']) as Record<string, number>;
    expect(summary.rejected_queue_full).toBeGreaterThan(summary.arrived / 2);
    expect(summary.completed + summary.rejected_queue_full + summary.rejected_too_long).toBe(summary.arrived);
  });

  it('may not wait in queues beyond all memory', () => {
    const [line] = complaints(
      [
        'validate',
        'quick.yaml',
        '--set',
        'fleet.pools[0].replicas=1000',
        '--set',
        'fleet.pools[0].queueLimit=1M',
      ],
      folder,
    );
    expect(line).toContain('lets 1000000000 requests wait at all replicas together, at most 100000000');
  });
});

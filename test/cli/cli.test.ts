// What the program promises of its commands when they are given what they expect.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { referenceData, referenceDataMissing } from '../support/reference-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { contents, fleetday, QUICK, RESULTS, SCENARIOS } from './cli.ts';

const shipped = readdirSync(SCENARIOS).filter((name) => name.endsWith('.yaml'));

describe('fleetday run', () => {
  const folder = temporaryFolder();
  const scenario = path.join(folder, 'quick.yaml');
  writeFileSync(scenario, QUICK);
  const run = (...args: string[]) => fleetday(['run', scenario, ...args], { cwd: folder });

  it('leaves six files in a folder named after scenario, seed and hash, and replaces them by --force only', () => {
    const first = run();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const [name] = readdirSync(path.join(folder, 'out'));
    expect(name).toMatch(/^quick-1-[0-9a-f]{8}$/);
    const out = path.join(folder, 'out', name);
    const files = contents(out);
    expect(Object.keys(files)).toEqual(RESULTS);
    expect(JSON.parse(files['summary.json'])).toMatchObject({ scenario: 'quick', seed: 1, partial: false });
    expect(first.stdout).toContain(`Files in out/${name}`);

    expect(run()).toEqual({
      code: 2,
      stdout: '',
      stderr: `out/${name} holds results already; give --force to replace them, or another --out\n`,
    });
    expect(run('--force', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(contents(out)).toEqual(files);
  });

  it('gives the same bytes from its resolved scenario, in any folder', () => {
    run('--quiet', '--out', 'original', '--seed', '7', '--set', 'fleet.pools[0].replicas=3');
    const elsewhere = path.join(folder, 'else', 'where');
    mkdirSync(elsewhere, { recursive: true });
    const resolved = path.join(folder, 'original', 'scenario.resolved.yaml');
    expect(fleetday(['run', resolved, '--quiet', '--out', 'again'], { cwd: elsewhere }).code).toBe(0);
    expect(contents(path.join(elsewhere, 'again'))).toEqual(contents(path.join(folder, 'original')));
    expect(JSON.parse(readFileSync(path.join(elsewhere, 'again/summary.json'), 'utf8'))).toMatchObject({
      seed: 7,
      replicas: 3,
    });
  });

  it('gives the same bytes on any number of threads', () => {
    const many = ['--quiet', '--set', 'fleet.pools[0]={model: llama2-7b, tp: 1, replicas: 20, cells: 5}'];
    const outs = ['1', '2'].map((threads) => {
      run(...many, '--threads', threads, '--out', `threads-${threads}`);
      return contents(path.join(folder, `threads-${threads}`));
    });
    expect(Object.keys(outs[0])).toEqual(RESULTS);
    expect(outs[1]).toEqual(outs[0]);
  });

  it('prints progress and a summary as plain lines where there is no terminal, and with --plain', () => {
    const { stdout } = run('--plain', '--out', 'plain');
    expect(stdout).toMatch(/^00:0\d +100 % .* req\/s .* finished in \d+ s at [\d.]+[kM]?\/s\n/m);
    expect(stdout).toMatch(/^quick · seed 1 · scenario [0-9a-f]{8} · fleetday \d/m);
    for (const wrong of ['\x1b', 'NaN', 'Infinity', 'undefined']) expect(stdout).not.toContain(wrong);
  });

  it('keeps every other file in its folder', () => {
    mkdirSync(path.join(folder, 'mine'));
    writeFileSync(path.join(folder, 'mine', 'notes.txt'), 'keep me');
    expect(run('--quiet', '--out', 'mine').code).toBe(0);
    expect(Object.keys(contents(path.join(folder, 'mine')))).toEqual([...RESULTS, 'notes.txt'].toSorted());
  });

  it('runs for a second, and over an odd start in a zone 5:45 ahead', () => {
    expect(run('--quiet', '--out', 'second', '--set', 'duration=1s').code).toBe(0);
    const zone = ['--set', 'timeZone=Asia/Kathmandu', '--set', 'start=2024-02-29T23:59:59'];
    expect(run('--quiet', '--out', 'zone', ...zone).code).toBe(0);
    for (const out of ['second', 'zone']) {
      const files = contents(path.join(folder, out));
      for (const name of RESULTS) expect(files[name], name).not.toMatch(/NaN|Infinity|undefined/);
    }
    const [, before, after] = readFileSync(path.join(folder, 'zone/hourly.csv'), 'utf8').split('\n');
    expect(before).toMatch(/^2024-02-29T18:14:59Z,2024-02-29T23:59:59/);
    expect(after).toMatch(/^2024-02-29T18:15:00Z,2024-03-01T00:00:00/);
  });
});

describe('the scenarios that ship', () => {
  const folder = temporaryFolder();
  const tracePath = referenceData('azure_llm_2023_conv.csv');

  it('are listed, one line each', () => {
    const { code, stdout } = fleetday(['scenarios']);
    expect(code).toBe(0);
    const listed = stdout.trimEnd().split('\n');
    const failures = readdirSync(path.join(SCENARIOS, 'failures')).map((name) => `failures/${name}`);
    expect(listed.map((line) => `${line.split(' ')[0]}.yaml`)).toEqual([
      ...shipped.toSorted(),
      ...failures.toSorted(),
    ]);
    for (const line of listed) expect(line).toMatch(/^[\w/-]+ {2,}\S.{20}/);
  });

  it('are accepted by the JSON Schema that the program prints', () => {
    const { stdout } = fleetday(['schema']);
    const schema = z.fromJSONSchema(JSON.parse(stdout) as Parameters<typeof z.fromJSONSchema>[0]);
    for (const name of shipped) {
      const file: unknown = parse(readFileSync(path.join(SCENARIOS, name), 'utf8'));
      expect(schema.safeParse(file).error, name).toBeUndefined();
    }
    expect(schema.safeParse({ seed: -1 }).success).toBe(false);
  });

  const withTrace = 'azure-conversation.yaml';
  const runnable = shipped.filter((name) => name !== withTrace || !referenceDataMissing);
  it.each(runnable)('%s runs, shortened', (name) => {
    const trace = name === withTrace ? ['--set', `workload.trace.path=${tracePath}`] : [];
    const out = path.join(folder, name);
    const args = ['run', path.join(SCENARIOS, name), '--quiet', '--out', out, '--set', 'duration=10m'];
    expect(fleetday([...args, ...trace])).toEqual({ code: 0, stdout: '', stderr: '' });
    const summary = JSON.parse(contents(out)['summary.json']) as Record<string, number>;
    expect(summary.simulated_seconds).toBe(600);
    expect(summary.completed).toBeGreaterThan(900);
    const rejected = summary.rejected_queue_full + summary.rejected_too_long + summary.rejected_exceeds_kv;
    expect(summary.completed + rejected).toBe(summary.arrived);
  });

  it('needs the trace that does not ship, and says where to get it', () => {
    const out = path.join(folder, 'no-trace');
    const azure = path.join(SCENARIOS, withTrace);
    const { code, stderr } = fleetday(['run', azure, '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/workload\.trace\.path: there is no such file .*github\.com\/Azure.*--set/);
    expect(existsSync(out)).toBe(false);
  });
});

describe('fleetday perf', () => {
  it('answers in JSON, and near what was measured', () => {
    const request = '--model bloom-176b --gpu a100-80gb --tp 8 --prompt 512 --batch 1 --output 128';
    const { code, stdout } = fleetday(['perf', ...request.split(' '), '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as Record<string, number>;
    expect(Object.keys(answer).join(' ')).toBe(
      'model model_title gpu tp pp stack stack_title weights compute kv_cache prompt_tokens batch output_tokens ' +
        'prompt_ms token_ms e2e_ms kv_tokens decode_watts_per_gpu prefill_peak_watts_per_gpu ' +
        'prefill_mean_watts_per_gpu step_times step_time_error_percent step_time_error_reasons notes',
    );
    expect(answer).toMatchObject({ model: 'bloom-176b', tp: 8, stack: 'vllm-0.2', notes: [] });
    // Splitwise (ISCA 2024), measurements on a DGX A100: 173.81 ms, 48.76 ms, 6369.9 ms.
    expect(Math.abs(answer.prompt_ms / 173.81 - 1)).toBeLessThan(0.15);
    expect(Math.abs(answer.token_ms / 48.7642 - 1)).toBeLessThan(0.05);
    expect(Math.abs(answer.e2e_ms / 6369.9 - 1)).toBeLessThan(0.05);
    expect(answer.e2e_ms).toBeCloseTo(answer.prompt_ms + 127 * answer.token_ms, 0);
  });

  it('answers in words too', () => {
    const { stdout } = fleetday(['perf', '--model', 'llama2-7b', '--tp', '1']);
    expect(stdout).toMatch(/^model +Llama-2-7B on 1 × NVIDIA A100 80GB/);
    expect(stdout).toMatch(/^KV cache +\d+ tokens$/m);
  });
});

describe('fleetday', () => {
  it('tells its version and what there is', () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as Record<string, string>;
    expect(fleetday(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = fleetday(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['run', 'validate', 'schema', 'scenarios', 'perf']) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
  });
});

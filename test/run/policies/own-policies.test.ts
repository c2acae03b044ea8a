// Policies of the user's own in whole runs: a module and a program decide as the built-in policy that they copy, the
// program may fail in every way that programs do, and what is stopped goes on to the same bytes.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/user-error.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { checkInputs, inputsOf } from '../../../src/run/inputs.ts';
import { loadOwnPolicies } from '../../../src/run/policies/own-policies.ts';
import type { RunResult } from '../../../src/run/result.ts';
import { Run } from '../../../src/run/run.ts';
import type { RunState } from '../../../src/run/saving/saver.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { LoadedScenario } from '../../../src/scenario/scenario.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const scenario = path.join(folder, 's.yaml');
writeFileSync(
  scenario,
  `
duration: 10m
workload: { arrivals: { kind: constant, requestsPerSecond: 6 }, promptTokens: 200, outputTokens: 100 }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 6 }] }
autoscaling: { policy: static, initial: 1, coldStart: warm }
`,
);

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Answers one line of JSON per line: `answer` is an expression of `n` (from 1), `question` and `wait(ms)`. */
const program = (name: string, answer: string) =>
  write(
    name,
    `import { createInterface } from 'node:readline';
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let n = 0;
for await (const line of createInterface({ input: process.stdin })) {
  n++;
  const question = JSON.parse(line);
  const text = await (async () => ${answer})();
  if (text !== undefined) process.stdout.write(typeof text === 'string' ? text : JSON.stringify(text) + '\\n');
}`,
  );

const byProgram = (file: string, more = '') => [
  `autoscaling.policy={command: [${process.execPath}, ${file}]${more}}`,
];

async function simulated(
  overrides: string[],
  options: { threads?: number; state?: RunState } = {},
): Promise<{ result: RunResult; loaded: LoadedScenario }> {
  const loaded = loadScenario(scenario, overrides);
  const policies = await loadOwnPolicies(loaded.scenario, { allowExec: true });
  const run = new Run(loaded, { threads: 0, outDir: '', version: 'test', policies, ...options });
  return { result: await run.execute(), loaded };
}

const changesOf = ({ scaling }: RunResult) =>
  scaling.map(({ atSeconds, toReplicas }) => [atSeconds, toReplicas]);

/** Up by one at every decision, by its own count in its state. */
const COUNTING = `export default {
  intervalSeconds: 60,
  start: () => ({ n: 1 }),
  recommend: (_, __, { n }) => ({ desiredReplicas: Math.min(n + 1, 4), reason: 'one more', state: { n: n + 1 } }),
};`;

describe('a module', () => {
  it('decides, relative to the scenario that names it', async () => {
    write('counting.mjs', COUNTING);
    const file = write(
      'with-module.yaml',
      `
duration: 5m
workload: { arrivals: { kind: constant, requestsPerSecond: 1 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 6, autoscaling: { policy: ./counting.mjs, initial: 1 } }] }
`,
    );
    const loaded = loadScenario(file, []);
    expect(loaded.scenario.pools[0].autoscaling).toMatchObject({
      policy: path.join(folder, 'counting.mjs'),
      own: { kind: 'module' },
    });
    const policies = await loadOwnPolicies(loaded.scenario, { allowExec: false });
    const result = await new Run(loaded, { threads: 0, outDir: '', version: 'test', policies }).execute();
    expect(changesOf(result)).toEqual([
      [60, 2],
      [120, 3],
      [180, 4],
    ]);
    expect(result.programs).toBeUndefined();
  });

  it('is refused with its pool and parameters', async () => {
    const own = write('strict.mjs', 'export default { parameters: { target: 8 }, recommend: () => 1 };');
    const loaded = loadScenario(scenario, [`autoscaling={policy: ${own}, parameters: {targt: 1}}`]);
    await expect(loadOwnPolicies(loaded.scenario, { allowExec: false })).rejects.toThrow(
      /^pool pool-1: parameters targt: unknown key, got 1; did you mean "target"/,
    );
  });

  it('that cannot be loaded says why', async () => {
    const broken = write('broken.mjs', 'export default {');
    const thrower = write('thrower.mjs', 'throw new Error("no");');
    for (const [file, why] of [
      [broken, /broken\.mjs: cannot be loaded: /],
      [thrower, /cannot be loaded: Error: no/],
    ] as const) {
      const loaded = loadScenario(scenario, [`autoscaling.policy=${file}`]);
      await expect(loadOwnPolicies(loaded.scenario, { allowExec: false })).rejects.toThrow(why);
    }
  });

  it('in its file has to stay the same until a saved run goes on', async () => {
    const own = write('changing.mjs', COUNTING);
    const inputs = await inputsOf(loadScenario(scenario, [`autoscaling.policy=${own}`]).scenario);
    expect(inputs.map((input) => input.path)).toEqual([own]);
    write('changing.mjs', `${COUNTING}\n`);
    await expect(checkInputs(inputs)).rejects.toThrow(/changing\.mjs: has \d+ bytes, it had/);
  });
});

describe('a program', () => {
  it('is not run unless that is allowed', async () => {
    const loaded = loadScenario(scenario, byProgram('/no/such.mjs'));
    await expect(loadOwnPolicies(loaded.scenario, { allowExec: false })).rejects.toThrow(
      /^pool pool-1: the scenario names a program to run \(.*such\.mjs\); look at it, then allow it with --allow-exec$/,
    );
  });

  it('decides while simulated time stands still, with its state given back', async () => {
    const file = program(
      'counting-program.mjs',
      '({ desiredReplicas: Math.min(4, (question.state ?? 1) + 1), reason: "one more", state: (question.state ?? 1) + 1 })',
    );
    const { result } = await simulated(byProgram(file, ', interval: 60s'));
    expect(changesOf(result)).toEqual([
      [60, 2],
      [120, 3],
      [180, 4],
    ]);
    expect(result.programs).toEqual([
      {
        pool: 0,
        asked: expect.any(Number),
        late: 0,
        invalid: 0,
        dead: 0,
        isReproducible: true,
        isFailing: false,
      },
    ]);
  });

  it('gives the same bytes with and without threads, and as the module that it copies', async () => {
    const file = program(
      'sum.mjs',
      'question.observation.replicas.reduce((n, r) => n + r.running + r.waiting, 7) >> 3',
    );
    const module = write(
      'sum-module.mjs',
      'export default (_, { replicas }) => replicas.reduce((n, r) => n + r.running + r.waiting, 7) >> 3;',
    );
    const windows = async (overrides: string[], threads: number) => {
      const { result } = await simulated(overrides, { threads });
      expect(result.scaling.length).toBeGreaterThan(2);
      return [result.windows, result.scaling];
    };
    const inThread = await windows(byProgram(file), 0);
    expect(await windows(byProgram(file), 2)).toEqual(inThread);
    expect(await windows([`autoscaling.policy=${module}`], 0)).toEqual(inThread);
  });

  it('holds and is counted when it answers nonsense, and goes on', async () => {
    const file = program(
      'nonsense.mjs',
      'n === 1 ? 2 : n === 2 ? "not json\\n" : n === 3 ? { desiredReplicas: -1 } : 3',
    );
    const { result } = await simulated(byProgram(file, ', interval: 60s'));
    expect(changesOf(result)).toEqual([
      [60, 2],
      // Told once, though two answers in a row were of no use.
      [120, 2],
      [240, 3],
    ]);
    expect(result.scaling[1].reason).toMatch(/^held, answer invalid: the line is no JSON: "not json"$/);
    expect(result.programs![0]).toMatchObject({ invalid: 2, late: 0, dead: 0, isReproducible: true });
  });

  it('that is late holds, and its late line is not taken for the next answer', async () => {
    const file = program('late.mjs', 'n === 2 ? wait(1500).then(() => 6) : 3');
    const { result } = await simulated(byProgram(file, ', interval: 60s, timeout: 1s'));
    expect(result.scaling.map(({ toReplicas }) => toReplicas)).not.toContain(6);
    expect(result.programs![0]).toMatchObject({ late: 1, invalid: 0, dead: 0, isReproducible: false });
  });

  it('that never answers is given up', async () => {
    const file = program('silent.mjs', 'undefined');
    const { result } = await simulated(byProgram(file, ', timeout: 100ms'));
    const [{ asked, late, dead }] = result.programs!;
    expect(late).toBe(5);
    expect(dead).toBe(asked - 5);
    expect(result.scaling.map(({ toReplicas }) => toReplicas)).toEqual([1]);
  });

  it('that dies holds from then on', async () => {
    const file = program('dying.mjs', 'n === 2 ? process.exit(3) : 2');
    const { result } = await simulated(byProgram(file, ', interval: 60s'));
    expect(changesOf(result)).toEqual([
      [60, 2],
      [120, 2],
    ]);
    expect(result.scaling[1].reason).toBe('held, answer dead: it ended with exit code 3');
    expect(result.programs![0]).toMatchObject({ isReproducible: true });
  });

  it('that cannot be started ends the run', async () => {
    await expect(simulated(['autoscaling.policy={command: [./no-such-program-anywhere]}'])).rejects.toThrow(
      UserError,
    );
    await expect(simulated(['autoscaling.policy={command: [no-such-program-anywhere]}'])).rejects.toThrow(
      /^no-such-program-anywhere: cannot be started \(.*ENOENT\); check autoscaling\.policy$/,
    );
  });

  it('is ended with its run', async () => {
    const pid = path.join(folder, 'pid');
    const file = program(
      'pid.mjs',
      `(await import('node:fs')).writeFileSync(${JSON.stringify(pid)}, String(process.pid)) ?? 1`,
    );
    await simulated(byProgram(file));
    const { readFileSync } = await import('node:fs');
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow(/ESRCH/);
  });

  it('that is stopped and gone on with ends as if it had never been', async () => {
    const file = program(
      'sum-again.mjs',
      'question.observation.replicas.reduce((n, r) => n + r.running + r.waiting, (question.state ?? 0) + 7) >> 3',
    );
    const whole = await simulated(byProgram(file));
    const loaded = loadScenario(scenario, byProgram(file));
    let state: RunState | undefined;
    for (let leg = 0; leg < 20; leg++) {
      const policies = await loadOwnPolicies(loaded.scenario, { allowExec: true });
      const write = async (saved: RunState) => void (state = structuredClone(saved));
      const run = new Run(loaded, {
        threads: 0,
        outDir: '',
        version: 'test',
        policies,
        state,
        save: { write },
      });
      let windows = 0;
      const before = state?.nextWindow ?? 0;
      const result = await run.execute(() => void (++windows > before + 2 && run.stop()));
      if (result.ending === 'stopped') continue;
      expect(resultFiles(result, loaded)).toEqual(resultFiles(whole.result, whole.loaded));
      expect(leg).toBeGreaterThan(1);
      return;
    }
    throw new Error('it never ends');
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('the examples', () => {
  it('run as modules', async () => {
    const { result } = await exampleRun([]);
    expect(result.scaling.length).toBeGreaterThan(1);
  });

  it('run as a manifest, and as the scenario that it resolves to', async () => {
    const { result, loaded } = await exampleRun([
      'autoscaling={manifest: docs/examples/hpa.yaml, initial: 2}',
    ]);
    expect(loaded.scenario.pools[0].autoscaling).toMatchObject({
      policy: 'hpa',
      minReplicas: 2,
      maxReplicas: 12,
    });
    const again = loadScenario(write('resolved.yaml', loaded.resolvedYaml), []);
    expect(again.resolvedYaml).toBe(loaded.resolvedYaml);
    expect(result.scaling.length).toBeGreaterThan(0);
  });

  it.skipIf(!hasPython)('run as a Python program (skipped where there is no python3)', async () => {
    const { result } = await exampleRun([
      'autoscaling.policy={command: [python3, ./docs/examples/my_policy.py], interval: 30s}',
    ]);
    expect(result.programs![0]).toMatchObject({ late: 0, invalid: 0, dead: 0 });
    expect(result.scaling.length).toBeGreaterThan(1);
  });
});

async function exampleRun(overrides: string[]): Promise<{ result: RunResult; loaded: LoadedScenario }> {
  const loaded = loadScenario('docs/examples/own-policy.yaml', ['duration=5m', ...overrides]);
  const policies = await loadOwnPolicies(loaded.scenario, { allowExec: true });
  return {
    result: await new Run(loaded, { threads: 0, outDir: '', version: 'test', policies }).execute(),
    loaded,
  };
}

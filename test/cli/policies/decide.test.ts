// `fleetday decide` and `fleetday policies` as users run them: line by line, over recorded metrics, with bad input.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULES, SCALING_POLICIES } from '../../support/all-policies.ts';
import { observe } from '../../policies/scaling/llm/observation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fleetday } from '../cli.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const folder = temporaryFolder();

function file(name: string, text: string): string {
  const written = path.join(folder, name);
  writeFileSync(written, text);
  return written;
}

type Json = Record<string, unknown>;

function decide(args: readonly string[], input: string | Buffer | readonly unknown[]) {
  const text = Array.isArray(input)
    ? input.map((line) => JSON.stringify(line)).join('\n')
    : (input as string);
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'decide', ...args], { input: text });
  const lines = (output: Buffer) =>
    output
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json);
  return { code: status, answers: lines(stdout), errors: lines(stderr) };
}

describe('decide, line by line', () => {
  it('answers a policy as the policy itself, from an observation of which most is left out', () => {
    // 30 waiting at 3 replicas are 10 each, twice the target of 5.
    const { code, answers } = decide(
      ['hpa'],
      [{ observation: { wantedReplicas: 3, rates: { meanWaiting: 30 } } }],
    );
    expect(code).toBe(0);
    expect(answers[0]).toMatchObject({
      desiredReplicas: 6,
      reason: expect.any(String),
      state: expect.any(Object),
    });
  });

  it('answers whole observations of a simulation, with the state of the line before', () => {
    const policy = SCALING_POLICIES.find(({ name }) => name === 'threshold')!;
    const parameters = policy.parameters.parse({});
    const observations = [1, 2, 3].map((i) =>
      observe({ atSeconds: 300 * i, replica: { waiting: 8 * (i % 2) } }),
    );
    let state = policy.start(parameters, observations[0].pool);
    const expected = observations.map((observation) => {
      const answer = policy.recommend(parameters, observation, state);
      ({ state } = answer);
      return answer;
    });
    const lines = observations.map((observation) => ({ observation }));
    expect(decide(['threshold', '--stateful'], lines).answers).toEqual(expected);
    // Without --stateful the state is on the line, or that of the start.
    const given = { ...lines[1], state: expected[0].state };
    expect(decide(['threshold'], [given]).answers).toEqual([expected[1]]);
  });

  it('takes parameters from the line, the command line and a manifest, the line first', () => {
    const observation = { wantedReplicas: 2, rates: { meanWaiting: 40 } };
    const up = (args: string[], line: Json = {}) =>
      decide(['threshold', ...args], [{ observation, ...line }]).answers[0].desiredReplicas;
    expect(up([])).toBe(3);
    expect(up(['--parameters', '{up: 2}'])).toBe(4);
    expect(up(['--parameters', file('p.json', '{"up": 3}')])).toBe(5);
    expect(up(['--parameters', '{up: 2}'], { parameters: { up: 4 } })).toBe(6);
    const running = [{ observation: { wantedReplicas: 2, rates: { meanRunning: 48 } } }];
    // 24 each at a target of 8: three times as many, but the manifest has no limit below its rate of doubling.
    expect(decide(['hpa', '--manifest', 'docs/examples/hpa.yaml'], running).answers[0].desiredReplicas).toBe(
      6,
    );
  });

  it('finds kpa as knative too, and a module by its file', () => {
    const line = [{ observation: { wantedReplicas: 2, rates: { meanRunning: 300 } } }];
    expect(decide(['knative'], line).answers).toEqual(decide(['kpa'], line).answers);
    expect(decide(['docs/examples/my-policy.mjs'], line).answers[0]).toMatchObject({ desiredReplicas: 6 });
  });

  // All examples are run without a process of their own in policies/scaling/rules.test.ts.
  it.each(['hpa/replicas', 'knative/decide', 'wva2/allocate'])('answers the rule %s', (name) => {
    const { input, output } = RULES.find((rule) => rule.name === name)!.example;
    const { code, answers } = decide([name], [input, input]);
    expect([code, answers]).toEqual([0, [output, output]]);
  });

  it('passes over empty lines, a byte order mark and carriage returns', () => {
    const line = JSON.stringify({ arrivalsPerSecond: 20, capacityPerReplica: 3 });
    const { code, answers } = decide(['bounds/need'], `\uFEFF${line}\r\n\r\n\n${line}`);
    expect([code, answers.length]).toEqual([0, 2]);
  });

  it('tells every bad line and answers the others', () => {
    const good = '{"observation": {"wantedReplicas": 1}}';
    const { code, answers, errors } = decide(
      ['threshold'],
      Buffer.concat([
        Buffer.from(`${good}\nnonsense\n{}\n[]\n7\nnull\n`),
        Buffer.from([0xff, 0xfe, 0x0a]),
        Buffer.from(
          [
            '{"observation": {"wantedReplica": 1}}',
            '{"observation": {"wantedReplicas": -1}}',
            '{"observation": {"rates": {"meanWaiting": "many"}}}',
            '{"observation": {"wantedReplicas": 1e999}}',
            '{"observation": {"timeZone": "Mars/Phobos"}}',
            '{"observation": {}, "parameters": {"above": 0, "up": 0.5}}',
            '{"observation": {}, "unknown": 1}',
            good,
          ].join('\n'),
        ),
      ]) as unknown as string,
    );
    expect(code).toBe(2);
    expect(answers).toHaveLength(2);
    expect([...new Set(errors.map(({ line }) => line))]).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ]);
    const of = (line: number) => errors.filter((error) => error.line === line).map(({ error }) => error);
    expect(of(2)[0]).toMatch(/^is not valid JSON \(.*\); write one value per line$/);
    expect(of(3)[0]).toMatch(/^observation: is missing/);
    expect(of(4)[0]).toMatch(/^the line: must be a mapping/);
    expect(of(7)[0]).toMatch(/^is not UTF-8/);
    expect(of(8)[0]).toMatch(/^observation\.wantedReplica: unknown key; did you mean "wantedReplicas"/);
    expect(of(9)[0]).toMatch(/^observation\.wantedReplicas: must be at least 0, got -1; raise it/);
    expect(of(13).length).toBeGreaterThan(0);
  });

  it('says what is wrong on the command line, at once', () => {
    const problems = (...args: string[]) => {
      const { code, stdout, stderr } = fleetday(['decide', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(problems('hpaa')).toMatch(/^unknown policy "hpaa"; did you mean "hpa"/);
    expect(problems('hpa/replica')).toMatch(/^unknown rule "hpa\/replica"; did you mean "hpa\/replicas"/);
    expect(problems('hpa', '--parameters', '{metric: 1}')).toMatch(/^parameters\.metric: unknown key/);
    expect(problems('hpa', '--manifest', 'README.md')).toMatch(/^README\.md/);
    expect(problems('static', '--manifest', 'docs/examples/hpa.yaml')).toMatch(
      /is read for no policy static/,
    );
    expect(problems('hpa', '--feedback')).toMatch(/^--feedback: goes with --csv or --prometheus only/);
    expect(problems('bounds/need', '--stateful')).toMatch(/^--stateful: bounds\/need is a rule/);
    expect(problems('no-such.mjs')).toMatch(/^no-such\.mjs: there is no such file/);
  });
});

describe('decide over recorded metrics', () => {
  it('gives a line for every row of a table', () => {
    const { code, answers } = decide(['hpa', '--csv', 'docs/examples/metrics.csv'], '');
    expect(code).toBe(0);
    expect(answers).toHaveLength(7);
    // 41 wait at two replicas, four times the target; Kubernetes does not more than double, or go to 4.
    expect(answers[3]).toMatchObject({
      time: '2026-03-02T09:00:45.000Z',
      atSeconds: 45,
      replicas: 2,
      desiredReplicas: 4,
    });
  });

  it('decides with feedback for the replicas that it asked for', () => {
    const csv = file('flat.csv', 'time,replicas,waiting\n0,2,24\n300,2,24\n600,2,24\n');
    const wanted = (...args: string[]) =>
      decide(['threshold', '--csv', csv, ...args], '').answers.map(({ replicas, desiredReplicas }) => [
        replicas,
        desiredReplicas,
      ]);
    expect(wanted()).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    // 24 waiting are 12, 8, 6 per replica: above 5 each time.
    expect(wanted('--feedback')).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
    expect(wanted('--feedback', '--pool', '{maxReplicas: 3}').map(([replicas]) => replicas)).toEqual([
      2, 3, 3,
    ]);
  });

  it('knows columns by signal, field, metric and --map, and dates by their forms', () => {
    const csv = file(
      'names.csv',
      '"time",ready,vllm:num_requests_waiting,"my ""queue""",kvUsage\n2026-01-30 12:00:00,2,,12,0.5\n2026-01-30T12:00:15.5Z,2,,0,\n',
    );
    const { answers, code } = decide(['threshold', '--csv', csv, '--map', 'my "queue"=gateway-queue'], '');
    expect(code).toBe(0);
    expect(answers.map(({ time }) => time)).toEqual(['2026-01-30T12:00:00.000Z', '2026-01-30T12:00:15.500Z']);
  });

  it.each([
    ['', /has no rows/],
    ['time,replicas\n', /has no rows/],
    ['replicas\n1\n', /:1 has no column "time"/],
    ['time,quue\n0,1\n', /:1 nobody knows what "quue" is; name it with --map 'quue=waiting'/],
    ['time,waiting,mean_waiting\n0,1,1\n', /:1 mean_waiting is the same as waiting; keep one/],
    ['time,waiting\n0,1\n0,1\n', /:3 is not later than the row before/],
    ['time,waiting\n0,1,2\n', /:2 has 3 cells, the first line 2/],
    ['time,waiting\nnoon,1\n', /:2 time is "noon"; write seconds, or a date/],
    ['time,waiting\n0,-1\n', /:2 waiting is "-1"; write a number of at least 0/],
    ['time,waiting\n0,NaN\n', /:2 waiting is "NaN"/],
    ['time,waiting\n0,"1\n', /:2 a quote is not closed/],
    ['time,replicas\n0,2.5\n', /replicasByState\.ready: must be a whole number, got 2\.5/],
  ])('tells what is wrong with the table %j', (text, message) => {
    const { code, stderr } = fleetday(['decide', 'threshold', '--csv', file('bad.csv', text)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  const series = (name: string, pod: string | undefined, values: [number, string][]) => ({
    metric: { __name__: name, ...(pod && { pod }) },
    values,
  });
  const matrix = (...result: unknown[]) => ({ status: 'success', data: { resultType: 'matrix', result } });

  it('reads what Prometheus answers, pods as replicas', () => {
    const json = file(
      'range.json',
      JSON.stringify([
        matrix(
          series('vllm:num_requests_waiting', 'a', [
            [1_700_000_000, '12'],
            [1_700_000_015, '1'],
          ]),
          series('vllm:num_requests_waiting', 'b', [
            [1_700_000_000, '2'],
            [1_700_000_015, 'NaN'],
          ]),
        ),
        matrix(series('DCGM_FI_DEV_GPU_UTIL', 'a', [[1_700_000_000, '100']])),
      ]),
    );
    const { code, answers } = decide(
      ['threshold', '--prometheus', json, '--parameters', '{downCooldown: 0}'],
      '',
    );
    expect(code).toBe(0);
    // 7 waiting on average of two; then one replica with one waiting.
    expect(
      answers.map(({ atSeconds, replicas, desiredReplicas }) => [atSeconds, replicas, desiredReplicas]),
    ).toEqual([
      [0, 2, 3],
      [15, 1, 1],
    ]);
  });

  it.each([
    ['{', /is not valid JSON/],
    ['{"status": "error", "error": "parse error"}', /is an answer of status error \(parse error\)/],
    [JSON.stringify({ data: { resultType: 'vector', result: [] } }), /is no matrix/],
    [JSON.stringify(matrix()), /has no samples/],
    [JSON.stringify(matrix(series('up', undefined, [[0, '1']]))), /nobody knows what "up" is/],
    [JSON.stringify(matrix({ metric: {}, values: [[0, '1']] })), /result\[0\] has no name/],
    [
      JSON.stringify(matrix(series('waiting', undefined, [[0, 'x']]))),
      /has values that are no \[time, "number"\] pairs/,
    ],
  ])('tells what is wrong with the answer %s', (text, message) => {
    const { code, stderr } = fleetday(['decide', 'threshold', '--prometheus', file('bad.json', text)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('policies', () => {
  it('lists every policy and rule, for people and programs', () => {
    const { stdout } = fleetday(['policies']);
    const listed = JSON.parse(fleetday(['policies', '--json']).stdout) as { policies: Json[]; rules: Json[] };
    for (const { name } of [...SCALING_POLICIES, ...RULES]) expect(stdout).toContain(`  ${name} `);
    expect(listed.policies.map(({ name }) => name)).toEqual(SCALING_POLICIES.map(({ name }) => name));
    expect(listed.rules.map(({ name }) => name)).toEqual(RULES.map(({ name }) => name));
  });

  it('explains one with its parameters', () => {
    const { stdout } = fleetday(['policies', 'threshold']);
    expect(stdout).toMatch(/^threshold: .*\nsource: /);
    expect(stdout).toMatch(/upCooldown +\(seconds; default: 60\)/);
    expect(fleetday(['policies', 'bounds/need']).stdout).toContain('Example\n');
  });

  it('writes tuned parameters as the manifest from which they are read again', () => {
    const written = fleetday([
      'policies',
      'hpa',
      '--write-manifest',
      '--from',
      file('s.yaml', SCALED),
    ]).stdout;
    expect(written).toContain('minReplicas: 3\n  maxReplicas: 9\n');
    const again = file('again.yaml', written);
    const line = [{ observation: { wantedReplicas: 3, rates: { meanRunning: 48 } } }];
    expect(decide(['hpa', '--manifest', again], line).answers).toEqual(
      decide(['hpa', '--manifest', 'docs/examples/hpa.yaml'], line).answers,
    );
    expect(
      fleetday(['policies', 'knative', '--write-manifest', '--parameters', '{target: 32}', '--max', '7'])
        .stdout,
    ).toMatch(/autoscaling\.knative\.dev\/target: "32"[^]*max-scale: "7"/);
  });

  it('says what it cannot write', () => {
    const problem = (...args: string[]) => fleetday(['policies', ...args]).stderr;
    expect(problem('static', '--write-manifest')).toMatch(
      /^static: has no manifest; policies with manifests: hpa, keda, kpa/,
    );
    expect(problem('hpa', '--max', '3')).toMatch(/^--max: goes with --write-manifest only/);
    expect(problem('hpa', '--write-manifest', '--min', '5', '--max', '3')).toMatch(
      /^--min 5: is more than --max 3/,
    );
    expect(problem('--write-manifest')).toMatch(/needs the name of a policy/);
  });
});

const SCALED = `
workload: { arrivals: { kind: constant, requestsPerSecond: 1 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 9 }] }
autoscaling: { manifest: ${path.resolve('docs/examples/hpa.yaml')}, min: 3, max: 9 }
`;

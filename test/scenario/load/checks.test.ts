// Rules between keys: each breaks one thing in a valid scenario.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { fileWith, loaded, MINIMAL, newFolder, problems } from '../scenario-text.ts';

const start = (text: string) => `${MINIMAL}start: ${text}\ntimeZone: America/Los_Angeles\n`;
const utc = (iso: string) => Date.parse(iso);
const pool = (keys: string) => `${MINIMAL}fleet: { pools: [ { ${keys} } ] }\n`;
const arrivals = (keys: string) => `workload: { arrivals: { ${keys} } }\n`;
const prompts = (keys: string) =>
  `workload: { arrivals: { kind: constant, requestsPerSecond: 1 }, promptTokens: { ${keys} } }\n`;

describe('contradictions between keys', () => {
  it.each<[string, string]>([
    [
      pool('batching: { maxBatchedTokens: 100 }'),
      's.yaml:2:51 fleet.pools[0].batching.maxBatchedTokens: is less than maxSequences 256, so that a sequence could miss its token, got 100; raise it or lower maxSequences',
    ],
    [
      pool('batching: { policy: static, batchSize: 16 }, queueLimit: 15'),
      's.yaml:2:78 fleet.pools[0].queueLimit: is less than batchSize 16, so that no full batch could wait, got 15; raise it or lower batchSize',
    ],
    [
      pool('tp: 6'),
      's.yaml:2:25 fleet.pools[0].tp: is not a supported tensor-parallel degree, got 6; use 1, 2, 4, 8',
    ],
    [
      pool('cells: 3, replicas: 2'),
      's.yaml:2:28 fleet.pools[0].cells: is more than the 2 replicas, got 3; lower it or write auto',
    ],
    [
      pool('cells: 1, replicas: 100000'),
      's.yaml:2:28 fleet.pools[0].cells: makes cells of 100000 replicas, which a window of 60 s counts inexactly, got 1; use at least 3 cells or a window of at most 20 s',
    ],
    [
      pool('performance: { kind: fixed, secondsPerRequest: 1s }, model: gpt3-175b'),
      's.yaml:2:81 fleet.pools[0].model: has no effect with fixed performance, got "gpt3-175b"; remove it',
    ],
    [
      `${MINIMAL}fleet: { pools: [ { replicas: 60000 }, { name: b, replicas: 60000 } ] }`,
      "s.yaml:2:17 fleet.pools: have 120000 replicas together, at most 100000 are simulated, got [ { replicas: 60000 }, { name: 'b', replicas: 60000 } ]; use fewer",
    ],
    [
      `${MINIMAL}fleet: { pools: [ { name: a }, { name: a } ] }`,
      's.yaml:2:40 fleet.pools[1].name: is also the name of pools[0], got "a"; rename one',
    ],
    [
      `${MINIMAL}fleet: { pools: [ { share: 0.5 }, { name: b } ] }`,
      's.yaml:2:35 fleet.pools[1].share: is missing while other pools have one; give it to all or to none',
    ],
    [
      `${MINIMAL}fleet: { pools: [ { share: 50% }, { share: 0.6 } ] }`,
      's.yaml:2:44 fleet.pools[1].share: makes the shares sum to 1.1, got 0.6; make them sum to 1',
    ],
    [
      `${MINIMAL}duration: 10s\noutput: { window: 60 }`,
      's.yaml:3:19 output.window: is longer than the duration of 10 s, got 60; shorten it',
    ],
    [
      `${MINIMAL}duration: 21d\noutput: { window: 1s }`,
      's.yaml:3:19 output.window: makes 1814400 windows, at most 100000 are kept, got "1s"; write at least 19 s',
    ],
    [
      `${MINIMAL}duration: 366d`,
      's.yaml:1:1 output.window: is missing, and its default of 60 s makes 527040 windows, at most 100000 are kept; write at least 317 s',
    ],
    [
      `${MINIMAL}fleet: { pools: [ { replicas: 1000, queueLimit: 1M } ] }`,
      's.yaml:2:49 fleet.pools[0].queueLimit: lets 1000000000 requests wait at all replicas together, at most 100000000 are kept, got "1M"; lower it',
    ],
    [
      `${MINIMAL}economics: { salvage: 200k }`,
      's.yaml:2:23 economics.salvage: is more than a node costs (199000 USD), got "200k"; lower it',
    ],
    [
      `${MINIMAL}economics: { electricity: { kind: time-of-use, price: 1, periods: [ { price: 2, fromHour: 5, toHour: 5 } ] } }`,
      's.yaml:2:102 economics.electricity.periods[0].toHour: is also fromHour, so that the period is empty, got 5; for the whole day leave both out',
    ],
    [
      'seed: 1',
      's.yaml:1:1 workload.arrivals: is missing, as is trace; say when requests arrive, e.g. { kind: constant, requestsPerSecond: 10 }',
    ],
    [
      arrivals('curve: api-clients'),
      's.yaml:1:13 workload.arrivals.requestsPerDay: is missing, as is requestsPerSecond; give one, e.g. requestsPerDay: 1M',
    ],
    [
      arrivals('requestsPerDay: 1, requestsPerSecond: 2'),
      's.yaml:1:63 workload.arrivals.requestsPerSecond: contradicts requestsPerDay, got 2; remove one',
    ],
    [
      arrivals(`requestsPerDay: 1, curve: [${'1,'.repeat(25)}]`),
      's.yaml:1:51 workload.arrivals.curve: a curve has 24 or 168 hourly values, not 25, got [ 1, 1, 1, ... 22 more items ]',
    ],
    [
      prompts('mean: 500, median: 600'),
      's.yaml:1:79 workload.promptTokens: has mean 500 and median 600, got { mean: 500, median: 600 }; give a median below the mean',
    ],
    [
      prompts('p50: 1, p99: 1M'),
      "s.yaml:1:79 workload.promptTokens: has mean 4.554e+7 and sigma 5.939, got { p50: 1, p99: '1M' }; keep them below 1000000 and 4",
    ],
    [
      prompts('mean: 500, min: 10, max: 5'),
      's.yaml:1:79 workload.promptTokens: min 10 is above max 5, got { mean: 500, min: 10, max: 5 }; exchange them',
    ],
  ])('%s', (text, message) => {
    expect(problems(text)).toEqual([message]);
  });

  it('says how many bytes are missing when a model does not fit, beside other mistakes', () => {
    expect(problems(pool('tp: 4, model: gpt3-175b, replicas: -1'))).toEqual([
      's.yaml:2:35 fleet.pools[0].model: gpt3-175b does not fit on 4 × a100-80gb: its weights take 349.1 GB, and 47965319168 bytes (48.0 GB) are missing, got "gpt3-175b"; use a larger tp or pp, fewer bits per weight, a GPU with more memory or a smaller model',
      's.yaml:2:56 fleet.pools[0].replicas: must be at least 1, got -1; raise it',
    ]);
  });

  it('are silent about keys that are broken themselves', () => {
    expect(problems(pool('cells: 3, replicas: x'))).toHaveLength(1);
    expect(problems(`${MINIMAL}duration: x\noutput: { window: 2h }\n`)).toHaveLength(1);
  });
});

describe('local times', () => {
  it('are read on the clocks of the zone, or with their own offset', () => {
    expect(loaded(start('2024-07-01T00:00:00')).scenario.startEpochMs).toBe(utc('2024-07-01T07:00:00Z'));
    expect(loaded(start('2024-01-01')).scenario.startEpochMs).toBe(utc('2024-01-01T08:00:00Z'));
    expect(loaded(start('2024-01-01 06:30')).scenario.startEpochMs).toBe(utc('2024-01-01T14:30:00Z'));
    expect(loaded(start('2024-07-01T00:00:00+05:30')).scenario.startEpochMs).toBe(
      utc('2024-06-30T18:30:00Z'),
    );
    expect(loaded(start('2024-07-01T00:00:00Z')).scenario.startEpochMs).toBe(utc('2024-07-01T00:00:00Z'));
  });

  it('must lie between 1973 and 2100 on the clocks of the zone, too', () => {
    expect(problems(start('1973-01-01T00:00:00Z'))).toEqual([
      's.yaml:2:8 start: is 1972-12-31T16:00:00-08:00 in America/Los_Angeles, got "1973-01-01T00:00:00Z"; keep it between 1973 and 2100',
    ]);
  });

  it('that clocks skip or show twice need an offset', () => {
    const [skipped] = problems(start('2024-03-10T02:30:00'));
    expect(skipped).toBe(
      's.yaml:2:8 start: never comes in America/Los_Angeles, where clocks change then, got "2024-03-10T02:30:00"; write it with an offset, e.g. 2024-03-10T02:30:00Z',
    );
    expect(problems(start('2024-11-03T01:30:00'))[0]).toMatch(/ start: comes twice in America\/Los_Angeles/);
    const later = loaded(start('2024-11-03T01:30:00-08:00'));
    expect(later.scenario.startEpochMs).toBe(Date.parse('2024-11-03T09:30:00Z'));
    expect(later.resolvedYaml).toContain('start: 2024-11-03T01:30:00-08:00\n');
  });
});

describe('traces', () => {
  const header = 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n';

  it('are found beside the scenario file, or from the working folder when named by --set', () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 't.csv'), header);
    const file = path.join(folder, 's.yaml');
    writeFileSync(file, 'workload: { trace: { path: t.csv } }\n');
    const { scenario, resolvedYaml } = loadScenario(file, []);
    const trace = { path: path.join(folder, 't.csv'), rate: 1, loop: false };
    expect(scenario.workload).toEqual({ kind: 'trace', trace });
    expect(resolvedYaml).toContain(`path: ${trace.path}\n`);
    const fromHere = path.relative(process.cwd(), trace.path);
    expect(loadScenario(file, [`workload.trace.path=${fromHere}`]).scenario).toEqual(scenario);
  });

  it('that are missing or damaged are mistakes of their path', () => {
    expect(problems('workload: { trace: { path: no.csv } }')[0]).toMatch(
      /^s\.yaml:1:28 workload\.trace\.path: there is no such file \(.*no\.csv\), got "no\.csv"; check the path, or name yours with --set workload\.trace\.path=FILE$/,
    );
    const damaged = fileWith('TIMESTAMP,ContextTokens\n', 't.csv');
    expect(
      problems(`workload: { lengths: { path: ${damaged} }, arrivals: { requestsPerDay: 1 } }`)[0],
    ).toMatch(/workload\.lengths\.path: .*t\.csv.* no column GeneratedTokens/);
  });

  it('exclude arrivals and lengths', () => {
    const trace = fileWith(header, 't.csv');
    expect(problems(MINIMAL, [`workload.trace.path=${trace}`])).toEqual([
      expect.stringMatching(
        /^--set workload\.trace\.path=.* workload\.trace: contradicts arrivals: a trace brings its own times and lengths/,
      ),
    ]);
    const { workload } = loaded(MINIMAL, [`workload={trace: {path: ${trace}}}`]).scenario;
    expect(workload.kind).toBe('trace');
  });
});

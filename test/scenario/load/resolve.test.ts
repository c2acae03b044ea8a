import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { shippedScenarios } from '../../../src/scenario/shipped.ts';
import { fileWith, loaded, MINIMAL } from '../scenario-text.ts';

const trace = fileWith('TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6,374,44\n', 't.csv');

function diurnal(keys: string) {
  const { workload } = loaded(
    `timeZone: Europe/Paris\nworkload: { arrivals: { requestsPerDay: 864, ${keys} } }`,
  ).scenario;
  return workload.kind === 'synthetic' && workload.arrivals.kind === 'diurnal'
    ? workload.arrivals
    : undefined;
}

describe('defaults', () => {
  it('make a day of GPT-3 on one DGX A100 of two lines', () => {
    const { scenario, hash } = loaded(MINIMAL);
    expect(scenario).toMatchObject({
      name: 's',
      seed: 1,
      durationSeconds: 86_400,
      windowSeconds: 60,
      drain: 'finish',
      routing: 'power-of-two',
      slo: { ttftSeconds: 2, tpotSeconds: 0.2, e2eSeconds: undefined },
      economics: {
        tariff: { kind: 'flat', usdPerKwh: 0.08 },
        nodePriceUsd: 199_000,
        rent: { usdPerGpuHour: 2.21, granularitySeconds: 1, minimumSeconds: 60 },
      },
    });
    expect(scenario.pools).toEqual([
      {
        name: 'pool-1',
        perf: {
          kind: 'physical',
          model: 'gpt3-175b',
          gpu: 'a100-80gb',
          stack: 'fastertransformer',
          tp: 8,
          pp: 1,
          weights: 'fp16',
          compute: 'fp16',
          kvCache: 'fp16',
        },
        node: 'dgx-a100',
        replicas: 1,
        cells: 1,
        share: 1,
        batching: {
          policy: 'continuous',
          maxBatchedTokens: 2048,
          maxSequences: 256,
          longPrefillThreshold: 0,
          requireFullPromptFree: true,
        },
        limits: { maxModelLength: 2048, overlong: 'reject', queueLimit: 1000 },
        ownership: 'owned',
      },
    ]);
    expect(hash).toMatch(/^[0-9a-f]{8}$/);
  });

  it('follow from other keys: stack and limit from the model, cells and shares from the replicas', () => {
    const two = 'fleet={pools: [{model: LLaMA2 70B, replicas: 300}, {replicas: 100}]}';
    const { pools } = loaded(MINIMAL, [two]).scenario;
    expect(pools[0]).toMatchObject({
      perf: { model: 'llama2-70b', stack: 'vllm-0.2' },
      limits: { maxModelLength: 4096 },
      cells: 3,
      share: 0.75,
    });
    expect(pools[1]).toMatchObject({ name: 'pool-2', cells: 1, share: 0.25 });
  });

  it('name a scenario after its file, as far as letters and digits go', () => {
    const nameOf = (file: string) => loadScenario(fileWith(MINIMAL, file), []).scenario.name;
    expect(['My Fleet (2).yaml', 'Zürich.yml', '.yaml', 'a.b'].map(nameOf)).toEqual([
      'my-fleet-2-',
      'z-rich',
      'scenario',
      'a-b',
    ]);
  });

  it('shorten the window with the run', () => {
    expect(loaded(MINIMAL, ['duration=90s']).scenario.windowSeconds).toBe(60);
    expect(loaded(MINIMAL, ['duration=10.5s']).scenario.windowSeconds).toBe(11);
  });

  it('take the zone of a curve from the catalog, of numbers from the scenario', () => {
    expect(diurnal('curve: campus-chatgpt')).toMatchObject({
      timeZone: 'Asia/Shanghai',
      requestsPerSecondMean: 0.01,
    });
    expect(diurnal(`curve: [${'1,'.repeat(24)}]`)).toMatchObject({ timeZone: 'Europe/Paris' });
    expect(diurnal('timeZone: UTC')).toMatchObject({ timeZone: 'UTC', interpolation: 'linear' });
  });
});

describe('a lognormal length', () => {
  it.each([
    ['{ mean: 500 }', 500, 0.8],
    ['{ mean: 500, sigma: 1 }', 500, 1],
    // mean = median · e^(0.8²/2) = median · 1.3771…
    ['{ median: 363.0745, sigma: 0.8 }', 500, 0.8],
    ['{ mean: 500, median: 363.0745 }', 500, 0.8],
    // ln(10) / 2.32635 = 0.98979; 100 · e^(0.98979²/2) = 163.21.
    ['{ p50: 100, p99: 1000 }', 163.21, 0.98979],
  ])('%s has mean %d and sigma %d', (written, mean, sigma) => {
    const { workload } = loaded(MINIMAL, [`workload.promptTokens=${written}`]).scenario;
    const prompt =
      workload.kind === 'synthetic' && workload.tokens.kind === 'independent' && workload.tokens.prompt;
    expect(prompt).toMatchObject({
      kind: 'lognormal',
      mean: expect.closeTo(mean, 1),
      sigma: expect.closeTo(sigma, 4),
    });
  });
});

describe('the resolved scenario', () => {
  const variants: [string, string[]][] = [
    ...shippedScenarios().map(({ name, path }): [string, string[]] => [
      path,
      name === 'azure-conversation' ? [`workload.trace.path=${trace}`] : [],
    ]),
    [fileWith(MINIMAL), []],
    [
      fileWith(MINIMAL),
      ['fleet={pools: [{replicas: 1}, {replicas: 2, ownership: rented}]}', 'seed=9007199254740991'],
    ],
    [
      fileWith(MINIMAL),
      ['workload.promptTokens={p50: 100, p99: 1k, max: 4000}', 'workload.outputTokens=7', 'slo.e2e=1m'],
    ],
    [
      fileWith(MINIMAL),
      [
        'workload.promptTokens={kind: gamma, mean: 7.3, shape: 0.3}',
        'workload.outputTokens={kind: geometric, mean: 3}',
      ],
    ],
    [
      fileWith(MINIMAL),
      [
        `workload={lengths: {path: ${trace}}, arrivals: {requestsPerDay: 1M, peakToMean: 1.5, curve: [${'1,2,'.repeat(12)}]}}`,
      ],
    ],
    [
      fileWith(MINIMAL),
      [
        'timeZone=America/New_York',
        'start=2024-07-01T00:00:00Z',
        'duration=1.1s',
        'description="two: lines\n # and\\tmore"',
      ],
    ],
    [
      fileWith(MINIMAL),
      [
        'fleet={pools: [{performance: {kind: fixed, secondsPerRequest: 70ms}, tp: 1, batching: dynamic}]}',
        'routing=random',
      ],
    ],
    [
      fileWith(MINIMAL),
      [
        'economics={electricity: {kind: time-of-use, price: 8 ct/kWh, periods: [{price: 0.3, fromHour: 22, toHour: 6}]}, life: 40y, rent: 1e-7}',
      ],
    ],
  ];

  it.each(variants)('read again gives the same scenario, text and hash: %s %j', (file, overrides) => {
    const first = loadScenario(file, overrides);
    const again = loadScenario(fileWith(first.resolvedYaml, 'elsewhere.yaml'), []);
    expect(again).toEqual(first);
  });

  it('writes out every key and notes units', () => {
    const { resolvedYaml } = loaded(MINIMAL);
    expect(resolvedYaml).toContain('duration: 86400 # seconds\n');
    expect(resolvedYaml).toContain('    price: 2.21 # USD per GPU-hour\n');
    expect(resolvedYaml).toContain('start: 2023-01-30T00:00:00+00:00\n');
  });

  it('changes its hash with any value, not with the way it is written', () => {
    const { hash } = loaded(MINIMAL);
    expect(loaded(`# a comment\n${MINIMAL}duration: 1d\n`).hash).toBe(hash);
    expect(loaded(MINIMAL, ['seed=2']).hash).not.toBe(hash);
  });
});

describe('shipped scenarios', () => {
  it('have a name, which is that of their file, and one line that says what they are', () => {
    const names = shippedScenarios().map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['azure-conversation', 'broker-2023', 'chatgpt-2023', 'small-chat']),
    );
    for (const { name, path, title } of shippedScenarios()) {
      expect(path.endsWith(`/${name}.yaml`)).toBe(true);
      expect(title.length).toBeGreaterThan(20);
      expect(title.length).toBeLessThan(100);
    }
  });

  it('describe the flagship day: 250 million questions to GPT-3 on 8×A100-80GB', () => {
    const flagship = shippedScenarios().find(({ name }) => name === 'chatgpt-2023')!;
    const { scenario } = loadScenario(flagship.path, []);
    expect(scenario.startEpochMs).toBe(Date.UTC(2023, 0, 30));
    expect(new Date(scenario.startEpochMs).getUTCDay()).toBe(1);
    expect(scenario.workload).toMatchObject({
      arrivals: { kind: 'diurnal', timeZone: 'UTC', requestsPerSecondMean: 250e6 / 86_400 },
      tokens: {
        prompt: { kind: 'lognormal', mean: 500, sigma: 0.8 },
        output: { kind: 'lognormal', mean: 220, sigma: 0.8 },
      },
    });
    expect(scenario.pools[0]).toMatchObject({
      perf: { model: 'gpt3-175b', gpu: 'a100-80gb', tp: 8, stack: 'fastertransformer' },
      limits: { maxModelLength: 2048, overlong: 'truncate' },
    });
  });

  it('take the broker estimate literally: its GPUs are exactly as many as the mean load keeps busy', () => {
    const broker = shippedScenarios().find(({ name }) => name === 'broker-2023')!;
    const { scenario } = loadScenario(broker.path, []);
    const secondsPerQuestion = 30 * 0.35;
    expect(scenario.pools[0].replicas).toBe(Math.ceil((250e6 * secondsPerQuestion) / 86_400));
    expect(scenario.pools[0].perf).toMatchObject({
      kind: 'fixed',
      tp: 1,
      secondsPerRequest: 0,
      secondsPerOutputToken: 0.35,
    });
    expect(readFileSync(broker.path, 'utf8')).toContain('47,349 USD');
  });
});

// What a scrape is told, against the result of the same run: parsed as Prometheus would, pool by pool and in sum.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expositionText } from '../../../src/report/prometheus/exposition.ts';
import { metricsText, type Observed } from '../../../src/report/prometheus/metrics.ts';
import { replicaRange } from '../../../src/report/prometheus/replicas.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import type { RunResult } from '../../../src/run/result.ts';
import { Run } from '../../../src/run/run.ts';
import type { FleetCell, Snapshot } from '../../../src/run/snapshot.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { preload } from '../../../src/scenario/load/preload.ts';
import type { LoadedScenario } from '../../../src/scenario/scenario.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { checkHistograms, parseExposition, type Parsed } from './parse.ts';

const folder = temporaryFolder();
const TWO_POOLS = `
name: two-pools
duration: 10m
workload: { arrivals: { kind: constant, requestsPerSecond: 20 } }
slo: { ttft: 500ms, tpot: 100ms }
fleet:
  pools:
    - { name: large, model: llama2-13b, tp: 1, replicas: 3, cells: 3, share: 0.75 }
    - { name: small, model: llama2-7b, tp: 1, replicas: 2, cells: 1, share: 0.25, autoscaling: { policy: static, parameters: { replicas: 1 }, min: 1, initial: 1 } }
`;

let loaded: LoadedScenario;
let result: RunResult;
const texts: string[] = [];
let observed: Observed;

async function simulate(
  threads: number,
  onSnapshot?: (run: Run, snapshot: Snapshot) => void,
): Promise<RunResult> {
  const run = new Run(loaded, { threads, outDir: '', version: '1', isServed: onSnapshot !== undefined });
  return run.execute((snapshot) => onSnapshot?.(run, snapshot));
}

beforeAll(async () => {
  const file = path.join(folder, 'two-pools.yaml');
  writeFileSync(file, TWO_POOLS);
  await preload(file, []);
  loaded = loadScenario(file, []);
  let fleet: FleetCell[] = [];
  result = await simulate(0, (run, snapshot) => {
    fleet = snapshot.fleet ?? fleet;
    observed = { info: run.info, pools: run.pools!, models: ['llama2-13b', 'llama2-7b'], snapshot, fleet };
    texts.push(metricsText(observed, undefined));
  });
});

const families = () => parseExposition(texts.at(-1)!);
const sum = (family: Parsed | undefined) => family!.samples.reduce((total, { value }) => total + value, 0);

describe('a scrape', () => {
  it('is text that Prometheus reads, with histograms in order', () => {
    // Five of two pools.
    expect(checkHistograms(families())).toBe(10);
  });

  it('has the totals of the run under the names of vLLM, in sum over the pools', () => {
    const { total } = result;
    const read = families();
    expect(sum(read.get('vllm:prompt_tokens_total'))).toBe(total.promptTokens);
    expect(sum(read.get('vllm:generation_tokens_total'))).toBe(total.outputTokens);
    expect(sum(read.get('vllm:request_success_total'))).toBe(total.finished);
    expect(sum(read.get('vllm:num_preemptions_total'))).toBe(total.preemptions);
    expect(sum(read.get('fleetday_requests_arrived_total'))).toBe(total.arrived);
    expect(sum(read.get('vllm:num_requests_running'))).toBe(0);
    for (const [name, of] of [
      ['vllm:time_to_first_token_seconds', total.ttft],
      ['vllm:inter_token_latency_seconds', total.itl],
      ['vllm:request_time_per_output_token_seconds', total.tpot],
      ['vllm:e2e_request_latency_seconds', total.e2e],
    ] as const) {
      const { samples } = read.get(name)!;
      const all = (suffix: string) =>
        samples.filter((sample) => sample.name === name + suffix).reduce((one, { value }) => one + value, 0);
      expect(all('_count'), name).toBe(of.count);
      expect(all('_sum') / of.count, name).toBeCloseTo(of.meanSeconds, 9);
    }
  });

  it('tells pools apart by label, and their models', () => {
    const { samples } = families().get('vllm:request_success_total')!;
    expect(samples.map(({ labels }) => labels)).toEqual([
      { model_name: 'llama2-13b', pool: 'large', finished_reason: 'stop' },
      { model_name: 'llama2-7b', pool: 'small', finished_reason: 'stop' },
    ]);
    // Shares of a Poisson stream: three quarters, within five standard deviations.
    const [large, small] = samples.map(({ value }) => value);
    const requests = large + small;
    expect(Math.abs(large - 0.75 * requests)).toBeLessThan(5 * Math.sqrt(requests * 0.75 * 0.25));
    const replicas = families()
      .get('fleetday_replicas')!
      .samples.filter(({ labels }) => labels.state === 'ready');
    expect(replicas.map(({ value }) => value)).toEqual([3, 1]);
  });

  it('never shows a counter that falls', () => {
    const before = new Map<string, number>();
    for (const text of texts) {
      for (const { type, samples } of parseExposition(text).values()) {
        if (type === 'gauge') continue;
        for (const { name, labels, value } of samples) {
          const key = name + JSON.stringify(labels);
          expect(value, key).toBeGreaterThanOrEqual(before.get(key) ?? 0);
          before.set(key, value);
        }
      }
    }
    expect(texts.length).toBeGreaterThan(10);
  });

  it('has the simulated time, the SLO and the cost', () => {
    const read = families();
    const { total, ledger, info } = result;
    expect(sum(read.get('fleetday_simulated_seconds_total'))).toBe(total.endSeconds);
    expect(sum(read.get('fleetday_simulated_timestamp_seconds'))).toBe(
      info.startEpochMs / 1000 + total.endSeconds,
    );
    expect(sum(read.get('fleetday_slo_attainment_ratio'))).toBe(total.attained / total.arrived);
    const usd = ledger.reduce((all, row) => all + row.totalUsd, 0);
    expect(sum(read.get('fleetday_cost_usd'))).toBeCloseTo(usd, 9);
    expect(sum(read.get('fleetday_cost_usd_per_hour'))).toBeCloseTo(usd / (10 / 60), 9);
    const statuses = read.get('fleetday_run_status')!.samples.filter(({ value }) => value === 1);
    expect(statuses.map(({ labels }) => labels.status)).toEqual(['finished']);
  });

  it('is there before the first window, all zero', () => {
    const run = new Run(loaded, { threads: 0, outDir: '', version: '1', isServed: true });
    const before: Observed = {
      info: run.info,
      pools: run.pools!,
      models: ['a', 'b'],
      snapshot: undefined,
      fleet: [],
    };
    const read = parseExposition(metricsText(before, undefined));
    expect(sum(read.get('vllm:generation_tokens_total'))).toBe(0);
    expect(read.has('fleetday_slo_attainment_ratio')).toBe(false);
    expect(checkHistograms(read)).toBe(10);
  });

  it('has single replicas in the place of their pools, so that no request counts twice', () => {
    const read = parseExposition(metricsText(observed, replicaRange('0-1')));
    const { samples } = read.get('vllm:num_requests_waiting')!;
    expect(samples.map(({ labels }) => [labels.pool, labels.replica])).toEqual([
      ['large', '0'],
      ['large', '1'],
      ['small', '0'],
      ['small', '1'],
    ]);
    const states = read.get('fleetday_replica_state')!.samples.map(({ labels }) => labels.state);
    expect(states).toEqual(['ready', 'ready', 'ready', 'off']);
    expect(sum(read.get('vllm:request_success_total'))).toBe(result.total.finished);
  });

  it('tells of at most a thousand replicas', () => {
    expect(replicaRange('7')).toEqual({ first: 7, last: 7 });
    expect(replicaRange('0-999')).toEqual({ first: 0, last: 999 });
    expect(() => replicaRange('0-1000')).toThrow('at most 1000 at once, got 1001');
    for (const text of ['', 'all', '5-3', '-3', '1-2-3', '1e3'])
      expect(() => replicaRange(text)).toThrow('0-99');
    const cell = { firstReplica: 0, packed: new Int32Array(6 * 600) };
    const fleet = [
      { pool: 0, ...cell },
      { pool: 1, ...cell },
    ];
    expect(() => metricsText({ ...observed, fleet }, replicaRange('0-599'))).toThrow(
      'all pools together have 1200',
    );
  });

  const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
  it.skipIf(!hasPromtool)(
    'passes promtool, but for the colon in the names of vLLM (skipped where there is none)',
    () => {
      const { stderr } = spawnSync('promtool', ['check', 'metrics'], {
        input: texts.at(-1),
        encoding: 'utf8',
      });
      const others = stderr
        .split('\n')
        .filter((line) => !/^vllm:\w+ metric names should not contain ':'$/.test(line));
      expect(others).toEqual(['']);
    },
  );
});

describe('the format', () => {
  it('escapes labels and help', () => {
    const samples = [{ labels: { a: 'x"y\\z\nw' }, value: Infinity }];
    const text = expositionText([{ name: 'n', type: 'gauge', help: 'two\nlines', samples }]);
    expect(text).toBe('# HELP n two\\nlines\n# TYPE n gauge\nn{a="x\\"y\\\\z\\nw"} +Inf\n');
    expect(parseExposition(text).get('n')!.samples[0].labels.a).toBe('x"y\\z\nw');
  });
});

describe('being watched', () => {
  it('changes no byte of the results, on no number of threads', async () => {
    const expected = resultFiles(await simulate(0), loaded);
    expect(resultFiles(result, loaded)).toEqual(expected);
    const threaded = await simulate(3, (run, snapshot) => {
      metricsText({ ...observed, info: run.info, pools: run.pools!, snapshot }, undefined);
    });
    expect(resultFiles(threaded, loaded)).toEqual(expected);
  });
});

// The sweep itself, with an executor that makes its summaries up: what is simulated, how often, and what becomes of it.
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/experiment/sweep/analysis/analysis.ts';
import { NO_CACHE, openCache } from '../../../src/experiment/sweep/cache.ts';
import { loadExperiment } from '../../../src/experiment/sweep/file/load.ts';
import { planSweep, pointOf } from '../../../src/experiment/sweep/plan.ts';
import type { PointExecutor, PointOutcome, SweepPoint } from '../../../src/experiment/sweep/point.ts';
import { runSweep, type SweepOptions } from '../../../src/experiment/sweep/sweep.ts';
import { makeFolder } from '../../../src/report/files.ts';
import { fileWith, MINIMAL, newFolder } from '../../scenario/scenario-text.ts';

const KNOWN = ['total_usd', 'slo_attainment', 'p99_ttft_ms', 'usd_per_million_output_tokens'];
const scenario = fileWith(`${MINIMAL}fleet: { pools: [{ replicas: 1 }] }\n`);

async function planOf(parameters: string, more = '') {
  const file = fileWith(`scenario: ${scenario}\nparameters: { ${parameters} }\n${more}`, 'e.yaml');
  return planSweep(loadExperiment(file, { parameters: [], overrides: [], knownKeys: KNOWN }), '1.0');
}

type Answer = (point: SweepPoint) => PointOutcome | undefined;

/** Comes back in reverse: order is free. */
function executorOf(answer: Answer): PointExecutor & { asked: SweepPoint[] } {
  const asked: SweepPoint[] = [];
  return {
    asked,
    run: async (points, onOutcome) => {
      asked.push(...points);
      for (const point of points.toReversed()) {
        const outcome = answer(point);
        if (outcome !== undefined) onOutcome(outcome);
      }
    },
    close: async () => {},
  };
}

const replicasOf = (point: SweepPoint) => Number(point.assignments['fleet.pools[0].replicas']);
const ok = (key: string, total_usd: number): PointOutcome => ({ key, ok: true, summary: { total_usd } });
const cost: Answer = (point) => ok(point.key, 100 * replicasOf(point) + point.seed);

function options(executor: PointExecutor, more: Partial<SweepOptions> = {}): SweepOptions {
  const { signal } = new AbortController();
  return { executor, cache: NO_CACHE, signal, onProgress: () => {}, ...more };
}

describe('a sweep', () => {
  it('has a row for every variant and seed, in order, however its points come back', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": [2, 1]', 'seeds: 3');
    const { rows, isPartial } = await runSweep(plan, options(executorOf(cost)));
    expect(rows.map(({ variant, seed, summary }) => [variant.index, seed, summary!.total_usd])).toEqual([
      [0, 1, 201],
      [0, 2, 202],
      [0, 3, 203],
      [1, 1, 101],
      [1, 2, 102],
      [1, 3, 103],
    ]);
    expect(isPartial).toBe(false);
  });

  it('simulates a point once, however many variants come to the same scenario', async () => {
    // 1 and 1.0 written otherwise: the same replicas.
    const plan = await planOf('"fleet.pools[0].replicas": [1, "1k", 1000]');
    const executor = executorOf(cost);
    const { rows, simulated } = await runSweep(plan, options(executor));
    expect([executor.asked.length, rows.length, simulated]).toEqual([2, 3, 2]);
    expect(rows[1].summary).toEqual(rows[2].summary);
  });

  it('finds in the cache what was simulated before, and goes on where it was stopped', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": 1..6:1');
    const cache = openCache({ dir: newFolder(), makeFolder, nowMs: () => 0 });
    const stopping = new AbortController();
    let come = 0;
    const first = executorOf((point) => {
      if (++come === 3) stopping.abort();
      return come > 3 ? undefined : cost(point);
    });
    const partial = await runSweep(plan, options(first, { cache, signal: stopping.signal }));
    expect([partial.rows.length, partial.isPartial]).toEqual([3, true]);
    const second = executorOf(cost);
    const whole = await runSweep(plan, options(second, { cache }));
    expect([second.asked.length, whole.cached, whole.simulated]).toEqual([3, 3, 3]);
    const third = executorOf(cost);
    const again = await runSweep(plan, options(third, { cache }));
    expect(third.asked).toEqual([]);
    expect(again.rows).toEqual(whole.rows);
  });

  it('keeps a failing point as a row with its error, and a variant with a mistake too', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": [0, 1, 2]', 'seeds: 2');
    const result = await runSweep(
      plan,
      options(
        executorOf((point) =>
          replicasOf(point) === 1
            ? { key: point.key, ok: false, error: { kind: 'lost', message: 'died' } }
            : cost(point),
        ),
      ),
    );
    const kinds = result.rows.map(({ error }) => error?.kind ?? 'ok');
    expect(kinds).toEqual(['user', 'user', 'lost', 'lost', 'ok', 'ok']);
    const { failures, variants } = analyse(result);
    expect(failures).toHaveLength(4);
    expect(failures[0].error!.message).toMatch(/replicas=0: must be at least 1/);
    // Without a baseline of its own the first that can be simulated is it.
    expect(plan.baseline).toBe(1);
    expect(variants[2].differences).toBeUndefined();
  });

  it('refuses an experiment of which no variant is valid', async () => {
    await expect(planOf('"fleet.pools[0].replicaz": [1, 2]')).rejects.toThrow(
      /--set fleet\.pools\[0\]\.replicaz/,
    );
  });

  it('adds seeds to the variants whose interval is too wide, the same ones every time', async () => {
    const plan = await planOf(
      '"fleet.pools[0].replicas": [1, 2]',
      'seeds: 2\nstop: { response: total_usd, absoluteHalfWidth: 1, seedsMax: 9 }',
    );
    // The first varies by ± 5 for ever, the second not at all.
    const noisy: Answer = (point) =>
      ok(point.key, replicasOf(point) === 1 ? 100 + 5 * (point.seed % 2 ? 1 : -1) : 200);
    const { rows, isPartial } = await runSweep(plan, options(executorOf(noisy)));
    const seeds = [0, 1].map((index) => rows.filter(({ variant }) => variant.index === index).length);
    expect(seeds).toEqual([9, 2]);
    expect(isPartial).toBe(false);
  });

  it('takes differences seed by seed: what chance does to both cancels', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": [1, 2]', 'seeds: 3');
    const shared: Answer = (point) => ok(point.key, 100 * replicasOf(point) + 1000 * (point.seed % 2));
    const { variants } = analyse(await runSweep(plan, options(executorOf(shared))));
    expect(variants[1].responses.total_usd.halfWidth).toBeGreaterThan(1000);
    expect(variants[1].differences!.total_usd).toEqual({ count: 3, mean: 100, halfWidth: 0 });
  });

  it('knows a limit that is kept for sure from one that is within chance', async () => {
    const plan = await planOf(
      '"fleet.pools[0].replicas": [1, 2, 3]',
      'seeds: 2\nconstraints: [total_usd < 250, total_usd > 150]\nobjectives: { minimise: [total_usd] }',
    );
    const { variants } = analyse(await runSweep(plan, options(executorOf(cost))));
    expect(variants.map(({ isFeasible, isOnFront }) => [isFeasible, isOnFront])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ]);
    expect(variants[1].constraints.map(({ verdict, isSure }) => [verdict, isSure])).toEqual([
      ['met', true],
      ['met', true],
    ]);
  });
});

describe('the key of a point', () => {
  it('changes with scenario, seed, version and the contents of files, and with nothing else', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": [1, 2]');
    const [first, second] = plan.variants;
    const key = pointOf(plan, first, 1, 0).key;
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(pointOf(plan, first, 1, 7).key).toBe(key);
    const file = { path: '/t.csv', bytes: 1, sha256: 'x' };
    const withFile = { ...first, prepared: { ...first.prepared!, files: [file] } };
    const others = [
      pointOf(plan, second, 1, 0),
      pointOf(plan, first, 2, 0),
      pointOf({ ...plan, version: '1.1' }, first, 1, 0),
      pointOf(plan, withFile, 1, 0),
    ].map((point) => point.key);
    expect(new Set([key, ...others]).size).toBe(5);
  });

  it('is of the scenario with the seed in it', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": [1]');
    expect(pointOf(plan, plan.variants[0], 42, 0).resolvedYaml).toMatch(/^seed: 42$/m);
  });
});

describe('common random numbers', () => {
  it('need the same cells in all variants: the fewest, where the user leaves them open', async () => {
    const plan = await planOf('"fleet.pools[0].replicas": [100, 1000]');
    expect(plan.cells).toEqual(['fleet.pools[0].cells=1']);
    expect(plan.variants.map(({ prepared }) => prepared!.loaded.scenario.pools[0].cells)).toEqual([1, 1]);
    const own = await planOf('"fleet.pools[0].replicas": [100, 1000], "fleet.pools[0].cells": [1, 2]');
    expect(own.cells).toEqual([]);
  });
});

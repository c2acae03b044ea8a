// What differs between two runs, of summaries and scenarios written by hand, and of runs in earnest.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { causes } from '../../../src/report/diff/causes.ts';
import { differenceJson, differenceOf, differenceText } from '../../../src/report/diff/diff.ts';
import { costDifferences, resultDifferences } from '../../../src/report/diff/results.ts';
import { scenarioDifferences } from '../../../src/report/diff/scenario.ts';
import { changeText, valueText } from '../../../src/report/diff/values.ts';
import { writeResults } from '../../../src/report/files.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { Run } from '../../../src/run/run.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('scenarios', () => {
  it('differ by path; a pool more does not shift the others', () => {
    const a = { seed: 1, fleet: { pools: [{ name: 'main', replicas: 4 }] }, slo: {}, days: [1, 2] };
    const b = {
      seed: 1,
      fleet: {
        pools: [
          { name: 'spare', replicas: 1 },
          { name: 'main', replicas: 6 },
        ],
      },
      slo: { ttft: 2 },
      days: [1, 3],
    };
    expect(scenarioDifferences(a, b)).toEqual([
      { path: 'fleet.pools[main].replicas', a: 4, b: 6 },
      { path: 'days', a: '[1, 2]', b: '[1, 3]' },
      { path: 'fleet.pools[spare].name', a: undefined, b: 'spare' },
      { path: 'fleet.pools[spare].replicas', a: undefined, b: 1 },
      { path: 'slo.ttft', a: undefined, b: 2 },
    ]);
    expect(scenarioDifferences(a, structuredClone(a))).toEqual([]);
  });
});

describe('results', () => {
  it('are those that differ, service before latency before cost', () => {
    const a = {
      seed: 1,
      total_usd: 100,
      mfu: 0.1,
      p99_ttft_ms: 500,
      slo_attainment: 0.9,
      arrived: 10,
      gpus: 8,
    };
    const b = {
      seed: 2,
      total_usd: 80,
      mfu: 0.2,
      p99_ttft_ms: 750,
      slo_attainment: 0.8,
      arrived: 10,
      gpus: 8,
    };
    const found = resultDifferences(a, b);
    expect(found.map(({ key, change }) => [key, change])).toEqual([
      ['slo_attainment', undefined],
      ['p99_ttft_ms', 0.5],
      ['total_usd', -0.2],
      ['mfu', undefined],
    ]);
    expect(found.map(changeText)).toEqual(['−10.0 pp', '+50.0 %', '−20.0 %', '+10.0 pp']);
  });

  it('do not differ by the order of a sum, nor by a key that one version lacks and the other leaves empty', () => {
    expect(resultDifferences({ mbu: 0.1 + 0.2, held: null }, { mbu: 0.3 })).toEqual([]);
  });

  it('list the parts of the cost, the largest difference first, whatever parts there are', () => {
    const a = { electricity_usd: 10, amortization_usd: 50, rent_usd: 0, total_usd: 60 };
    const b = { electricity_usd: 12, amortization_usd: 50, staff_usd: 5, total_usd: 67 };
    expect(costDifferences(a, b)).toEqual([
      { part: 'staff', aUsd: 0, bUsd: 5, differenceUsd: 5, change: undefined },
      { part: 'electricity', aUsd: 10, bUsd: 12, differenceUsd: 2, change: 0.2 },
      { part: 'amortization', aUsd: 50, bUsd: 50, differenceUsd: 0, change: 0 },
      { part: 'total', aUsd: 60, bUsd: 67, differenceUsd: 7, change: 7 / 60 },
    ]);
    expect(costDifferences(a, a)).toEqual([]);
  });

  it('are written so that one can tell them apart', () => {
    const change = (a: number, b: number) => changeText({ a, b, unit: 's', change: (b - a) / a });
    expect([change(1, 5), change(1, 1.5), change(3, 2), change(1, 1.000_01)]).toEqual([
      '×5.00',
      '+50.0 %',
      '−33.3 %',
      '+<0.01 %',
    ]);
    expect(valueText('a\nname  that goes on and on and on and on and on', '')).toBe(
      'a name that goes on and on and on and o…',
    );
    expect([valueText(undefined, ''), valueText(1_234_567, 'requests'), valueText(0.5, 'share')]).toEqual([
      '—',
      '1,234,567',
      '50.0 %',
    ]);
  });
});

describe('causes', () => {
  const served = {
    arrived: 9,
    completed: 9,
    total_input_tokens: 90,
    total_output_tokens: 99,
    simulated_seconds: 60,
  };
  const of = (paths: string[], a: object = {}, b: object = {}) =>
    causes({
      a: { ...served, version: '1', partial: false, ...a },
      b: { ...served, version: '1', partial: false, ...b },
      scenario: paths.map((each) => ({ path: each, a: 1, b: 2 })),
      resultsDiffer: Object.keys(b).length > 0,
    });

  it('are told where they are sure', () => {
    expect(of([])).toEqual(['Same scenario, same seed: the results are the same.']);
    expect(of(['seed'], {}, { arrived: 10 })[0]).toBe('Same scenario, other seed: what differs is chance.');
    expect(of([], {}, { version: '2', mfu: 1 })[0]).toContain('but fleetday 1 and 2');
    expect(of([], {}, { partial: true })[0]).toContain('b was stopped early');
    expect(of(['economics.pue'], {}, { total_usd: 1 })[0]).toContain(
      'Only prices and energy accounting differ',
    );
    expect(of(['slo.ttft'], {}, { slo_attainment: 1 })[0]).toContain('Only the SLO differs');
    expect(of(['fleet.pools[main].replicas'], {}, { total_usd: 1 })).toEqual([
      'Both had the same requests at the same times.',
    ]);
    expect(of(['workload.arrivals.requestsPerSecond'], {}, { arrived: 18 })).toEqual([
      'The traffic differs: b has 2.00 times as many requests as a.',
    ]);
    expect(of(['duration'], {}, { simulated_seconds: 30, arrived: 9 })[0]).toContain('(60 s and 30 s)');
  });

  it('are not guessed', () => {
    // Other cells draw other requests, however few.
    expect(of(['fleet.pools[main].cells'], {}, { total_input_tokens: 91 })).toEqual([]);
    // Prices that a policy looks at may change what it does.
    expect(of(['economics.pue'], {}, { completed: 8 })).toEqual([]);
    expect(of(['seed', 'fleet.pools[main].replicas'], {}, { arrived: 10 })).not.toContain(
      'Same scenario, other seed: what differs is chance.',
    );
  });
});

describe('two runs', () => {
  const folder = temporaryFolder();
  const dir = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    for (const [name, override] of [
      ['a', 'fleet.pools[0].replicas=48'],
      ['b', 'fleet.pools[0].replicas=24'],
    ]) {
      const loaded = loadScenario('scenarios/small-chat.yaml', ['duration=20m', override]);
      const result = await new Run(loaded, { threads: 0, outDir: dir(name), version: '1' }).execute();
      writeResults(dir(name), resultFiles(result, loaded));
    }
  });

  it('of which one has half the replicas cost half the capital on the same requests', () => {
    const difference = differenceOf(dir('a'), dir('b'));
    expect(difference.scenario).toEqual([{ path: 'fleet.pools[main].replicas', a: 48, b: 24 }]);
    expect(difference.causes).toEqual(['Both had the same requests at the same times.']);
    const capital = difference.cost.find(({ part }) => part === 'amortization')!;
    expect(capital.change).toBeCloseTo(-0.5, 12);
    const text = differenceText(difference, { all: false });
    expect(text).toContain('fleet.pools[main].replicas  48  24');
    expect(text).toMatch(/replica_hours +16 +8 +−50\.0 % {2}h/);
    expect(text).toMatch(/\d+ more figures differ; --all shows them\.\n$/);
    expect(differenceText(difference, { all: true })).toContain('\nbatch_mean');
    const json = JSON.parse(differenceJson(difference)) as { results: { key: string }[] };
    expect(json.results.map(({ key }) => key)).toContain('batch_mean');
  });

  it('that are the same one do not differ', () => {
    expect(differenceText(differenceOf(dir('a'), dir('a')), { all: true })).toContain(
      'the results are the same.',
    );
  });
});

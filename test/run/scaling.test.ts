// Runs of fleets that scale: nothing of them depends on threads or windows, and what they say of requests, replicas and
// nodes adds up. That they can be interrupted is in resume.test.ts.
import { describe, expect, it } from 'vitest';
import { resultFiles } from '../../src/report/result-files.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { SCALING_VARIANTS, writeScaling } from './scaling.scenario.ts';

const file = writeScaling(temporaryFolder());

async function execute(overrides: string[], threads = 0, isOnlyRun = false) {
  const loaded = loadScenario(file, overrides);
  const options = { threads, isOnlyRun, outDir: 'out/test', version: 'test' };
  const result = await new Run(loaded, options).execute();
  return { result, files: resultFiles(result, loaded) };
}

const sum = <T>(rows: readonly T[], value: (row: T) => number) =>
  rows.reduce((total, row) => total + value(row), 0);

describe('a run of a fleet that scales', () => {
  it.each(Object.entries(SCALING_VARIANTS))(
    'gives the same bytes on any threads: %s',
    async (_, overrides) => {
      const { files, result } = await execute(overrides);
      expect(result.scaling.length).toBeGreaterThan(5);
      for (const threads of overrides.length === 0 ? [1, 2, 7] : [2])
        expect((await execute(overrides, threads)).files).toEqual(files);
      // The calling thread in the place of one of two, and of the only one.
      for (const threads of [1, 2]) expect((await execute(overrides, threads, true)).files).toEqual(files);
    },
  );

  it.each(Object.entries(SCALING_VARIANTS))(
    'decides the same however long its windows are: %s',
    async (_, overrides) => {
      const { result: coarse } = await execute([...overrides, 'output.window=10m']);
      const { result: fine } = await execute([...overrides, 'output.window=7s']);
      // In the drain a long window lets them go on for longer.
      const decisions = ({ scaling }: RunResult) => scaling.filter(({ atSeconds }) => atSeconds <= 840);
      expect(decisions(fine)).toEqual(decisions(coarse));
      for (const key of ['arrived', 'finished', 'lost', 'retried', 'rejectedQueueFull', 'good'] as const)
        expect(fine.total[key]).toBe(coarse.total[key]);
      expect(fine.total.e2e.meanSeconds).toBe(coarse.total.e2e.meanSeconds);
      const ofDay = ({ ledger }: RunResult) => [
        sum(ledger, (row) => row.itKwh),
        sum(ledger, (row) => row.totalUsd),
      ];
      for (const [i, value] of ofDay(fine).entries()) expect(value / ofDay(coarse)[i]).toBeCloseTo(1, 9);
    },
  );

  it.each(Object.entries(SCALING_VARIANTS))(
    'accounts for every request in every window: %s',
    async (_, overrides) => {
      const { result } = await execute([...overrides, 'output.window=10s']);
      const { total } = result;
      const windows = [...result.windows];
      let inSystem = 0;
      for (const w of windows) {
        inSystem +=
          w.arrived - w.finished - w.lost - w.rejectedQueueFull - w.rejectedTooLong - w.rejectedExceedsKv;
        expect(w.running + w.waiting).toBe(inSystem);
        expect(w.held).toBeLessThanOrEqual(w.waiting);
      }
      expect(inSystem).toBe(0);
      expect(sum(windows, ({ attained }) => attained)).toBe(sum(windows, ({ good }) => good));
      for (const key of ['finished', 'lost', 'retried', 'good'] as const)
        expect(sum(windows, (w) => w[key])).toBe(total[key]);
    },
  );

  it('shows what its scenarios are for: kills, losses, requests held, orders refused', async () => {
    const [retry, lose, off, refused] = await Promise.all(
      Object.values(SCALING_VARIANTS).map(async (overrides) => (await execute(overrides)).result),
    );
    expect(retry.total).toMatchObject({ lost: 0, rejectedQueueFull: 0 });
    expect(retry.total.retried).toBeGreaterThan(0);
    expect(lose.total).toMatchObject({ retried: 0 });
    expect(lose.total.lost).toBeGreaterThan(0);
    expect(lose.total.arrived).toBe(lose.total.finished + lose.total.lost + lose.total.rejectedTooLong);
    expect(Math.max(...[...off.windows].map(({ held }) => held))).toBeGreaterThan(100);
    expect(
      [...off.windows].some(({ replicasReady, startSeconds }) => replicasReady === 0 && startSeconds > 120),
    ).toBe(true);
    expect(off.total.rejectedQueueFull).toBeGreaterThan(0);
    expect(refused.capacityRefusals).toBeGreaterThan(0);
  });
});

describe('the account of replicas and nodes', () => {
  // Every time a whole second, so that the states at the ends of windows of a second are those of the seconds after.
  const seconds = [
    'output.window=1s',
    'fleet.pools[0].autoscaling.coldStart={provision: 40s, load: 20s, reload: 8s}',
    'fleet.pools[0].autoscaling.drain.grace=60s',
    'fleet.pools[0].ownership=rented',
  ];

  it('is the integral of the states that the windows show', async () => {
    const { windows, replicaHours, ledger, scaling } = (await execute(seconds)).result;
    const day = [...windows].filter(({ phase }) => phase === 'day');
    expect(day).toHaveLength(840);
    const initial = { replicasProvisioning: 0, replicasLoading: 0, replicasReady: 4, replicasDraining: 0 };
    const atStarts = [initial, ...day.slice(0, -1)];
    const hours = (state: 'provisioning' | 'loading' | 'ready' | 'draining') =>
      sum(replicaHours, (row) => row[state]);
    expect(hours('provisioning')).toBeCloseTo(sum(atStarts, (w) => w.replicasProvisioning) / 3600, 9);
    expect(hours('loading')).toBeCloseTo(sum(atStarts, (w) => w.replicasLoading) / 3600, 9);
    expect(hours('ready')).toBeCloseTo(sum(atStarts, (w) => w.replicasReady) / 3600, 9);
    // They drain in the middle of a second: each is seen for half a second less or more.
    const dismissed = sum(scaling, ({ fromReplicas, toReplicas }) => Math.max(0, fromReplicas - toReplicas));
    expect(dismissed).toBeGreaterThan(2);
    const drainSeconds = sum(atStarts, (w) => w.replicasDraining);
    expect(Math.abs(3600 * hours('draining') - drainSeconds)).toBeLessThan(dismissed);
    // A rented node of eight replicas costs while it holds one, and for a minute more.
    const usdPerNodeHour = 8 * 2.21;
    const nodeSeconds = (3600 * sum(ledger, (row) => row.rentUsd)) / usdPerNodeHour;
    const on = day.map(
      (w) => w.replicasProvisioning + w.replicasLoading + w.replicasReady + w.replicasDraining,
    );
    expect(nodeSeconds).toBeGreaterThan(sum(on, (replicas) => Math.ceil(replicas / 8)));
    expect(nodeSeconds).toBeLessThanOrEqual(3 * 840);
  });

  it('costs an owned fleet its nodes whether they are on or off, and energy only while they are on', async () => {
    const quiet = ['workload={arrivals: {kind: constant, requestsPerSecond: 0.001}}'];
    const still = (replicas: number) =>
      `fleet.pools[0].autoscaling={policy: static, parameters: {replicas: ${replicas}}, min: 3, initial: ${replicas}}`;
    const few = (await execute([...quiet, still(3)])).result;
    const all = (await execute([...quiet, still(20)])).result;
    const capital = ({ ledger }: RunResult) => sum(ledger, (row) => row.amortizationUsd);
    expect(capital(few)).toBe(capital(all));
    const kwh = ({ ledger }: RunResult) => sum(ledger, (row) => row.itKwh);
    // Three cells of 6, 7 and 7 begin on three nodes: 0, 6 and 13 are on the first, first and second of them.
    expect(kwh(few) / kwh(all)).toBeCloseTo(2 / 3, 3);
    expect(all.scaling).toEqual([]);
  });
});

// What a run records of its scaling: hours of replicas by state, added up by hand for a timetable and a cold start
// without spread; decisions as its watchers see them; the same after an interruption.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resultFiles } from '../../src/report/result-files.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run, type RunOptions } from '../../src/run/run.ts';
import type { RunState } from '../../src/run/saving/saver.ts';
import type { Snapshot } from '../../src/run/snapshot.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';

/** One replica on a node of its own; two from 07:40 to 08:10. */
const TIMETABLE = `
name: timetable
start: 2024-05-14T07:30:00
timeZone: UTC
duration: 1h
workload:
  arrivals: { kind: constant, requestsPerSecond: 0.8 }
  promptTokens: 200
  outputTokens: 200
fleet:
  pools:
    - model: llama2-7b
      gpu: a10g
      node: g5.xlarge
      tp: 1
      replicas: 3
      ownership: rented
      autoscaling:
        policy: scheduled
        parameters:
          timetable: [{ at: "00:00", replicas: 1 }, { at: "07:40", replicas: 2 }, { at: "08:10", replicas: 1 }]
        initial: 1
        max: 3
        coldStart: { provision: 120s, load: 60s, reload: 30s, retry: 60s }
        emptyNode: 600s
`;

const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-scaling-'));
const file = path.join(folder, 'timetable.yaml');
writeFileSync(file, TIMETABLE);
afterAll(() => rmSync(folder, { recursive: true }));

interface Watched {
  result: RunResult;
  seen: Snapshot[];
}

async function watch(loaded: LoadedScenario, options: Partial<RunOptions> = {}): Promise<Watched> {
  const seen: Snapshot[] = [];
  const run = new Run(loaded, { threads: 0, outDir: '', version: '', ...options });
  return { result: await run.execute((snapshot) => seen.push(snapshot)), seen };
}

describe('a run by a timetable', () => {
  it('has the hours of its replicas by state, and of its nodes', async () => {
    const { replicaHours, ledger } = (await watch(loadScenario(file, []))).result;
    const [first, second] = replicaHours;
    expect(replicaHours).toHaveLength(2);
    // Ordered at 600 s, a node at 720 s, ready at 780 s; sent home at 2,400 s.
    expect(first.provisioning).toBeCloseTo(120 / 3600, 9);
    expect(first.loading).toBeCloseTo(60 / 3600, 9);
    expect(first.ready).toBeCloseTo((1800 + 1020) / 3600, 9);
    expect(first.draining).toBe(0);
    expect(second.provisioning).toBe(0);
    expect(second.ready).toBeCloseTo((1800 + 600) / 3600, 9);
    // It finishes what it has, some seconds' worth; its node stays for ten minutes after that.
    expect(second.draining).toBeGreaterThan(0);
    expect(second.draining).toBeLessThan(30 / 3600);
    expect(ledger[0].nodeHours).toBeCloseTo((1800 + 1200) / 3600, 9);
    expect(ledger[1].nodeHours).toBeCloseTo((1800 + 600 + 600) / 3600 + second.draining, 9);
  });

  it('counts the orders that found no capacity: each takes a minute more', async () => {
    const refusals = new Set<number>();
    for (let seed = 1; seed <= 8; seed++) {
      const overrides = [`seed=${seed}`, 'fleet.pools[0].autoscaling.coldStart.noCapacity=0.6'];
      const { capacityRefusals, replicaHours } = (await watch(loadScenario(file, overrides))).result;
      refusals.add(capacityRefusals);
      const provisioning = replicaHours[0].provisioning + replicaHours[1].provisioning;
      expect(provisioning).toBeCloseTo((120 + 60 * capacityRefusals) / 3600, 9);
    }
    expect(refusals.size).toBeGreaterThan(1);
  });

  it('tells its watchers of every decision, in the window of its time', async () => {
    const { result, seen } = await watch(loadScenario(file, []));
    expect(result.scaling.map(({ atSeconds, toReplicas }) => [atSeconds, toReplicas])).toEqual([
      [600, 2],
      [2400, 1],
    ]);
    for (const { scaling, window } of seen) {
      for (const { atSeconds } of scaling) {
        expect(atSeconds).toBeGreaterThan(window.startSeconds);
        expect(atSeconds).toBeLessThanOrEqual(window.endSeconds);
      }
    }
    // The last snapshot says once more what the last window was.
    expect(seen.slice(0, result.windows.length).flatMap(({ scaling }) => scaling)).toEqual(result.scaling);
  });

  it('says so of itself beforehand', () => {
    const { info } = new Run(loadScenario(file, []), { threads: 0, outDir: '', version: '' });
    expect(info.pools[0]).toContain(': 1–3 × ');
    expect(info.scaling).toEqual([
      {
        pool: 0,
        name: info.scaling[0].name,
        policy: 'scheduled',
        minReplicas: 1,
        maxReplicas: 3,
        initialReplicas: 1,
      },
    ]);
  });

  it.each([5, 29, 35])('interrupted after window %i ends with the same files', async (stopAfter) => {
    const loaded = loadScenario(file, []);
    const whole = await watch(loaded);
    const states: RunState[] = [];
    const run = new Run(loaded, {
      threads: 0,
      outDir: '',
      version: '',
      save: { schedule: undefined, write: async (state) => void states.push(structuredClone(state)) },
    });
    const half = await run.execute(({ windowIndex }) => void (windowIndex === stopAfter && run.stop()));
    expect(half.ending).toBe('stopped');
    const rest = await watch(loaded, { state: states[0] });
    const files = resultFiles(rest.result, loaded);
    expect(files['scaling.csv']).toContain('since tue 07:40');
    expect(files).toEqual(resultFiles(whole.result, loaded));
    expect(rest.seen.slice(0, rest.result.windows.length).flatMap(({ scaling }) => scaling)).toEqual(
      rest.result.scaling,
    );
  });
});

it('a fleet that does not scale has all replicas ready all the time, and no scaling.csv', async () => {
  const loaded = loadScenario(file, [
    'fleet.pools=[{model: llama2-7b, gpu: a10g, node: g5.xlarge, tp: 1, replicas: 3}]',
  ]);
  const { result, seen } = await watch(loaded);
  expect(result.info.scaling).toEqual([]);
  expect(seen.every(({ scaling }) => scaling.length === 0)).toBe(true);
  expect(result.replicaHours).toEqual([
    { provisioning: 0, loading: 0, ready: 1.5, draining: 0 },
    { provisioning: 0, loading: 0, ready: 1.5, draining: 0 },
  ]);
  expect(Object.keys(resultFiles(result, loaded))).not.toContain('scaling.csv');
});

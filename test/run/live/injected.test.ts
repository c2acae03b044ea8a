// What is done to a run on its way takes effect where all cells stand still, and can be done again to the byte.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/user-error.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/run/saving/checkpoint.ts';
import { Run, type RunOptions } from '../../../src/run/run.ts';
import type { RunState } from '../../../src/run/saving/saver.ts';
import type { EventOrder, RunEvent } from '../../../src/scenario/events/event.ts';
import { readEvents } from '../../../src/scenario/events/file.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { loadScalingPolicies } from '../../../src/policies/scaling/registry.ts';
import type { LoadedScenario } from '../../../src/scenario/scenario.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeScaling } from '../scaling.scenario.ts';

const folder = temporaryFolder();
const FIXED = `
duration: 20m
start: 2024-05-14T14:30:00
workload: { arrivals: { kind: diurnal, requestsPerDay: 700k } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 9, cells: 3 }] }
`;
let fixed: LoadedScenario;
let scaling: LoadedScenario;

beforeAll(async () => {
  await loadScalingPolicies(['threshold', 'hpa', 'static']);
  const file = path.join(folder, 'fixed.yaml');
  writeFileSync(file, FIXED);
  fixed = loadScenario(file, []);
  scaling = loadScenario(writeScaling(folder), []);
});

const options = { threads: 0, outDir: 'out/test', version: 'test' };

async function execute(loaded: LoadedScenario, more: Partial<RunOptions> = {}) {
  const result = await new Run(loaded, { ...options, ...more }).execute();
  return { result, files: resultFiles(result, loaded) };
}

const ON_FIXED: RunEvent[] = [
  { atSeconds: 120, kind: 'burst', factor: 3, durationSeconds: 200 },
  { atSeconds: 240, kind: 'burst', factor: 1.5, durationSeconds: 300 },
  { atSeconds: 300, kind: 'replicas', pool: 0, replicas: 4 },
  { atSeconds: 600, kind: 'replicas', pool: 0, replicas: 9 },
];
const ON_SCALING: RunEvent[] = [
  { atSeconds: 100, kind: 'replicas', pool: 0, replicas: 9 },
  { atSeconds: 130, kind: 'burst', factor: 2, durationSeconds: 120 },
  { atSeconds: 240, kind: 'policy', pool: 0, policy: 'hpa', parameters: {} },
  { atSeconds: 600, kind: 'policy', pool: 0, policy: 'static', parameters: { replicas: 12 } },
];

const cases = (): [string, LoadedScenario, RunEvent[]][] => [
  ['of constant size', fixed, ON_FIXED],
  ['that scales', scaling, ON_SCALING],
];

describe('events of a run', () => {
  it('give the same bytes on any threads, and after any resume', async () => {
    for (const [, loaded, written] of cases()) {
      const events = await again(written, loaded);
      const { files, result } = await execute(loaded, { events });
      expect(result.events!.waiting).toEqual([]);
      for (const threads of [1, 2]) expect((await execute(loaded, { events, threads })).files).toEqual(files);
      for (const threads of [loaded === fixed ? 0 : 2]) {
        const states: RunState[] = [];
        const save = {
          schedule: { clock: 'simulated', everySeconds: 60 } as const,
          write: async (state: RunState) => void states.push(throughBytes(loaded, state)),
        };
        expect((await execute(loaded, { events, threads, save })).files).toEqual(files);
        expect(states.length).toBeGreaterThan(5);
        for (const state of states.slice(5, 6))
          expect((await execute(loaded, { state, threads: 2 - threads })).files).toEqual(files);
      }
    }
  });

  it('ordered while somebody watches, can be done again from what the run has left', async () => {
    for (const [name, loaded, orders] of cases()) {
      const run = new Run(loaded, { ...options, threads: 2 });
      let asked = 0;
      const result = await run.execute(({ window }) => {
        if (asked === orders.length || window.endSeconds < 60 * asked) return;
        const { atSeconds: _, ...order } = orders[asked++];
        void run.inject(order as EventOrder);
      });
      const files = resultFiles(result, loaded);
      expect(result.events!.applied.map(({ kind }) => kind)).toEqual(orders.map(({ kind }) => kind));
      const file = path.join(folder, `${name}.yaml`);
      writeFileSync(file, files['events.yaml'] as string);
      const events = await readEvents(file, loaded.scenario);
      expect((await execute(loaded, { events })).files).toEqual(files);
    }
  });

  it('take effect at once while the run stands still, and not before', async () => {
    const run = new Run(fixed, options);
    let isOrdered = false;
    const result = await run.execute(({ status, windowIndex }) => {
      if (windowIndex !== 5 || isOrdered) return;
      if (status === 'running') run.pause();
      else {
        isOrdered = true;
        void run.inject({ kind: 'burst', factor: 5, durationSeconds: 60 }).then(() => run.resume());
      }
    });
    const [{ atSeconds }] = result.events!.applied;
    // Three windows were under way.
    expect([360, 420, 480, 540]).toContain(atSeconds);
    const before = [...(await execute(fixed)).result.windows];
    for (const [i, { arrived, startSeconds }] of [...result.windows].entries())
      expect(arrived > 3 * before[i].arrived).toBe(startSeconds === atSeconds);
  });

  it('are refused where they make no sense', async () => {
    const run = new Run(fixed, options);
    expect(await run.inject({ kind: 'replicas', pool: 0, replicas: 10 })).toMatch(/more than the 9/);
    expect(await run.inject({ kind: 'replicas', pool: 0, replicas: 2 })).toMatch(/without a replica/);
    expect(await run.inject({ kind: 'policy', pool: 0, policy: 'hpa', parameters: {} })).toMatch(
      /does not scale/,
    );
    const other = new Run(scaling, options);
    expect(await other.inject({ kind: 'policy', pool: 0, policy: 'oracle', parameters: {} })).toMatch(
      /replicaCapacity/,
    );
    const { pools } = await other.choices();
    expect(pools[0].policies).toContain('hpa');
    expect(pools[0].policies).not.toContain('oracle');
  });
});

describe('a number of replicas', () => {
  it('holds in a pool of constant size: the others drain, are paid for while they do, and come back after a cold start', async () => {
    const { windows, ledger, info } = (await execute(fixed, { events: ON_FIXED })).result;
    const at = (seconds: number) => [...windows].find(({ endSeconds }) => endSeconds === seconds)!;
    expect(at(300)).toMatchObject({ replicasReady: 9, replicasWanted: 9, replicasDraining: 0 });
    expect(at(600)).toMatchObject({ replicasReady: 4, replicasWanted: 4, replicasDraining: 0 });
    // Seven billion parameters are loaded in a minute from local disk, and sooner on a node that is on.
    expect(at(660)).toMatchObject({ replicasWanted: 9 });
    expect(at(660).replicasReady + at(660).replicasLoading).toBe(9);
    expect(at(1200)).toMatchObject({ replicasReady: 9, replicasLoading: 0 });
    // Nine replicas of one GPU on two nodes of eight: five go, one node of them is off from 600 s after its last on.
    const nodeHours = ledger.reduce((sum, row) => sum + row.nodeHours, 0);
    expect(nodeHours).toBeLessThanOrEqual((info.nodes * 1200) / 3600);
    expect(nodeHours).toBeGreaterThan((info.nodes * 900) / 3600);
  });

  it('is a floor where a policy decides', async () => {
    const events: RunEvent[] = [{ atSeconds: 100, kind: 'replicas', pool: 0, replicas: 15 }];
    const { result } = await execute(scaling, { events });
    for (const { endSeconds, replicasWanted, phase } of result.windows)
      if (endSeconds > 120 && phase === 'day') expect(replicasWanted).toBeGreaterThanOrEqual(15);
    expect(
      result.scaling.some(({ reason, toReplicas }) => reason.includes('event') && toReplicas === 15),
    ).toBe(true);
  });
});

async function again(events: RunEvent[], { scenario }: LoadedScenario): Promise<RunEvent[]> {
  const names = scenario.pools.map(({ name }) => name);
  const { eventsText } = await import('../../../src/scenario/events/file.ts');
  const file = path.join(folder, 'again.yaml');
  writeFileSync(file, eventsText(events, names));
  return readEvents(file, scenario);
}

function throughBytes(loaded: LoadedScenario, state: RunState): RunState {
  const bytes = Buffer.concat([
    ...encodeCheckpoint({ loaded, inputs: [], schedule: undefined, state }, 'test'),
  ]);
  const read = (position: number, length: number) => bytes.subarray(position, position + length);
  return decodeCheckpoint({ size: bytes.length, read }, 'test', 'test').state;
}

describe('a file of events', () => {
  const problem = async (text: string): Promise<string> => {
    const file = path.join(folder, 'broken.yaml');
    writeFileSync(file, text);
    try {
      await readEvents(file, scaling.scenario);
    } catch (error) {
      if (error instanceof UserError) return error.problems.join('\n').replaceAll(file, 'e.yaml');
      throw error;
    }
    return 'no problem';
  };

  it('is read with all its mistakes at once, and where they are', async () => {
    expect(
      await problem(
        'events:\n  - { at: 1m, kind: burst, factor: 0.5, duration: 1m }\n  - { at: .nan, kind: replicas, replicas: 1.5 }\n',
      ),
    ).toBe(
      'e.yaml:2:36 events[0].factor: must be more than 1, got 0.5; raise it\n' +
        'e.yaml:3:11 events[1].at: must be a finite number, got NaN; write a number of seconds, e.g. 90s, 200ms, 1h30m\n' +
        'e.yaml:3:43 events[1].replicas: must be a whole number, got 1.5; round it',
    );
    expect(
      await problem(
        'events:\n  - { at: 1m, kind: replicas, replicas: 30 }\n  - { at: 20m, kind: burst, factor: 2, duration: 1m }\n' +
          '  - { at: 1m, kind: policy, pool: nix, policy: hpa }\n  - { at: 1m, kind: policy, policy: hpa, parameters: { nix: 1 } }\n',
      ),
    ).toMatch(
      /^e\.yaml:2:41 .*more than the 20.*\ne\.yaml:3:11 .*arrivals have ended.*\ne\.yaml:4:35 .*no pool.*\ne\.yaml:5:\d+ .*unknown key/,
    );
    expect(await problem('events: 3\n')).toContain('e.yaml:1:9 events: must be a list');
    expect(await problem('')).toContain('the file is empty');
    expect(await problem('events: []\n')).toBe('no problem');
  });
});

// A run that is stopped and gone on with ends with the same bytes as one that never was, however often and on whatever
// threads. The states go through the bytes of a checkpoint each time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/kernel/user-error.ts';
import { resultFiles } from '../../src/report/result-files.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/saving/checkpoint.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run, type RunOptions } from '../../src/run/run.ts';
import type { RunState, Schedule } from '../../src/run/saving/saver.ts';
import type { Snapshot } from '../../src/run/snapshot.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { SCALING_VARIANTS, writeScaling } from './scaling.scenario.ts';

const SMALL = `
duration: 40m
start: 2024-05-14T14:30:00
workload: { arrivals: { kind: diurnal, requestsPerDay: 700k } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 9, cells: 5 }] }
`;
const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-resume-'));
const file = path.join(folder, 'small.yaml');
writeFileSync(file, SMALL);
afterAll(() => rmSync(folder, { recursive: true }));

const load = (...overrides: string[]) => loadScenario(file, overrides);

const VARIANTS: Record<string, string[]> = {
  'as it is': [],
  'with full queues': ['fleet.pools[0].replicas=5', 'fleet.pools[0].queueLimit=20'],
  'with preemptions': ['workload.arrivals.requestsPerDay=400k', 'workload.outputTokens=900'],
  'with batches that wait': ['fleet.pools[0].batching={policy: dynamic, batchSize: 8, maxDelay: 2s}'],
  'with service times drawn at random': [
    'fleet.pools=[{performance: {kind: fixed, secondsPerRequest: 2s, distribution: exponential}, ' +
      'batching: {policy: static, batchSize: 4, maxDelay: 1s}, tp: 1, replicas: 9, cells: 5}]',
  ],
  'with every replica in view': ['routing=least-outstanding'],
  'with dice': ['routing=random', 'workload.arrivals={kind: constant, requestsPerSecond: 9}'],
  'in two pools of several cells': [
    'fleet.pools=[{name: one, model: llama2-7b, tp: 1, replicas: 5, cells: 3, batching: {maxSequences: 16}}, ' +
      '{name: two, model: llama2-7b, tp: 1, replicas: 4, cells: 2, batching: {policy: dynamic, batchSize: 4, maxDelay: 1s}}]',
  ],
  'cut at its end': ['output.drain=cut', 'output.window=97s'],
  'with every part of the ledger': [
    'economics={ region: gansu, demandCharge: 12, maintenance: 5%, staff: 1k, pue: { curve: [{ load: 0, pue: 1.5 }, ' +
      '{ load: 1, pue: 1.1 }] }, electricity: { kind: time-of-use, price: 0.1, periods: [{ fromHour: 15, toHour: 16, price: 0.2 }] } }',
  ],
};

const LATENCY = 'with latencies that are scraped across windows';
const scalingFile = writeScaling(folder);
const CASES: [string, LoadedScenario][] = [
  ...Object.entries(VARIANTS).map(([name, overrides]): [string, LoadedScenario] => [
    name,
    load(...overrides),
  ]),
  ...Object.entries(SCALING_VARIANTS).map(([name, overrides]): [string, LoadedScenario] => [
    name,
    loadScenario(scalingFile, overrides),
  ]),
];

/** The state as it comes back from a checkpoint. */
function throughBytes(loaded: LoadedScenario, state: RunState): RunState {
  const checkpoint = { loaded, inputs: [], schedule: undefined, state };
  const bytes = Buffer.concat([...encodeCheckpoint(checkpoint, 'test')]);
  const file = {
    size: bytes.length,
    read: (position: number, length: number) => bytes.subarray(position, position + length),
  };
  return decodeCheckpoint(file, 'test', 'test').state;
}

interface Leg {
  result: RunResult;
  states: RunState[];
}

async function leg(
  loaded: LoadedScenario,
  options: Partial<RunOptions> & { schedule?: Schedule; stopAfterWindow?: number } = {},
): Promise<Leg> {
  const { schedule, stopAfterWindow, ...rest } = options;
  const states: RunState[] = [];
  const write = async (state: RunState) => void states.push(throughBytes(loaded, state));
  const run = new Run(loaded, {
    threads: 0,
    outDir: 'out/test',
    version: 'test',
    save: { schedule, write },
    ...rest,
  });
  const result = await run.execute(({ windowIndex }) => {
    if (windowIndex === stopAfterWindow) run.stop();
  });
  return { result, states };
}

const filesOf = (loaded: LoadedScenario, { result }: Leg) => resultFiles(result, loaded);

describe('a resumed run', () => {
  it.each(CASES)('ends with the same bytes: %s', async (_, loaded) => {
    const whole = filesOf(loaded, await leg(loaded));
    let state: RunState | undefined;
    for (const [threads, stopAfterWindow] of [
      [0, 0],
      [0, 7],
      [3, 21],
      [0, 41],
    ]) {
      const stopped = await leg(loaded, { threads, state, stopAfterWindow });
      if (stopped.result.ending === 'finished') break;
      state = stopped.states.at(-1)!;
      expect(state.nextWindow).toBeGreaterThan(stopAfterWindow);
      expect(stopped.result.windows).toHaveLength(state.nextWindow);
    }
    expect(filesOf(loaded, await leg(loaded, { threads: 1, state }))).toEqual(whole);
  });

  it.each([
    ['of constant size', () => load('duration=2m', 'output.window=10s')],
    [
      // Scrapes every 25 s and decisions every 20 s lie inside of the windows, and between their ends.
      'that scales',
      () => loadScenario(scalingFile, [...SCALING_VARIANTS[LATENCY], 'duration=100s', 'output.window=7s']),
    ],
  ])('goes on from every state that it saved, drain included: a fleet %s', async (_, loadIt) => {
    const loaded = loadIt();
    const saving = await leg(loaded, { threads: 1, schedule: { clock: 'simulated', everySeconds: 10 } });
    const whole = filesOf(loaded, saving);
    const day = [...saving.result.windows].filter(({ phase }) => phase === 'day');
    expect(saving.states.at(-1)!.nextWindow).toBeGreaterThan(day.length);
    for (const [i, state] of saving.states.entries()) {
      expect(filesOf(loaded, await leg(loaded, { threads: i % 3, state }))).toEqual(whole);
    }
  });

  it('shows its watchers the windows that have been', async () => {
    const loaded = load();
    const { states } = await leg(loaded, { stopAfterWindow: 20 });
    const state = states[0];
    const seen: Snapshot[] = [];
    const run = new Run(loaded, { threads: 1, outDir: 'out/test', version: 'test', state });
    const { windows } = await run.execute((snapshot) => seen.push(snapshot));
    expect(seen.slice(0, windows.length).map(({ windowIndex }) => windowIndex)).toEqual(
      [...windows].map((_, i) => i),
    );
    expect(seen[0].window.arrived).toBe([...windows][0].arrived);
  });

  it('that is stopped at once has the results it had', async () => {
    const loaded = load();
    const { states, result } = await leg(loaded, { stopAfterWindow: 20 });
    const run = new Run(loaded, { threads: 1, outDir: 'out/test', version: 'test', state: states[0] });
    run.stop();
    expect(resultFiles(await run.execute(), loaded)).toEqual(resultFiles(result, loaded));
  });
});

describe('the origin of time', () => {
  it.each(CASES)('may move as often as it likes: %s', async (_, loaded) => {
    const whole = filesOf(loaded, await leg(loaded));
    for (const [threads, rebaseSeconds] of [
      [0, 1],
      [2, 60],
      [0, 617],
    ]) {
      expect(filesOf(loaded, await leg(loaded, { threads, rebaseSeconds }))).toEqual(whole);
    }
    const [state] = (await leg(loaded, { rebaseSeconds: 300, stopAfterWindow: 15 })).states;
    expect(filesOf(loaded, await leg(loaded, { rebaseSeconds: 300, state }))).toEqual(whole);
  });
});

describe('a run of months', () => {
  const months = [
    'start=2024-02-15T00:00:00',
    'timeZone=America/New_York',
    'duration=50d',
    'output.window=1d',
    'workload={arrivals: {kind: diurnal, requestsPerDay: 500}}',
    'economics.electricity={kind: time-of-use, price: 0.1, periods: [{fromHour: 8, toHour: 20, price: 0.2}]}',
  ];

  it('has the same bytes wherever its origins lie, and however often it is stopped', async () => {
    const loaded = load(...months);
    const whole = filesOf(loaded, await leg(loaded));
    for (const rebaseSeconds of [3600, 86_400, 10 * 86_400]) {
      expect(filesOf(loaded, await leg(loaded, { rebaseSeconds }))).toEqual(whole);
    }
    let state: RunState | undefined;
    for (const stopAfterWindow of [100, 599, 600, 1000]) {
      state = (await leg(loaded, { state, stopAfterWindow })).states.at(-1);
    }
    expect(filesOf(loaded, await leg(loaded, { state }))).toEqual(whole);
  });

  it('has a row for every hour, through the night in which clocks change', async () => {
    const { ledger, windows, total } = (await leg(load(...months))).result;
    expect(ledger).toHaveLength(50 * 24);
    expect(ledger.every(({ startLocal }) => /T\d\d:00:00-0[45]:00$/.test(startLocal))).toBe(true);
    const change = ledger.findIndex(({ startLocal }) => startLocal === '2024-03-10T01:00:00-05:00');
    expect(ledger[change + 1].startLocal).toBe('2024-03-10T03:00:00-04:00');
    expect(ledger.filter(({ usdPerKwh }) => usdPerKwh === 0.2)).toHaveLength(50 * 12);
    expect([...windows].filter(({ phase }) => phase === 'day')).toHaveLength(50 * 24);
    expect(total.arrived / 25_000).toBeCloseTo(1, 1);
  });
});

describe('saving', () => {
  it('is done every so much simulated time, at multiples of it', async () => {
    const schedule: Schedule = { clock: 'simulated', everySeconds: 300 };
    const { states } = await leg(load(), { threads: 2, schedule });
    expect(states.map((state) => state.nextWindow).slice(0, 7)).toEqual([5, 10, 15, 20, 25, 30, 35]);
    // A resumed run keeps to them.
    const resumed = await leg(load(), { schedule, stopAfterWindow: 6 });
    const { states: later } = await leg(load(), { schedule, state: resumed.states.at(-1)! });
    expect(later[0].nextWindow % 5).toBe(0);
  });

  it('is done every so many real seconds', async () => {
    const { states } = await leg(load('duration=2h'), { schedule: { clock: 'wall', everySeconds: 0.001 } });
    expect(states.length).toBeGreaterThan(1);
    const { states: none } = await leg(load(), { schedule: { clock: 'wall', everySeconds: 3600 } });
    expect(none).toEqual([]);
  });

  it('waits while a state is still being written, but is done at last', async () => {
    const loaded = load('duration=2h');
    let writing = 0;
    const saved: number[] = [];
    const write = async ({ nextWindow }: RunState) => {
      expect(++writing).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      writing--;
      saved.push(nextWindow);
    };
    const schedule: Schedule = { clock: 'simulated', everySeconds: 60 };
    const options = { threads: 1, outDir: 'out/test', version: 'test', save: { schedule, write } };
    const run = new Run(loaded, options);
    const { windows } = await run.execute(({ windowIndex }) => void (windowIndex === 100 && run.stop()));
    expect(writing).toBe(0);
    expect(saved.length).toBeLessThan(100);
    expect(saved.at(-1)).toBe(windows.length);
    expect(run.saves).toMatchObject({ isSaved: true, problem: undefined });
  });

  it('that fails ends no run, but is told', async () => {
    const loaded = load();
    const whole = filesOf(loaded, await leg(loaded));
    const write = async () => {
      throw new UserError('the disk is full');
    };
    const save = { schedule: { clock: 'simulated', everySeconds: 60 } as const, write };
    const run = new Run(loaded, { threads: 1, outDir: 'out/test', version: 'test', save });
    expect(resultFiles(await run.execute(), loaded)).toEqual(whole);
    expect(run.saves).toMatchObject({ isSaved: false, problem: { message: 'the disk is full' } });
  });

  it('that has a bug fails the run', async () => {
    const write = async () => {
      throw new TypeError('a bug');
    };
    const options = { threads: 1, outDir: 'out/test', version: 'test', save: { write } };
    const run = new Run(load(), options);
    const failing = run.execute(({ windowIndex }) => void (windowIndex === 5 && run.stop()));
    await expect(failing).rejects.toThrow('a bug');
  });
});

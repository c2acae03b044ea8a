// What people do to a run while they watch it changes no result.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resultFiles } from '../../../src/report/result-files.ts';
import { Run } from '../../../src/run/run.ts';
import type { RunState } from '../../../src/run/saving/saver.ts';
import { GAUGE, GAUGE_FIELDS, REPLICA_STATES, type Snapshot } from '../../../src/run/snapshot.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { writeScaling } from '../scaling.scenario.ts';

const SHORT = ['duration=40m', 'start=2024-05-14T14:30:00', 'fleet.pools[0].cells=5'];
const options = { threads: 0, outDir: 'out/test', version: 'test' };
const loaded = loadScenario('scenarios/small-chat.yaml', SHORT, {});
const soon = (action: () => void): void => void setTimeout(action, 5);

const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-watched-'));
afterAll(() => rmSync(folder, { recursive: true }));

const quietly = new Run(loaded, options).execute().then((result) => resultFiles(result, loaded));

describe('a run that is watched', () => {
  it('shows one window a step while it is paused, and gives the same bytes', async () => {
    const run = new Run(loaded, options);
    const seen: Snapshot[] = [];
    const result = await run.execute((snapshot) => {
      seen.push(snapshot);
      if (snapshot.windowIndex === 0 && snapshot.status === 'running') run.pause();
      else if (snapshot.status === 'paused') {
        const steps = snapshot.windowIndex;
        soon(() => (steps < 10 ? run.step() : run.resume()));
      }
    });
    const paused = seen.filter(({ status }) => status === 'paused').map(({ windowIndex }) => windowIndex);
    expect(paused).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(resultFiles(result, loaded)).toEqual(await quietly);
  });

  it('shows windows no faster than it is told, and gives the same bytes', async () => {
    const run = new Run(loaded, { ...options, threads: 2 });
    const times: number[] = [];
    const result = await run.execute(({ windowIndex }) => {
      if (windowIndex === 2) run.setSpeed(1200);
      if (windowIndex > 2 && windowIndex <= 8) times.push(performance.now());
      if (windowIndex === 8) run.setSpeed('max');
    });
    // Sixty seconds of it last 50 ms; the first may have been on its way.
    expect(times.at(-1)! - times[0]).toBeGreaterThan(5 * 50 - 60);
    expect(resultFiles(result, loaded)).toEqual(await quietly);
  });

  it('tells of every replica while somebody looks, and gives the same bytes', async () => {
    const run = new Run(loaded, options);
    let looks = 0;
    let sums = { running: 0, waiting: 0 };
    const result = await run.execute(({ fleet, window, windowIndex }) => {
      if (windowIndex === 3) run.watchFleet(true);
      if (fleet === undefined) return;
      looks++;
      sums = { running: 0, waiting: 0 };
      for (const { packed } of fleet) {
        for (let at = 0; at < packed.length; at += GAUGE_FIELDS) {
          sums.running += packed[at + GAUGE.running];
          sums.waiting += packed[at + GAUGE.waiting];
          expect(packed[at + GAUGE.kvPermille]).toBeLessThanOrEqual(1000);
        }
      }
      expect(sums).toEqual({ running: window.running, waiting: window.waiting });
    });
    expect(looks).toBeGreaterThan(0);
    expect(resultFiles(result, loaded)).toEqual(await quietly);
  });

  it('tells the states of replicas that a controller turns on and off', async () => {
    const scaling = loadScenario(writeScaling(folder), []);
    const asEver = resultFiles(await new Run(scaling, options).execute(), scaling);
    const run = new Run(scaling, options);
    run.watchFleet(true);
    let looks = 0;
    const result = await run.execute(({ fleet, window, status, windowIndex }) => {
      if (windowIndex === 2 && status === 'running') run.pause();
      else if (status === 'paused') soon(() => (windowIndex < 6 ? run.step() : run.resume()));
      if (fleet === undefined) return;
      looks++;
      const states = new Map<string, number>();
      for (const { packed } of fleet) {
        for (let at = 0; at < packed.length; at += GAUGE_FIELDS) {
          const state = REPLICA_STATES[packed[at + GAUGE.state]];
          states.set(state, (states.get(state) ?? 0) + 1);
        }
      }
      expect(states.get('ready') ?? 0).toBe(window.replicasReady);
      expect(states.get('draining') ?? 0).toBe(window.replicasDraining);
      expect(states.get('loading') ?? 0).toBe(window.replicasLoading);
    });
    expect(looks).toBeGreaterThan(0);
    expect(resultFiles(result, scaling)).toEqual(asEver);
  });

  it('can be stopped while it is paused, and resumed to the same bytes', async () => {
    let saved: RunState | undefined;
    const write = async (state: RunState) => void (saved = structuredClone(state));
    const run = new Run(loaded, { ...options, save: { schedule: undefined, write } });
    const partial = await run.execute(({ windowIndex, status }) => {
      if (windowIndex === 5 && status === 'running') {
        run.pause();
        setTimeout(() => run.stop(), 50);
      }
    });
    expect(partial.ending).toBe('stopped');
    const result = await new Run(loaded, { ...options, state: saved }).execute();
    expect(resultFiles(result, loaded)).toEqual(await quietly);
  });
});

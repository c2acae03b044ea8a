import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultFiles } from '../../src/report/result-files.ts';
import { Run } from '../../src/run/run.ts';
import type { WindowMetrics } from '../../src/metrics/window-metrics.ts';
import type { RunResult } from '../../src/run/result.ts';
import type { Snapshot } from '../../src/run/snapshot.ts';
import { loadScenario } from '../../src/scenario/load.ts';

const SCENARIO = 'scenarios/small-chat.yaml';
const SHORT = ['duration=40m', 'start=2024-05-14T14:30:00', 'fleet.pools[0].cells=5'];

const options = { threads: 0, outDir: 'out/test', version: 'test' };

function execute(overrides: string[], threads = 0, watcher?: (s: Snapshot) => void): Promise<RunResult> {
  const loaded = loadScenario(SCENARIO, overrides, {});
  return new Run(loaded, { ...options, threads }).execute(watcher);
}

describe('run', () => {
  it('gives the same bytes for 1, 2 and 7 threads, and without any', async () => {
    const loaded = loadScenario(SCENARIO, SHORT, {});
    const results = [];
    for (const threads of [0, 1, 2, 7]) {
      const result = await new Run(loaded, { ...options, threads }).execute();
      results.push(resultFiles(result, loaded));
    }
    for (const files of results.slice(1)) expect(files).toEqual(results[0]);
  });

  it('gives the same bytes when it is watched and paused', async () => {
    const loaded = loadScenario(SCENARIO, SHORT, {});
    const quiet = resultFiles(await new Run(loaded, options).execute(), loaded);
    const run = new Run(loaded, { ...options, threads: 2 });
    let pauses = 0;
    const watched = await run.execute((snapshot) => {
      if (snapshot.status === 'running' && pauses < 3) {
        pauses++;
        run.pause();
        setTimeout(() => run.resume(), 20);
      }
    });
    expect(pauses).toBe(3);
    expect(resultFiles(watched, loaded)).toEqual(quiet);
  });

  it('accounts for every request: windows and hours sum to the whole', async () => {
    const { windows, hours, total, drainSeconds } = await execute(SHORT);
    const sum = (
      rows: Iterable<WindowMetrics>,
      key: 'arrived' | 'finished' | 'good' | 'attained' | 'outputTokens',
    ) => [...rows].reduce((n, row) => n + row[key], 0);
    const day = [...windows].filter((window) => window.phase === 'day');
    expect(sum(windows, 'arrived')).toBe(total.arrived);
    expect(sum(windows, 'finished')).toBe(total.finished);
    expect(total.finished).toBe(total.arrived);
    // By window of finish and by window of arrival: the same requests.
    expect(sum(windows, 'good')).toBe(sum(windows, 'attained'));
    expect(sum(hours, 'arrived')).toBe(sum(day, 'arrived'));
    expect(sum(hours, 'outputTokens')).toBe(sum(day, 'outputTokens'));
    expect(sum(hours, 'attained')).toBe(sum(day, 'attained'));
    expect(drainSeconds).toBeGreaterThan(0);
    expect([...windows].at(-1)).toMatchObject({ running: 0, waiting: 0, phase: 'drain' });
    // 14:30–15:10 lies in two rows of the ledger.
    expect(hours.map((hour) => hour.endSeconds)).toEqual([1800, 2400]);
  });

  it('has the same requests and tokens whatever the length of its windows, and the same energy', async () => {
    const coarse = await execute([...SHORT, 'output.window=10m']);
    const fine = await execute([...SHORT, 'output.window=7s']);
    for (const key of ['arrived', 'finished', 'promptTokens', 'outputTokens', 'good'] as const) {
      expect(fine.total[key]).toBe(coarse.total[key]);
    }
    expect(fine.total.e2e.meanSeconds).toBe(coarse.total.e2e.meanSeconds);
    expect(fine.total.ttft.p99Seconds).toBe(coarse.total.ttft.p99Seconds);
    const kwh = (result: RunResult) => result.ledger.reduce((total, row) => total + row.itKwh, 0);
    expect(kwh(fine) / kwh(coarse)).toBeCloseTo(1, 9);
  });

  it('obeys Little: mean requests in the system = rate × mean time in it', async () => {
    const { windows, total } = await execute([...SHORT, 'duration=4h', 'output.window=10s']);
    const seconds = [...windows].at(-1)!.endSeconds;
    const gauges = [...windows].reduce(
      (sum, w) => sum + (w.running + w.waiting) * (w.endSeconds - w.startSeconds),
      0,
    );
    const clientDelay = 0.0195;
    const little = (total.finished / seconds) * (total.e2e.meanSeconds - clientDelay);
    // The gauge is sampled every ten seconds.
    expect(gauges / seconds / little).toBeCloseTo(1, 1.7);
  });

  it('stops early on demand and says that it is partial', async () => {
    const loaded = loadScenario(SCENARIO, ['duration=6h'], {});
    const run = new Run(loaded, { ...options, threads: 1 });
    const statuses = new Set<string>();
    const result = await run.execute((snapshot) => {
      statuses.add(snapshot.status);
      if (snapshot.windowIndex === 100) run.stop();
    });
    expect(result.ending).toBe('stopped');
    expect(statuses).toContain('stopped');
    expect(result.simulatedSeconds).toBeGreaterThanOrEqual(101 * 60);
    expect(result.simulatedSeconds).toBeLessThan(6 * 3600);
    expect(result.hours.length).toBe(result.ledger.length);
    const files = resultFiles(result, loaded);
    expect(JSON.parse(files['summary.json'])).toMatchObject({ partial: true });
  });

  it('that is stopped before it begins simulates nothing', async () => {
    for (const threads of [0, 1]) {
      const run = new Run(loadScenario(SCENARIO, SHORT, {}), { ...options, threads });
      run.stop();
      expect(await run.execute()).toMatchObject({
        ending: 'stopped',
        windows: { length: 0 },
        simulatedSeconds: 0,
      });
    }
  });

  it('rejects and counts what exceeds the queue limit, and still conserves requests', async () => {
    const { total, windows } = await execute([
      ...SHORT,
      'fleet.pools[0].replicas=6',
      'fleet.pools[0].queueLimit=5',
    ]);
    expect(total.rejectedQueueFull).toBeGreaterThan(1000);
    expect(total.finished + total.rejectedQueueFull).toBe(total.arrived);
    expect(Math.max(...[...windows].map((window) => window.waiting))).toBeLessThanOrEqual(6 * 5);
  });

  it('gives up draining after 366 days, and says so', async () => {
    const days = ['duration=1d', 'output.window=1d', 'slo.e2e=1d'];
    const slow = 'fleet.pools=[{performance: {kind: fixed, secondsPerRequest: 1d}, tp: 1, batching: none}]';
    const rate = 'workload={arrivals: {kind: constant, requestsPerSecond: 0.01}}';
    const result = await execute([...days, slow, rate]);
    expect(result.ending).toBe('undrained');
    expect([...result.windows].filter(({ phase }) => phase === 'drain')).toHaveLength(366);
    expect(result.total.finished).toBe(366);
    expect(result.total.running + result.total.waiting).toBe(result.total.arrived - 366);
    expect(result.drainSeconds).toBe(366 * 86_400);
  });

  it('cuts at the end of the workload if told so', async () => {
    const { windows, total } = await execute([...SHORT, 'output.drain=cut']);
    expect([...windows].every((window) => window.phase === 'day')).toBe(true);
    expect(total.arrived - total.finished).toBe(total.running + total.waiting);
    expect(total.running).toBeGreaterThan(0);
  });

  it('tells a broken trace as a mistake of the user, from whichever thread', async () => {
    const trace = 'test/run/broken-trace.csv';
    expect(readFileSync(trace, 'utf8')).toContain('never');
    for (const threads of [0, 2]) {
      const loaded = loadScenario('scenarios/azure-conversation.yaml', [`workload.trace.path=${trace}`], {});
      const run = new Run(loaded, { ...options, threads }).execute();
      await expect(run).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining(`:4:`) });
    }
  });
});

// `watch` shows from the files what the run itself would have told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readResults } from '../../../src/report/saved-run/read.ts';
import { replayOf } from '../../../src/cli/watch/replay.ts';
import { snapshotsOf } from '../../../src/cli/watch/snapshots.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { writeResults } from '../../../src/report/files.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import { Run } from '../../../src/run/run.ts';
import type { Snapshot } from '../../../src/run/snapshot.ts';
import { loadScenario } from '../../../src/scenario/load.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-watch-'));
const dir = path.join(folder, 'out');
const live: Snapshot[] = [];
let info: Run['info'];

beforeAll(async () => {
  const overrides = ['duration=2h', 'start=2024-05-14T14:30:00'];
  const loaded = loadScenario('scenarios/small-chat.yaml', overrides);
  const run = new Run(loaded, { threads: 0, outDir: dir, version: 'test' });
  info = run.info;
  const result = await run.execute((snapshot) => live.push(snapshot));
  writeResults(dir, resultFiles(result, loaded));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a run that is watched again', () => {
  test('has the same windows, hours and events', async () => {
    const saved = await readResults(dir);
    expect({ ...saved.info, threads: 0, cells: 0, version: '' }).toEqual({
      ...info,
      threads: 0,
      cells: 0,
      version: '',
    });
    const again = [...snapshotsOf(saved)];
    const windows = live.filter(({ status }) => status !== 'finished');
    expect(again).toHaveLength(windows.length + 1);
    for (const [i, { window, windowIndex, status }] of windows.entries()) {
      expect(again[i]).toMatchObject({ windowIndex, status });
      for (const key of [
        'arrived',
        'finished',
        'running',
        'waiting',
        'kvUse',
        'mbu',
        'replicasReady',
      ] as const) {
        expect(again[i].window[key]).toBe(window[key]);
      }
      expect(again[i].window.ttft.p99Seconds).toBeCloseTo(window.ttft.p99Seconds, 6);
      expect(again[i].day.arrived).toBe(
        windows.slice(0, i + 1).reduce((sum, each) => sum + each.window.arrived, 0),
      );
    }
  });

  test('ends with the same totals', async () => {
    const end = [...snapshotsOf(await readResults(dir))].at(-1)!;
    const was = live.at(-1)!;
    expect(end.status).toBe('finished');
    expect(end.cost.totalUsd).toBeCloseTo(was.cost.totalUsd, 9);
    expect(end.hours).toHaveLength(was.hours.length);
    expect(end.day.attained).toBe(was.day.attained);
    expect(end.day.ttft.p99Seconds).toBeCloseTo(was.day.ttft.p99Seconds, 6);
    end.attainmentByHour.forEach((share, i) => expect(share).toBeCloseTo(was.attainmentByHour[i], 9));
  });

  test('an hour under way has cost in proportion to what of it has passed', async () => {
    // 14:30 to 15:00 is the first row; 15 minutes are half of it.
    const half = [...snapshotsOf(await readResults(dir))][14];
    const { ledger } = await readResults(dir);
    const [row] = ledger;
    expect(half.hour.totalUsd).toBeCloseTo(row.totalUsd / 2, 9);
    expect(half.hour.endSeconds).toBe(900);
    expect(half.hour.embodiedGrams).toBeCloseTo(row.embodiedGrams / 2, 9);
    expect(half.hour.maintenanceUsd).toBeCloseTo(row.maintenanceUsd / 2, 9);
    expect(half.hour.usdPerKwh).toBe(row.usdPerKwh);
  });

  test('passes whole, in order, and stops when it is told', async () => {
    const seen: number[] = [];
    await replayOf(snapshotsOf(await readResults(dir)), info.durationSeconds).play(({ windowIndex }) =>
      seen.push(windowIndex),
    );
    expect(seen).toEqual(seen.map((_, i) => i));
    expect(seen.length).toBeGreaterThan(119);

    const replay = replayOf(snapshotsOf(await readResults(dir)), info.durationSeconds);
    const statuses: string[] = [];
    await replay.play(({ windowIndex, status }) => {
      statuses.push(status);
      if (windowIndex === 10) replay.stop();
    });
    expect(statuses.at(-1)).toBe('stopped');
  });
});

describe('what is no run', () => {
  const problem = async (name: string, files: Record<string, string>): Promise<string> => {
    const broken = mkdtempSync(path.join(folder, name));
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(broken, file), content);
    try {
      await readResults(broken);
    } catch (error) {
      if (error instanceof UserError) return error.problems.join('\n').replaceAll(broken, name);
      throw error;
    }
    return 'no problem';
  };

  test('is told plainly', async () => {
    expect(await problem('empty', {})).toBe(
      'empty: holds no results of a run (no summary.json); name the folder given as --out',
    );
    const scenario =
      'duration: 1h\nworkload: { arrivals: { kind: constant, requestsPerSecond: 1 } }\nfleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 2 }] }\n';
    const whole = { 'summary.json': '{}', 'scenario.resolved.yaml': scenario };
    expect(await problem('cut', { ...whole, 'summary.json': '{"scenario":' })).toContain(
      'cut/summary.json: is no summary of a run',
    );
    expect(await problem('other', { ...whole, 'windows.csv': 'a,b\r\n1,2\r\n' })).toBe(
      'other/windows.csv:1: has no column start_seconds, end_seconds; is it the file of a run?',
    );
    expect(
      await problem('torn', { ...whole, 'windows.csv': 'start_seconds,end_seconds\r\n0,60\r\n60' }),
    ).toContain('torn/windows.csv:3: has 1 of 2 fields');
  });
});

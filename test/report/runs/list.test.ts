// What a folder of runs is said to hold: whole, partial, interrupted and damaged ones.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT } from '../../../src/report/checkpoint-file.ts';
import { listRuns, type ListedRun } from '../../../src/report/runs/list.ts';
import { runsJson, runsText } from '../../../src/report/runs/show.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const WHOLE = {
  'scenario.resolved.yaml': '',
  'windows.csv': '',
  'hourly.csv': '',
  'summary.json': JSON.stringify({
    scenario: 'two-nodes',
    seed: 7,
    version: '0.1.0',
    partial: false,
    simulated_seconds: 7200,
    arrived: 7200,
    total_usd: 19.5,
    slo_attainment: 0.99,
    p99_ttft_ms: 1600,
  }),
};

function put(name: string, files: Record<string, string>, minute: number): void {
  const dir = path.join(folder, name);
  mkdirSync(dir, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(path.join(dir, file), text);
    const time = Date.UTC(2026, 0, 1, 12, minute) / 1000;
    utimesSync(path.join(dir, file), time, time);
  }
}

let runs: ListedRun[];
const named = (name: string) => runs.find(({ dir }) => dir === path.join(folder, name))!;

beforeAll(() => {
  put('whole', WHOLE, 10);
  put('partial', { ...WHOLE, 'summary.json': WHOLE['summary.json'].replace('false', 'true') }, 9);
  put(
    'stopped',
    { ...WHOLE, 'summary.json': WHOLE['summary.json'].replace('false', 'true'), [CHECKPOINT]: 'x' },
    8,
  );
  put('killed', { [CHECKPOINT]: 'x' }, 7);
  put('compare/day/hpa-1', WHOLE, 6);
  put('cut', { ...WHOLE, 'summary.json': '{"scenario": "tw' }, 5);
  put('half', { 'scenario.resolved.yaml': '' }, 4);
  put('gone', { 'summary.json': WHOLE['summary.json'], 'windows.csv': '' }, 3);
  put('other', { 'summary.json': '{"no": "run"}' }, 2);
  put('notes', { 'readme.txt': 'not a run' }, 1);
  runs = listRuns(folder);
});

describe('runs of a folder', () => {
  it('are listed the newest first, those of comparisons too, and nothing else', () => {
    expect(runs.map(({ dir }) => path.relative(folder, dir))).toEqual([
      'whole',
      'partial',
      'stopped',
      'killed',
      path.join('compare', 'day', 'hpa-1'),
      'cut',
      'half',
      'gone',
      'other',
    ]);
  });

  it('are whole, partial, interrupted or damaged', () => {
    expect(named('whole')).toMatchObject({
      state: 'whole',
      summary: { scenario: 'two-nodes', seed: 7, arrived: 7200, totalUsd: 19.5, ttftP99Seconds: 1.6 },
    });
    expect(named('partial').state).toBe('partial');
    expect(named('stopped').state).toBe('interrupted');
    expect(named('killed')).toMatchObject({ state: 'interrupted' });
    expect(named('cut')).toMatchObject({ state: 'damaged', problem: 'summary.json is cut off or no JSON' });
    expect(named('half')).toMatchObject({ state: 'damaged', problem: 'has results, but no summary.json' });
    expect(named('gone')).toMatchObject({
      state: 'damaged',
      problem: 'has no scenario.resolved.yaml, hourly.csv',
    });
    expect(named('other')).toMatchObject({ state: 'damaged', problem: 'summary.json is not that of a run' });
  });

  it('are a table', () => {
    const lines = runsText(folder, runs).split('\n');
    expect(lines[0]).toBe(`9 runs in ${folder}, the newest first`);
    expect(lines[2]).toMatch(/^whole +two-nodes +7 .* 2 h +7,200 +\$19\.50 +99\.00 % +1\.60 s {2}whole$/);
    expect(lines.at(-2)).toBe(
      `Go on with an interrupted one: fleetday resume ${path.join(folder, 'stopped')}`,
    );
  });

  it('are JSON, null where nothing is known', () => {
    const listed = JSON.parse(runsJson(runs)) as Record<string, unknown>[];
    expect(listed[0]).toEqual({
      dir: path.join(folder, 'whole'),
      state: 'whole',
      problem: null,
      written_utc: '2026-01-01T12:10:00Z',
      scenario: 'two-nodes',
      seed: 7,
      version: '0.1.0',
      simulated_seconds: 7200,
      arrived: 7200,
      total_usd: 19.5,
      slo_attainment: 0.99,
      p99_ttft_ms: 1600,
    });
    expect(listed[3]).toMatchObject({
      state: 'interrupted',
      scenario: null,
      arrived: null,
      p99_ttft_ms: null,
    });
  });

  it('may be none, or only one', () => {
    expect(runsText('empty', [])).toBe('empty holds no runs.\n');
    const only = listRuns(path.join(folder, 'whole'));
    expect(only).toHaveLength(1);
    expect(runsText(path.join(folder, 'whole'), only)).toContain('\n.    two-nodes');
  });

  it('need a folder', () => {
    expect(() => listRuns(path.join(folder, 'nowhere'))).toThrow(
      'there is no such folder; run a scenario first',
    );
    expect(() => listRuns(path.join(folder, 'notes', 'readme.txt'))).toThrow('is a file');
  });
});

// docs/analysis.md: every SQL block is executed by DuckDB on a small run, and its answer compared with what the run's
// result says; pandas blocks run where Python has pandas.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeResults } from '../../src/report/files.ts';
import { windowTables } from '../../src/report/parquet/windows.ts';
import { resultFiles } from '../../src/report/result-files.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run } from '../../src/run/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { fleetday } from '../cli/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const page = readFileSync('docs/analysis.md', 'utf8');
const folder = temporaryFolder();
const dir = path.join(folder, 'out', 'day');
const SCENARIO = 'scenarios/small-chat.yaml';
// From half past: hours of unequal length.
const OVERRIDES = ['duration=40m', 'start=2024-05-14T14:30:00', 'workload.arrivals.requestsPerDay=300k'];

/** Blocks of a language, each with the last line of text before it. */
function blocks(language: string): { title: string; code: string }[] {
  const found = page.matchAll(new RegExp(`\n([^\n]+)\n\n\`\`\`${language}\n(.*?)\n\`\`\``, 'gs'));
  return [...found].map(([, title, code]) => ({ title, code }));
}

type Row = Record<string, string | number | bigint | null>;
let query: (sql: string) => Promise<Row[]>;
let result: RunResult;

const duckdb = await import('@duckdb/node-api').catch((error: unknown) => {
  if (process.env.CI === 'true') throw error;
  return undefined;
});

beforeAll(async () => {
  const loaded = loadScenario(SCENARIO, OVERRIDES);
  result = await new Run(loaded, { threads: 0, outDir: dir, version: '1' }).execute();
  const files = resultFiles(result, loaded);
  writeResults(dir, { ...files, ...(await windowTables(files)), 'requests.parquet': requests() });
  if (duckdb === undefined) return;
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
  query = async (sql) => {
    const reader = await connection.runAndReadAll(sql.replaceAll("'out/", `'${folder}/out/`));
    return reader.getRowObjects() as Row[];
  };
});

/** As the program records them. */
function requests(): Uint8Array {
  const recorded = path.join(folder, 'recorded');
  const set = OVERRIDES.flatMap((override) => ['--set', override]);
  fleetday(['run', SCENARIO, ...set, '--out', recorded, '--requests', 'all', '--quiet']);
  return readFileSync(path.join(recorded, 'requests.parquet'));
}

const sum = (rows: readonly Row[], key: string) => rows.reduce((total, row) => total + Number(row[key]), 0);

/** By a word of the line before the block: what its rows must say. */
const ANSWERS: Record<string, (rows: Row[]) => void> = {
  'by hour of arrival': (rows) => {
    expect(rows.map(({ hour }) => hour)).toEqual([0]);
    expect(sum(rows, 'requests')).toBe(result.total.arrived);
  },
  'miss the SLO most': (rows) => {
    expect(rows.length).toBe(20);
    for (const { misses, arrived, share } of rows) expect(share).toBe(Number(misses) / Number(arrived));
    const missed = rows.map(({ misses }) => Number(misses));
    expect(missed).toEqual(missed.toSorted((a, b) => b - a));
  },
  'thousand requests cost': (rows) => {
    expect(rows.map(({ usd_per_1k_requests }) => usd_per_1k_requests)).toEqual(
      result.ledger.map(({ totalUsd }, i) => (1000 * totalUsd) / result.hours[i].finished),
    );
    expect(String(rows[0].start_local)).toBe('2024-05-14T14:30:00-07:00');
  },
  'the correlation': ([{ correlation, share_of_ttft }]) => {
    expect(Math.abs(Number(correlation))).toBeLessThanOrEqual(1);
    expect(share_of_ttft).toBeGreaterThanOrEqual(0);
    expect(share_of_ttft).toBeLessThan(1);
  },
  'ten worst minutes': (rows) => {
    const p99s = [...result.windows]
      .filter(({ phase, finished }) => phase === 'day' && finished > 0)
      .map(({ ttft }) => ttft.p99Seconds * 1000)
      .toSorted((a, b) => b - a);
    for (const [i, row] of rows.entries()) expect(row.p99_ttft_ms).toBeCloseTo(p99s[i], 5);
    expect(rows.length).toBe(10);
  },
  'length of the prompt': (rows) => expect(sum(rows, 'requests')).toBe(result.total.arrived),
  'KV cache was': (rows) => expect(sum(rows, 'requests')).toBe(result.total.arrived),
  'replicas ready, in hours': (rows) => {
    expect(rows).toEqual([{ replicas_ready: 48n, hours: 40 / 60 }]);
  },
  'became of the requests': (rows) => {
    const finished = rows.find(({ outcome }) => outcome === 'finished')!;
    expect(Number(finished.requests)).toBe(result.total.finished);
  },
  'All runs': ([row]) => {
    expect(row).toMatchObject({ scenario: 'small-chat', seed: 1n });
    expect(row.total_usd).toBeCloseTo(sum(result.ledger as unknown as Row[], 'totalUsd'), 9);
  },
};

describe.skipIf(duckdb === undefined)('SQL (skipped where DuckDB has no binary for this machine)', () => {
  it('is checked block by block', () => {
    expect(blocks('sql').length).toBe(Object.keys(ANSWERS).length);
  });

  for (const { title, code } of blocks('sql')) {
    it(`answers: ${title}`, async () => {
      const rows = await query(code);
      const [, check] = Object.entries(ANSWERS).find(([words]) => title.includes(words))!;
      check(rows);
    });
  }
});

const hasPandas = spawnSync('python3', ['-c', 'import pandas, pyarrow']).status === 0;

describe.skipIf(!hasPandas)('pandas (skipped where Python, pandas or pyarrow is missing)', () => {
  for (const [i, { code }] of blocks('python').entries()) {
    it(`runs block ${i + 1}`, () => {
      const { status, stderr } = spawnSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    });
  }
});

describe('commands', () => {
  it('that the page shows are there', () => {
    mkdirSync(path.join(folder, 'out'), { recursive: true });
    writeFileSync(path.join(folder, 'day.yaml'), readFileSync(SCENARIO));
    const lines = page
      .split('\n')
      .filter((line) => /^fleetday (runs|export)/.test(line))
      .map((line) => line.replace(/#.*|\|.*/, '').trim());
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const { code, stdout, stderr } = fleetday(line.split(/\s+/).slice(1), { cwd: folder });
      expect([code, stderr], line).toEqual([0, '']);
      expect(stdout.length, line).toBeGreaterThan(20);
    }
  });
});

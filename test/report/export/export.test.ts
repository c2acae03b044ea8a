// Every table of a real run in every format: the values are those of the run's own files, and of the result in memory.
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/user-error.ts';
import { openTable, tablesIn, type TableName } from '../../../src/report/export/tables.ts';
import { tableText, type TextFormat } from '../../../src/report/export/text.ts';
import { writeResults, type ResultFiles } from '../../../src/report/files.ts';
import { parquetBytes } from '../../../src/report/parquet/write.ts';
import { windowTables } from '../../../src/report/parquet/windows.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import type { RunResult } from '../../../src/run/result.ts';
import { Run } from '../../../src/run/run.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { preload } from '../../../src/scenario/load/preload.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
const dir = path.join(folder, 'run');
const SCENARIO = 'scenarios/failures/flapping.yaml';
let result: RunResult;
let files: ResultFiles;

beforeAll(async () => {
  await preload(SCENARIO, []);
  const loaded = loadScenario(SCENARIO, ['duration=40m']);
  result = await new Run(loaded, { threads: 0, outDir: dir, version: 'test' }).execute();
  files = resultFiles(result, loaded);
  writeResults(dir, files);
});

async function text(table: TableName, format: TextFormat): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of tableText(await openTable(dir, table), format)) pieces.push(piece);
  return pieces.join('');
}

const bufferOf = (bytes: Uint8Array) => bytes.slice().buffer as ArrayBuffer;

async function rowsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: bufferOf(bytes) });
}

describe('CSV', () => {
  it.each(['windows', 'hourly', 'scaling'] as const)(
    'of %s is the file of the run, to the byte',
    async (name) => {
      expect(await text(name, 'csv')).toBe(readFileSync(path.join(dir, `${name}.csv`), 'utf8'));
    },
  );
});

describe('JSON lines', () => {
  it('have a window per line, with numbers as numbers and null where there is none', async () => {
    const lines = (await text('windows', 'jsonl')).trimEnd().split('\n');
    expect(lines).toHaveLength(result.windows.length);
    const expected = [...result.windows];
    for (const [i, line] of lines.entries()) {
      const read = JSON.parse(line) as Record<string, unknown>;
      const { arrived, startSeconds, phase, batchMean, ttft } = expected[i];
      expect(read).toMatchObject({ arrived, start_seconds: startSeconds, phase });
      expect(read.batch_mean).toBe(Number.isNaN(batchMean) ? null : batchMean);
      expect(read.p99_ttft_ms === null).toBe(Number.isNaN(ttft.p99Seconds));
    }
  });

  it('of the summary are summary.json on one line', async () => {
    const written = JSON.parse(files['summary.json']) as unknown;
    expect(JSON.parse(await text('summary', 'jsonl'))).toEqual(written);
  });
});

describe('Parquet', () => {
  it('of windows and hours has the rows of the CSV files, as counts, numbers, texts and times', async () => {
    const tables = await windowTables(files);
    const windows = await rowsOf(tables['windows.parquet'] as Uint8Array);
    expect(windows).toHaveLength(result.windows.length);
    const expected = [...result.windows];
    for (const [i, row] of windows.entries()) {
      const { arrived, endSeconds, phase, kvUse, replicasReady, startSeconds } = expected[i];
      expect(row).toMatchObject({ end_seconds: endSeconds, phase, kv_use: kvUse });
      expect([row.arrived, row.replicas_ready]).toEqual([BigInt(arrived), BigInt(replicasReady)]);
      expect(row.start_utc).toEqual(new Date(result.info.startEpochMs + startSeconds * 1000));
    }
    const hours = await rowsOf(tables['hourly.parquet'] as Uint8Array);
    expect(hours.map((row) => row.total_usd)).toEqual(result.ledger.map(({ totalUsd }) => totalUsd));
  });

  it('has the same columns as the CSV file, none of an unknown kind', async () => {
    for (const name of ['windows', 'hourly', 'scaling'] as const) {
      const bytes = await parquetBytes(await openTable(dir, name));
      const { schema } = await parquetMetadataAsync({
        byteLength: bytes.length,
        slice: (from, to) => bufferOf(bytes.subarray(from, to)),
      });
      const [header] = readFileSync(path.join(dir, `${name}.csv`), 'utf8').split('\r\n');
      expect(schema.slice(1).map((element) => element.name)).toEqual(header.split(','));
    }
  });

  it('keeps the reason of every decision', async () => {
    const rows = await rowsOf(await parquetBytes(await openTable(dir, 'scaling')));
    expect(rows.map(({ reason }) => reason)).toEqual(result.scaling.map(({ reason }) => reason));
    expect(rows.map(({ to }) => Number(to))).toEqual(result.scaling.map(({ toReplicas }) => toReplicas));
  });

  it('is the same bytes every time', async () => {
    const [one, other] = [await windowTables(files), await windowTables(files)];
    expect(Buffer.compare(one['windows.parquet'] as Uint8Array, other['windows.parquet'] as Uint8Array)).toBe(
      0,
    );
  });
});

describe('requests.parquet', () => {
  it('becomes CSV and JSON lines, row group by row group, floats with the digits they are worth', async () => {
    const run = path.join(folder, 'with-requests');
    await mkdir(run);
    for (const name of ['summary.json', 'windows.csv'] as const)
      writeFileSync(path.join(run, name), files[name]);
    const bytes = parquetWriteBuffer({
      rowGroupSize: 2,
      columnData: [
        { name: 'arrival_seconds', type: 'DOUBLE', data: [0.1, 1 / 3, 7] },
        { name: 'prompt_tokens', type: 'INT32', data: [5, 6, 7] },
        { name: 'ttft_ms', type: 'FLOAT', data: [12.34, null, 0.5] },
        { name: 'outcome', type: 'STRING', data: ['finished', 'rejected_queue_full', 'finished'] },
      ],
    });
    writeFileSync(path.join(run, 'requests.parquet'), new Uint8Array(bytes));
    const pieces: string[] = [];
    for await (const piece of tableText(await openTable(run, 'requests'), 'csv')) pieces.push(piece);
    expect(pieces.join('')).toBe(
      'arrival_seconds,prompt_tokens,ttft_ms,outcome\r\n' +
        '0.1,5,12.34,finished\r\n0.3333333333333333,6,,rejected_queue_full\r\n7,7,0.5,finished\r\n',
    );
    writeFileSync(path.join(run, 'requests.parquet'), new Uint8Array(bytes).slice(0, 100));
    await expect(openTable(run, 'requests')).rejects.toThrow('requests.parquet: cannot be read as Parquet');
  });
});

describe('what is not there', () => {
  it('is told with the tables that are', async () => {
    expect(tablesIn(dir)).toEqual(['windows', 'hourly', 'ledger', 'scaling', 'summary']);
    await expect(openTable(dir, 'requests')).rejects.toThrow(
      `${dir} has no table requests (no requests.parquet): it was run without --requests; it has windows, hourly, ledger, scaling, summary`,
    );
    expect(() => tablesIn(folder)).toThrow('holds no results of a run (no summary.json)');
    expect(() => tablesIn(path.join(folder, 'nowhere'))).toThrow('there is no such folder');
  });

  it('is a damaged value: told with file, line and column', async () => {
    const run = path.join(folder, 'damaged');
    await mkdir(run);
    writeFileSync(path.join(run, 'summary.json'), files['summary.json']);
    writeFileSync(path.join(run, 'windows.csv'), 'start_seconds,arrived\r\n0,12\r\n60,1.5\r\n');
    const error = await textOf(run).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain('windows.csv:3: arrived should be a whole number, got "1.5"');
  });

  async function textOf(run: string): Promise<string[]> {
    const pieces: string[] = [];
    for await (const piece of tableText(await openTable(run, 'windows'), 'csv')) pieces.push(piece);
    return pieces;
  }
});

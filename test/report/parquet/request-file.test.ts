// requests.parquet as another reader sees it: what was recorded, null where there is nothing, in row groups; the same
// bytes where the writing was interrupted; and what is said where it cannot go on.
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Outcome } from '../../../src/fleet/records/outcome.ts';
import { RequestRows } from '../../../src/fleet/records/rows.ts';
import type { RequestChunk } from '../../../src/fleet/records/rows.ts';
import { UserError } from '../../../src/kernel/user-error.ts';
import { removeParts } from '../../../src/report/parquet/part-file.ts';
import { OUTCOMES, REQUEST_COLUMNS } from '../../../src/report/parquet/request-columns.ts';
import { RequestFile } from '../../../src/report/parquet/request-file.ts';
import type { RequestFileState } from '../../../src/report/parquet/request-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const fault = vi.hoisted(() => ({ bytesLeft: Infinity }));

/** A disk that becomes full. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync: (descriptor: number, bytes: Uint8Array, from = 0) => {
      const allowed = Math.min(fault.bytesLeft, bytes.length - from);
      if (allowed <= 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      fault.bytesLeft -= allowed;
      return fs.writeSync(descriptor, bytes, from, allowed);
    },
  };
});

const folder = temporaryFolder();
const options = {
  dir: folder,
  poolNames: ['chat', 'büro "x"'],
  poolOfCell: [0, 1],
  facts: { scenario: 'a', seed: 1, start_epoch_ms: 1_700_000_000_000, time_zone: 'UTC', sample: 1 },
  rowsTogether: 1024,
};

beforeEach(() => {
  fault.bytesLeft = Infinity;
  removeParts(folder);
  rmSync(path.join(folder, 'requests.parquet'), { force: true });
});

/** Numbers that follow from the request's: a window's rows of one cell, from that one on. */
function chunkOf(cell: number, from: number, count: number): RequestChunk {
  const rows = new RequestRows();
  for (let request = from; request < from + count; request++) {
    const i = rows.next();
    const { columns } = rows;
    columns.request[i] = request | 0;
    columns.replica[i] = request % 7 === 0 ? -1 : request % 7;
    columns.promptTokens[i] = 1 + (request % 1000);
    columns.outputTokens[i] = 1 + (request % 3);
    columns.arrivalTicks[i] = request * 1000;
    columns.queueingTicks[i] = request % 5 === 0 ? -1 : 2 ** 30;
    columns.ttftTicks[i] = request % 5 === 0 ? -1 : 2 ** 32;
    columns.e2eTicks[i] = request % 5 < 2 ? -1 : 3 * 2 ** 32;
    columns.outcome[i] = request % 5 === 0 ? Outcome.rejectedQueueFull : Outcome.finished;
    columns.attained[i] = request % 2;
    columns.preemptions[i] = request % 11 === 0 ? 2 : 0;
    columns.retries[i] = 0;
  }
  return rows.take(cell, 0);
}

/** So many windows of two cells. */
const windowsOf = (count: number, rows: number) =>
  Array.from({ length: count }, (_, i) => [0, 1].map((cell) => chunkOf(cell, i * rows, rows)));

async function read(file: string) {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  return { metadata, rows: (await parquetReadObjects({ file: buffer })) as Record<string, unknown>[] };
}

function written(windows: RequestChunk[][]): Buffer {
  const file = new RequestFile(options);
  for (const window of windows) file.add(window);
  return readFileSync(file.finish()!);
}

describe('requests.parquet', () => {
  it('has every row, null for what a request never had, and names for numbers', async () => {
    const file = new RequestFile(options);
    file.add(windowsOf(1, 10)[0]);
    const { metadata, rows } = await read(file.finish()!);
    expect(rows).toHaveLength(20);
    expect(Object.keys(rows[0])).toEqual(REQUEST_COLUMNS.map(({ name }) => name));
    expect(rows[0]).toEqual({
      request: 0,
      pool: 'chat',
      cell: 0,
      replica: null,
      arrival_seconds: 0,
      prompt_tokens: 1,
      output_tokens: 1,
      queueing_ms: null,
      ttft_ms: null,
      tpot_ms: null,
      e2e_ms: null,
      outcome: 'rejected_queue_full',
      attained: false,
      preemptions: 2,
      retries: 0,
    });
    expect(rows[13]).toMatchObject({
      request: 3,
      pool: 'büro "x"',
      cell: 1,
      replica: 3,
      queueing_ms: 250,
      ttft_ms: 1000,
      tpot_ms: null,
      e2e_ms: 3000,
      outcome: 'finished',
      attained: true,
    });
    // Two seconds for the second and the third token.
    expect(rows[12]).toMatchObject({ output_tokens: 3, tpot_ms: 1000 });
    for (const { outcome } of rows) expect(OUTCOMES).toHaveProperty(outcome as string);
    expect(metadata.key_value_metadata).toContainEqual({ key: 'start_epoch_ms', value: '1700000000000' });
  });

  it('is in row groups of a stretch of time, by cell in them, and of no more rows than fit', async () => {
    const file = new RequestFile(options);
    for (const window of windowsOf(4, 400)) file.add(window);
    // A window that is longer than a row group may be.
    file.add([chunkOf(1, 10_000, 1500)]);
    const { metadata, rows } = await read(file.finish()!);
    expect(metadata.row_groups.map(({ num_rows: count }) => Number(count))).toEqual([
      800, 800, 800, 800, 1024, 476,
    ]);
    expect(rows).toHaveLength(4700);
    expect(new Set(rows.map(({ cell, request }) => `${String(cell)}/${String(request)}`)).size).toBe(4700);
    const cells = rows.slice(0, 1600).map(({ cell }) => cell as number);
    expect(cells).toEqual(cells.toSorted());
  });

  it('is a file without rows where nothing was recorded', async () => {
    const { rows } = await read(new RequestFile(options).finish()!);
    expect(rows).toEqual([]);
  });

  it('knows requests beyond 2^31', async () => {
    const file = new RequestFile(options);
    file.add([chunkOf(0, 2 ** 32 - 3, 6)]);
    const { rows } = await read(file.finish()!);
    expect(rows.map(({ request }) => request)).toEqual([2 ** 32 - 3, 2 ** 32 - 2, 2 ** 32 - 1, 0, 1, 2]);
  });
});

describe('an interrupted file', () => {
  const WINDOWS = windowsOf(9, 300);

  /** Writes so many windows, and dies; what a checkpoint would know. */
  function interrupted(upTo: number, from?: { state: RequestFileState; window: number }): RequestFileState {
    const file = new RequestFile(options, from?.state);
    for (const window of WINDOWS.slice(from?.window ?? 0, upTo)) file.add(window);
    const state = structuredClone(file.save());
    file.sync();
    file.checkpointed();
    // Written after the checkpoint, and to be forgotten.
    for (const window of WINDOWS.slice(upTo)) file.add(window);
    file.close();
    return state;
  }

  it('is gone on with to the same bytes, from wherever it was', () => {
    const whole = written(WINDOWS);
    for (const upTo of [0, 3, 4, 8]) {
      const first = interrupted(upTo);
      const second = interrupted(Math.max(upTo, 5), { state: first, window: upTo });
      const file = new RequestFile(options, second);
      for (const window of WINDOWS.slice(Math.max(upTo, 5))) file.add(window);
      expect(readFileSync(file.finish()!).equals(whole)).toBe(true);
      removeParts(folder);
    }
  });

  it('is found at the beginning of the results, where those have been moved to their place already', () => {
    const whole = written(WINDOWS);
    removeParts(folder);
    const state = interrupted(5);
    writeFileSync(path.join(folder, 'requests.parquet'), whole);
    removeParts(folder);
    const file = new RequestFile(options, state);
    for (const window of WINDOWS.slice(5)) file.add(window);
    expect(readFileSync(file.finish()!).equals(whole)).toBe(true);
  });

  it('keeps what an older checkpoint needs until there is a newer one', () => {
    const state = interrupted(5);
    // Another run is started in the folder, and dies before it has saved anything.
    const other = new RequestFile(options);
    other.add(chunksOf(1));
    other.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('.fleetday-requests'))).toHaveLength(2);
    const file = new RequestFile(options, state);
    expect(() => file.checkpointed()).not.toThrow();
    expect(readdirSync(folder).filter((name) => name.startsWith('.fleetday-requests'))).toHaveLength(1);
    file.close();
  });

  const chunksOf = (window: number) => WINDOWS[window];

  it.each([
    ['is gone', (part: string) => renameSync(part, `${folder}/elsewhere`), 'is gone or cut off'],
    ['is shorter', (part: string) => truncateSync(part, 1000), 'is gone or cut off'],
    [
      'is another one',
      (part: string) => {
        const { length } = readFileSync(part);
        truncateSync(part, 100);
        appendFileSync(part, Buffer.alloc(length));
      },
      'is not what the checkpoint knows of',
    ],
  ])('that %s is refused, and nothing is left of the attempt', (_, spoil, problem) => {
    const state = interrupted(5);
    const parts = readdirSync(folder).filter((name) => name.startsWith('.fleetday-requests'));
    spoil(path.join(folder, parts[0]));
    const left = readdirSync(folder);
    expect(() => new RequestFile(options, state)).toThrow(UserError);
    expect(() => new RequestFile(options, state)).toThrow(problem);
    expect(readdirSync(folder)).toEqual(left);
  });
});

describe('a full disk', () => {
  it('ends the file but nothing else, and says so, now and after an interruption', () => {
    const file = new RequestFile(options);
    fault.bytesLeft = 50_000;
    for (const window of windowsOf(9, 300)) file.add(window);
    expect(file.problem?.message).toBe(
      `cannot write requests.parquet to ${folder}: the disk is full; make room, or give an --out on another one`,
    );
    const state = file.save();
    expect(file.finish()).toBeUndefined();
    const resumed = new RequestFile(options, state);
    resumed.add(windowsOf(1, 10)[0]);
    resumed.sync();
    expect(resumed.finish()).toBeUndefined();
    expect(resumed.problem?.message).toContain('the disk is full');
  });

  it('is found also at the very end', () => {
    const file = new RequestFile(options);
    file.add(windowsOf(1, 10)[0]);
    fault.bytesLeft = 0;
    expect(file.finish()).toBeUndefined();
    expect(file.problem).toBeInstanceOf(UserError);
  });

  it('or a folder that takes no file is a mistake of the user', () => {
    const dir = path.join(folder, 'missing');
    expect(existsSync(dir)).toBe(false);
    expect(() => new RequestFile({ ...options, dir })).toThrow('cannot write requests.parquet to');
  });
});

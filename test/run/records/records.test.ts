// Per-request records and traces of whole runs: the same rows whatever the threads, the origins and the interruptions;
// counts and percentiles those of the summary; and nothing else changed by them.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { OUTCOME_NAMES } from '../../../src/fleet/records/outcome.ts';
import type { RequestChunk } from '../../../src/fleet/records/rows.ts';
import { unpackRuns } from '../../../src/fleet/records/tracer.ts';
import type { TracedRun } from '../../../src/fleet/records/traced-run.ts';
import { resultFiles } from '../../../src/report/result-files.ts';
import type { RunResult } from '../../../src/run/result.ts';
import { Run, type RunOptions } from '../../../src/run/run.ts';
import type { RunState } from '../../../src/run/saving/saver.ts';
import type { WatchSpec } from '../../../src/scenario/build.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { LoadedScenario } from '../../../src/scenario/scenario.ts';
import { SCALING_VARIANTS, writeScaling } from '../scaling.scenario.ts';

const SMALL = `
duration: 6m
start: 2024-05-14T14:30:00
workload: { arrivals: { kind: diurnal, requestsPerDay: 500k } }
slo: { ttft: 300ms, tpot: 60ms }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 4, cells: 4, queueLimit: 20 }] }
`;
const folder = mkdtempSync(path.join(tmpdir(), 'fleetday-records-'));
const file = path.join(folder, 'small.yaml');
writeFileSync(file, SMALL);
afterAll(() => rmSync(folder, { recursive: true }));
const scalingFile = writeScaling(folder);

const small = (...overrides: string[]) => loadScenario(file, overrides);
const CASES: [string, LoadedScenario][] = [
  ['with full queues', small()],
  ['with preemptions', small('workload.arrivals.requestsPerDay=150k', 'workload.outputTokens=900')],
  [
    'in two pools, one of which waits for batches',
    small(
      'fleet.pools=[{name: one, model: llama2-7b, tp: 1, replicas: 3, cells: 2, overlong: truncate}, {name: two, model: ' +
        'llama2-7b, tp: 1, replicas: 4, cells: 2, batching: {policy: dynamic, batchSize: 4, maxDelay: 1s}}]',
    ),
  ],
  ['cut at its end', small('output.drain=cut', 'output.window=97s')],
  ...Object.entries(SCALING_VARIANTS).map(([name, overrides]): [string, LoadedScenario] => [
    name,
    loadScenario(scalingFile, [...overrides, 'duration=6m']),
  ]),
];

/** Starting threads takes longer than the runs. */
const THREADED = new Set(CASES.filter((_, i) => i % 2 === 0).map(([, loaded]) => loaded));

interface Watched {
  result: RunResult;
  chunks: RequestChunk[];
  runs: TracedRun[];
  states: RunState[];
}

const TRACE = { fromSeconds: 170, toSeconds: 200, firstReplica: 1, lastReplica: 18 };

async function watched(
  loaded: LoadedScenario,
  options: Partial<RunOptions> & { spec?: WatchSpec; stopAfterWindow?: number } = {},
): Promise<Watched> {
  const { spec = { recordedPart: 1, trace: TRACE }, stopAfterWindow, ...rest } = options;
  const [chunks, runs, states]: [RequestChunk[], TracedRun[], RunState[]] = [[], [], []];
  const write = async (state: RunState) => void states.push(structuredClone(state));
  const run = new Run(loaded, {
    threads: 0,
    outDir: '',
    version: '',
    save: { write },
    watch: {
      ...spec,
      onRequests: (more) => chunks.push(...more),
      onRuns: (packed) => runs.push(...packed.flatMap(unpackRuns)),
      save: () => ({
        chunks: chunks.length,
        runs: runs.length,
      }),
    },
    ...rest,
  });
  const result = await run.execute(({ windowIndex }) => {
    if (windowIndex === stopAfterWindow) run.stop();
  });
  expect(run.recordsAll).toBe(true);
  runs.sort((a, b) => a.pool - b.pool || a.replica - b.replica || a.startSeconds - b.startSeconds);
  return { result, chunks, runs, states };
}

const wholeRuns = new Map<LoadedScenario, Promise<Watched>>();

/** Uninterrupted, in this thread; simulated once for all tests. */
function whole(loaded: LoadedScenario): Promise<Watched> {
  const run = wholeRuns.get(loaded) ?? watched(loaded);
  wholeRuns.set(loaded, run);
  return run;
}

/** Quicker to compare than the arrays. */
function digestOf(chunks: readonly RequestChunk[]): string {
  const hash = createHash('sha256');
  for (const { cell, ...columns } of chunks) {
    hash.update(`${cell} ${columns.request.length} `);
    for (const column of Object.values(columns)) hash.update(column);
  }
  return hash.digest('hex');
}

interface Row {
  id: string;
  outcome: string;
  ttft: number;
  attained: number;
}

function rowsOf(chunks: readonly RequestChunk[]): Row[] {
  return chunks.flatMap((chunk) =>
    Array.from(chunk.request, (request, i) => ({
      id: `${chunk.cell}/${request}/${chunk.arrivalSeconds[i]}`,
      outcome: OUTCOME_NAMES[chunk.outcome[i]],
      ttft: chunk.ttftMs[i],
      attained: chunk.attained[i],
    })),
  );
}

function expectCounts({ result: { total } }: Watched, rows: readonly Row[]): void {
  const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect({
    arrived: rows.length,
    finished: count('finished'),
    rejectedQueueFull: count('rejected_queue_full'),
    rejectedTooLong: count('rejected_too_long'),
    rejectedExceedsKv: count('rejected_exceeds_kv'),
    lost: count('lost'),
    running: count('running'),
    waiting: count('waiting'),
    attained: rows.filter(({ attained }) => attained === 1).length,
  }).toEqual({
    arrived: total.arrived,
    finished: total.finished,
    rejectedQueueFull: total.rejectedQueueFull,
    rejectedTooLong: total.rejectedTooLong,
    rejectedExceedsKv: total.rejectedExceedsKv,
    lost: total.lost,
    running: total.running,
    waiting: total.waiting,
    attained: total.attained,
  });
}

describe('the records of a run', () => {
  it.each(CASES)('are those that its summary counts, to the last one: %s', async (_, loaded) => {
    const run = await whole(loaded);
    const rows = rowsOf(run.chunks);
    expectCounts(run, rows);
    const { total } = run.result;
    const sum = (name: 'preemptions' | 'retries') =>
      run.chunks.reduce((all, chunk) => all + chunk[name].reduce((a, b) => a + b, 0), 0);
    expect(sum('preemptions')).toBe(total.preemptions);
    const ttfts = rows.map(({ ttft }) => ttft).filter((ttft) => !Number.isNaN(ttft));
    ttfts.sort((a, b) => a - b);
    for (const [part, seconds] of [
      [0.5, total.ttft.p50Seconds],
      [0.9, total.ttft.p90Seconds],
      [0.99, total.ttft.p99Seconds],
    ]) {
      const exact = ttfts[Math.ceil(part * ttfts.length) - 1];
      expect(Math.abs((seconds * 1000) / exact - 1)).toBeLessThan(0.01);
    }
  });

  it.each(CASES)(
    'are the same on any threads, whatever the origins, and change nothing: %s',
    async (_, loaded) => {
      const plain = await new Run(loaded, { threads: 0, outDir: '', version: '' }).execute();
      const local = await watched(loaded);
      expect(local.runs.length).toBeGreaterThan(0);
      const threads = loaded === CASES[0][1] ? [1, 2, 7] : THREADED.has(loaded) ? [2] : [];
      for (const options of [...threads.map((count) => ({ threads: count })), { rebaseSeconds: 60 }]) {
        const other = await watched(loaded, options);
        expect(digestOf(other.chunks)).toBe(digestOf(local.chunks));
        expect(JSON.stringify(other.runs)).toBe(JSON.stringify(local.runs));
        expect(resultFiles(other.result, loaded)).toEqual(resultFiles(plain, loaded));
      }
    },
  );

  it.each(CASES)('are the same for a run that was stopped and gone on with: %s', async (_, loaded) => {
    const uninterrupted = await whole(loaded);
    const chunks: RequestChunk[] = [];
    const runs: TracedRun[] = [];
    let state: RunState | undefined;
    for (const [threads, stopAfterWindow] of [
      [0, 2],
      [0, 3],
      [THREADED.has(loaded) ? 1 : 0, 4],
      [0, 1000],
    ]) {
      const leg = await watched(loaded, { threads, state, stopAfterWindow });
      if (leg.result.ending !== 'stopped') {
        chunks.push(...leg.chunks);
        runs.push(...leg.runs);
        break;
      }
      // The last rows are of those in the system, who go on.
      state = leg.states.at(-1)!;
      const saved = state.watched as { chunks: number };
      chunks.push(...leg.chunks.slice(0, saved.chunks));
      runs.push(...leg.runs);
      const partial = rowsOf([...chunks, ...leg.chunks.slice(saved.chunks)]);
      expectCounts(leg, partial);
    }
    expect(digestOf(chunks)).toBe(digestOf(uninterrupted.chunks));
    runs.sort((a, b) => a.pool - b.pool || a.replica - b.replica || a.startSeconds - b.startSeconds);
    expect(JSON.stringify(runs)).toBe(JSON.stringify(uninterrupted.runs));
  });

  it('have those in the system also where a run that goes on is stopped at once', async () => {
    const stopped = await watched(small(), { stopAfterWindow: 3 });
    const before = (stopped.states[0].watched as { chunks: number }).chunks;
    const chunks: RequestChunk[] = [];
    const run = new Run(small(), {
      threads: 1,
      outDir: '',
      version: '',
      save: { write: async () => {} },
      state: stopped.states[0],
      watch: {
        recordedPart: 1,
        onRequests: (more) => chunks.push(...more),
      },
    });
    run.stop();
    const result = await run.execute();
    expect(digestOf(chunks)).toBe(digestOf(stopped.chunks.slice(before)));
    expect(result.total.running).toBeGreaterThan(0);
  });

  it('of a part of the requests are rows of all of them, in windows of any length', async () => {
    const all = new Map(rowsOf((await watched(small())).chunks).map((row) => [row.id, row]));
    const samples: Row[][] = [];
    for (const overrides of [[], ['output.window=7s'], ['output.window=6m']]) {
      const rows = rowsOf((await watched(small(...overrides), { spec: { recordedPart: 0.1 } })).chunks);
      samples.push(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
      expect(rows).toEqual(rows.map(({ id }) => all.get(id)));
    }
    expect(samples[1]).toEqual(samples[0]);
    expect(samples[2]).toEqual(samples[0]);
    const expected = all.size / 10;
    expect(Math.abs(samples[0].length - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });
});

describe('a trace', () => {
  it('is the same in windows of any length, and has nobody else', async () => {
    const spec = { trace: { ...TRACE, firstReplica: 0, lastReplica: 1 } };
    const minutes = await watched(small(), { spec });
    for (const window of ['7s', '6m'])
      expect((await watched(small(`output.window=${window}`), { spec })).runs).toEqual(minutes.runs);
    expect(minutes.chunks).toEqual([]);
    expect(new Set(minutes.runs.map(({ replica }) => replica))).toEqual(new Set([0, 1]));
    for (const run of minutes.runs) {
      expect(run.startSeconds).toBeLessThan(spec.trace.toSeconds);
      expect(run.endSeconds).toBeGreaterThan(spec.trace.fromSeconds);
    }
  });
});

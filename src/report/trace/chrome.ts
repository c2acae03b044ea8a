// trace.json: traced steps in the JSON format of Chrome's tracing ("Trace Event Format", Google, 2016), which Perfetto
// and chrome://tracing open. A process is a pool, a thread a replica, a complete event a run of steps; counters show
// batch, waiting requests and KV blocks of every replica. Times are microseconds of simulated time from the start of
// the run, rounded to whole nanoseconds: what touches in the simulation touches in the picture, and nothing overlaps.
// Left out: flows of single requests.
import assert from 'node:assert/strict';
import type { TracedRun } from '../../fleet/records/traced-run.ts';
import { isoUtc } from '../../kernel/clock.ts';
import type { RunInfo } from '../../run/snapshot.ts';

export type TraceInfo = Pick<RunInfo, 'name' | 'seed' | 'version' | 'pools' | 'startEpochMs'>;

/** The whole file; a string holds some two million rows, of more see `chromeTraceParts`. Their order does not matter. */
export function chromeTrace(rows: readonly TracedRun[], info: TraceInfo): string {
  return [...chromeTraceParts(rows, info)].join('');
}

/** The same in parts, to be written one after the other. */
export function* chromeTraceParts(rows: readonly TracedRun[], info: TraceInfo): Generator<string> {
  const otherData = {
    scenario: info.name,
    seed: info.seed,
    version: info.version,
    start_utc: isoUtc(info.startEpochMs),
  };
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(otherData)},"traceEvents":[`;
  let comma = '\n';
  for (const replica of byReplica(rows)) {
    for (const event of eventsOf(replica, info)) {
      yield `${comma}${JSON.stringify(event)}`;
      comma = ',\n';
    }
  }
  yield '\n]}\n';
}

interface Replica {
  pool: number;
  replica: number;
  isFirstOfPool: boolean;
  /** In time order. */
  rows: TracedRun[];
}

function byReplica(rows: readonly TracedRun[]): Replica[] {
  const sorted = rows.toSorted(
    (a, b) => a.pool - b.pool || a.replica - b.replica || a.startSeconds - b.startSeconds,
  );
  const replicas: Replica[] = [];
  for (const row of sorted) {
    const last = replicas.at(-1);
    if (last?.pool === row.pool && last.replica === row.replica) last.rows.push(row);
    else {
      const { pool, replica } = row;
      replicas.push({ pool, replica, isFirstOfPool: last?.pool !== pool, rows: [row] });
    }
  }
  return replicas;
}

type Event = Record<string, unknown>;

function* eventsOf({ pool, replica, isFirstOfPool, rows }: Replica, { pools }: TraceInfo): Generator<Event> {
  // Process 0 and thread 0 mean something else to some readers.
  const pid = pool + 1;
  const tid = replica + 1;
  if (isFirstOfPool) {
    yield named('process_name', { pid, tid: 0 }, { name: pools[pool] });
    yield named('process_sort_index', { pid, tid: 0 }, { sort_index: pool });
  }
  yield named('thread_name', { pid, tid }, { name: `replica ${replica}` });
  yield named('thread_sort_index', { pid, tid }, { sort_index: replica });

  let counted = '';
  for (const [i, row] of rows.entries()) {
    const start = nanoseconds(row.startSeconds);
    const end = nanoseconds(row.endSeconds);
    const next = i + 1 < rows.length ? nanoseconds(rows[i + 1].startSeconds) : Infinity;
    assert(
      start <= end && end <= next,
      `pool ${pool}, replica ${replica}: steps overlap at ${row.endSeconds} s`,
    );
    yield {
      ph: 'X',
      pid,
      tid,
      ts: start / 1000,
      dur: (end - start) / 1000,
      name: nameOf(row),
      cat: 'steps',
      args: {
        steps: row.steps,
        decodes: row.decodes,
        context_tokens: row.contextTokens,
        prefill_tokens: row.prefillTokens,
        prefill_requests: row.prefillRequests,
      },
    };
    const counter = (ts: number, values: Event): Event | undefined => {
      const text = JSON.stringify(values);
      if (text === counted) return undefined;
      counted = text;
      return { ph: 'C', pid, tid, ts: ts / 1000, name: `replica ${replica}`, args: values };
    };
    const { waiting, usedBlocks: kv_blocks } = row;
    const busy = counter(start, { batch: row.decodes + row.prefillRequests, waiting, kv_blocks });
    if (busy) yield busy;
    // Then it stands idle, or its trace ends.
    const idle = end < next && counter(end, { batch: 0, waiting: 0, kv_blocks: 0 });
    if (idle) yield idle;
  }
}

function named(name: string, place: { pid: number; tid: number }, args: Event): Event {
  return { ph: 'M', ...place, name, args };
}

function nameOf({ steps, decodes, prefillTokens }: TracedRun): string {
  if (prefillTokens > 0) return decodes > 0 ? 'mixed' : 'prefill';
  return steps === 1 ? 'decode' : `decode ×${steps}`;
}

/** Exact for a hundred days: microseconds with three digits then read back as they are written. */
function nanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9);
}

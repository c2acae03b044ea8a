// Per-request records against the fates of the requests in the reference: one row for each, the same numbers to the bit
// once they are in the units of the file.
import { OUTCOME_NAMES } from '../../src/fleet/records/outcome.ts';
import type { RequestChunk } from '../../src/fleet/records/rows.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';

const NAMES: Record<RequestOutcome['outcome'], (typeof OUTCOME_NAMES)[number]> = {
  finished: 'finished',
  lost: 'lost',
  'queue-full': 'rejected_queue_full',
  'too-long': 'rejected_too_long',
  'exceeds-kv': 'rejected_exceeds_kv',
};

type Row = Record<string, number | string>;

/** The first row that is missing, twice there, or different; undefined if there is none. */
export function recordDifference(
  chunks: readonly RequestChunk[],
  { c, outcomes }: { c: CellCase; outcomes: readonly RequestOutcome[] },
): string | undefined {
  const rows = new Map<number, Row>();
  for (const chunk of chunks) {
    let before = -1;
    for (const [i, request] of chunk.request.entries()) {
      if (rows.has(request)) return `request ${request} has two rows`;
      if (request <= before) return `request ${request} comes after ${before}`;
      before = request;
      rows.set(request, rowAt(chunk, i));
    }
  }
  if (rows.size !== outcomes.length) return `${rows.size} rows of ${outcomes.length} requests`;
  for (const request of outcomes.keys()) {
    const row = rows.get(request);
    for (const [name, value] of Object.entries(expectedRow(c, request, outcomes[request]))) {
      if (row !== undefined && Object.is(row[name], value)) continue;
      return `${name} of request ${request} is recorded as ${row?.[name]}, and in the reference ${value}`;
    }
  }
  return undefined;
}

function rowAt(chunk: RequestChunk, i: number): Row {
  const { cell: _, ...columns } = chunk;
  const row: Row = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]]));
  return { ...row, outcome: OUTCOME_NAMES[chunk.outcome[i]] };
}

function expectedRow(c: CellCase, request: number, fate: RequestOutcome): Row {
  const { atTicks } = c.requests[request];
  const isFinished = fate.outcome === 'finished';
  const delay = c.perf.clientDelayTicks;
  const ttftTicks = fate.firstTokenTicks - atTicks + delay;
  const e2eTicks = fate.finishTicks - atTicks + delay;
  const row: Row = {
    replica: fate.replica,
    arrivalSeconds: atTicks / 2 ** 32,
    queueingMs: fate.admittedTicks < 0 ? NaN : milliseconds(fate.admittedTicks - atTicks),
    ttftMs: fate.firstTokenTicks < 0 ? NaN : milliseconds(ttftTicks),
    e2eMs: isFinished ? milliseconds(e2eTicks) : NaN,
    tpotMs:
      isFinished && fate.outputTokens > 1
        ? milliseconds(Math.floor((e2eTicks - ttftTicks) / (fate.outputTokens - 1)))
        : NaN,
    outcome: NAMES[fate.outcome],
    attained: isFinished ? 1 : 0,
    preemptions: fate.preemptions,
    retries: fate.retries,
  };
  return isFinished ? { ...row, promptTokens: fate.promptTokens, outputTokens: fate.outputTokens } : row;
}

function milliseconds(ticks: number): number {
  return Math.fround((ticks / 2 ** 32) * 1000);
}

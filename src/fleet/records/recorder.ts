// Per-request records: one row for every sampled request when it has left, made from what its pool entry says then. The
// cells of an engine are simulated in turn, so one recorder serves them all, each with rows of its own. What no entry
// keeps (how often a request was preempted or began again, and where it was) is noted apart, as it is rare.
// Costs nothing where nobody records. Requests that are still in the system have no row: see unfinished.ts.
import type { Engine, Rejection, RequestObserver } from '../engine-interface.ts';
import type { LooseRequest } from '../replicas/eviction.ts';
import { Entry, NOT_YET, Size } from '../requests/request-entry.ts';
import { Outcome } from './outcome.ts';
import { NONE, RequestRows } from './rows.ts';
import type { RequestChunk } from './rows.ts';
import type { Sampler } from './sampler.ts';

export interface RecordedCell {
  /** Its position among all cells of the run. */
  index: number;
  /** Its replicas begin there in the engine, and with that number in the pool. */
  first: number;
  firstReplica: number;
  sampler: Sampler;
}

/** Of a request in the system that was preempted or has lost its replica. */
export interface RequestNote {
  preemptions: number;
  retries: number;
  /** Number in the pool of the replica that it has lost; -1: none. */
  lostReplica: number;
}

/** By number of the request. */
export type RequestNotes = Map<number, RequestNote>;

interface Recording extends RecordedCell {
  rows: RequestRows;
  notes: RequestNotes;
}

const REJECTIONS: Record<Rejection, Outcome> = {
  'queue-full': Outcome.rejectedQueueFull,
  'too-long': Outcome.rejectedTooLong,
  'exceeds-kv': Outcome.rejectedExceedsKv,
};

export class RequestRecorder implements RequestObserver {
  readonly #cells: ReadonlyMap<number, Recording>;
  #cell: Recording;
  #engine: Engine | undefined;

  /** All cells of one engine. */
  constructor(cells: readonly RecordedCell[]) {
    const recordings = cells.map((cell): Recording => ({
      ...cell,
      rows: new RequestRows(),
      notes: new Map(),
    }));
    this.#cells = new Map(recordings.map((recording) => [recording.first, recording]));
    this.#cell = recordings[0];
  }

  /** Once, before anything happens: the engine that this observes. */
  attach(engine: Engine): void {
    this.#engine = engine;
  }

  enter(first: number): void {
    this.#cell = this.#cells.get(first)!;
  }

  routed(): void {}

  firstToken(): void {}

  admitted(replica: number, entry: number): void {
    const { pool, replicas } = this.#engine!;
    const d = entry * Size.ENTRY_DOUBLES;
    if (pool.doubles[d + Entry.ADMITTED] === NOT_YET)
      pool.doubles[d + Entry.ADMITTED] = replicas.start[replica];
  }

  finished(replica: number, entry: number, good: boolean): void {
    const { pool, replicas, perf } = this.#engine!;
    const { doubles, words } = pool;
    const d = entry * Size.ENTRY_DOUBLES;
    const e = d * 2;
    const cell = this.#cell;
    const request = words[e + Entry.REQUEST];
    if (!cell.sampler(request)) return;
    const arrival = doubles[d + Entry.ARRIVAL];
    const i = cell.rows.next();
    const row = cell.rows.columns;
    row.request[i] = request;
    row.replica[i] = replicas.number[replica];
    row.promptTokens[i] = words[e + Entry.PROMPT];
    row.outputTokens[i] = words[e + Entry.OUTPUT];
    row.arrivalTicks[i] = arrival;
    row.queueingTicks[i] = doubles[d + Entry.ADMITTED] - arrival;
    row.ttftTicks[i] = doubles[d + Entry.FIRST_TOKEN] - arrival + perf.clientDelayTicks;
    row.e2eTicks[i] = replicas.start[replica] - arrival + perf.clientDelayTicks;
    row.outcome[i] = Outcome.finished;
    row.attained[i] = good ? 1 : 0;
    this.#close(cell, i, request);
  }

  rejected(loose: LooseRequest, reason: Rejection, replica: number): void {
    this.#addLoose(loose, REJECTIONS[reason], replica);
  }

  killed(loose: LooseRequest, replica: number, retried: boolean): void {
    if (!this.#cell.sampler(loose.request)) return;
    if (!retried) {
      this.#addLoose(loose, Outcome.lost, replica);
      return;
    }
    const note = this.#note(loose.request);
    note.retries++;
    note.lostReplica = this.#numberInPool(replica);
  }

  preempted(request: number): void {
    if (this.#cell.sampler(request)) this.#note(request).preemptions++;
  }

  /** The rows of a cell since they were last taken; `originSeconds` after the start of the run is its tick 0. */
  take(first: number, originSeconds: number): RequestChunk {
    const { rows, index } = this.#cells.get(first)!;
    return rows.take(index, originSeconds);
  }

  /** What a cell's rows to come depend on, beside its own state. */
  save(first: number): RequestNotes {
    return this.#cells.get(first)!.notes;
  }

  restore(first: number, notes: RequestNotes): void {
    this.#cells.get(first)!.notes = notes;
  }

  #addLoose(loose: LooseRequest, outcome: Outcome, replica: number): void {
    const cell = this.#cell;
    if (!cell.sampler(loose.request)) return;
    const numberInPool =
      replica < 0 ? (cell.notes.get(loose.request)?.lostReplica ?? -1) : this.#numberInPool(replica);
    const i = addLoose(cell.rows, loose, this.#engine!.perf.clientDelayTicks);
    cell.rows.columns.replica[i] = numberInPool;
    cell.rows.columns.outcome[i] = outcome;
    this.#close(cell, i, loose.request);
  }

  /** What was noted comes to the row. */
  #close({ rows, notes }: Recording, i: number, request: number): void {
    const note = notes.size === 0 ? undefined : notes.get(request);
    rows.columns.preemptions[i] = note?.preemptions ?? 0;
    rows.columns.retries[i] = note?.retries ?? 0;
    if (note !== undefined) notes.delete(request);
  }

  #note(request: number): RequestNote {
    const { notes } = this.#cell;
    let note = notes.get(request);
    if (note === undefined) notes.set(request, (note = { preemptions: 0, retries: 0, lostReplica: -1 }));
    return note;
  }

  #numberInPool(replica: number): number {
    return this.#engine!.replicas.number[replica];
  }
}

/** A row for a request that has not finished, but for its replica, outcome and notes; its place. */
export function addLoose(rows: RequestRows, loose: LooseRequest, clientDelayTicks: number): number {
  const { arrivalTicks, admittedTicks, firstTokenTicks } = loose;
  const i = rows.next();
  const row = rows.columns;
  row.request[i] = loose.request;
  row.promptTokens[i] = loose.promptTokens;
  row.outputTokens[i] = loose.outputTokens;
  row.arrivalTicks[i] = arrivalTicks;
  row.queueingTicks[i] = admittedTicks === NOT_YET ? NONE : admittedTicks - arrivalTicks;
  row.ttftTicks[i] = firstTokenTicks === NOT_YET ? NONE : firstTokenTicks - arrivalTicks + clientDelayTicks;
  row.e2eTicks[i] = NONE;
  row.attained[i] = 0;
  return i;
}

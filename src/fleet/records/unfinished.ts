// Rows for the requests that were in the system when a run was stopped, or cut at its end. Made from a cell's saved state,
// so that whoever simulates does not have to be asked again. What they never had stays empty.
import type { CellState } from '../cell.ts';
import type { LooseRequest } from '../replicas/eviction.ts';
import { Entry, Size } from '../requests/request-entry.ts';
import { Outcome } from './outcome.ts';
import { addLoose } from './recorder.ts';
import type { RecordedCell, RequestNotes } from './recorder.ts';
import { RequestRows } from './rows.ts';
import type { RequestChunk } from './rows.ts';

export interface SavedCell {
  state: Pick<CellState, 'replicas' | 'held'>;
  notes: RequestNotes;
}

export interface UnfinishedOptions {
  clientDelayTicks: number;
  originSeconds: number;
}

export function unfinishedRows(
  { index, firstReplica, sampler }: Omit<RecordedCell, 'first'>,
  { state, notes }: SavedCell,
  { clientDelayTicks, originSeconds }: UnfinishedOptions,
): RequestChunk {
  const rows = new RequestRows();
  const add = (loose: LooseRequest, replica: number, outcome: Outcome): void => {
    if (!sampler(loose.request)) return;
    const note = notes.get(loose.request);
    const i = addLoose(rows, loose, clientDelayTicks);
    rows.columns.replica[i] = replica < 0 ? (note?.lostReplica ?? -1) : replica;
    rows.columns.outcome[i] = outcome;
    rows.columns.preemptions[i] = note?.preemptions ?? 0;
    rows.columns.retries[i] = note?.retries ?? 0;
  };
  // Entries stand in the order: decoding, in prefill, waiting, replica by replica (see saved-replicas.ts).
  const { scalars, entries } = state.replicas;
  let entry = 0;
  for (let place = 0; place < scalars.waiting.length; place++) {
    const running = scalars.active[place] + scalars.prefilling[place];
    for (let i = 0; i < running + scalars.waiting[place]; i++) {
      add(looseAt(entries, entry++), firstReplica + place, i < running ? Outcome.running : Outcome.waiting);
    }
  }
  for (const loose of state.held) add(loose, -1, Outcome.waiting);
  return rows.take(index, originSeconds);
}

function looseAt(entries: Float64Array, entry: number): LooseRequest {
  const d = entry * Size.ENTRY_DOUBLES;
  const words = new Int32Array(entries.buffer, entries.byteOffset + d * 8, Size.ENTRY_WORDS);
  return {
    request: words[Entry.REQUEST],
    promptTokens: words[Entry.PROMPT],
    outputTokens: words[Entry.OUTPUT],
    arrivalTicks: entries[d + Entry.ARRIVAL],
    firstTokenTicks: entries[d + Entry.FIRST_TOKEN],
    lastTokenTicks: entries[d + Entry.LAST_TOKEN],
    admittedTicks: entries[d + Entry.ADMITTED],
  };
}

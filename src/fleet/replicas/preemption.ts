// Preemption: a sequence loses its KV, goes to the front of its replica's queue, and is computed again later. Rare, and
// therefore in functions of its own: entering rare code for the first time makes V8 throw away what it compiled.
import type { Engine } from '../engine-interface.ts';
import { blocksOf, Entry, Size } from '../requests/request-entry.ts';
import { Window } from '../window-fields.ts';
import { ReplicaRecord } from './replica-record.ts';

/** The decoding sequences of a replica, in the order in which they finish. */
export function decodingSequences(
  engine: Engine,
  replica: number,
): { admission: number; cachedTokens: number }[] {
  return Array.from({ length: engine.replicas.active[replica] }, (_, place) => ({
    admission: engine.pool.words[entryAt(engine, replica, place) * Size.ENTRY_WORDS + Entry.ADMISSION],
    cachedTokens: cachedTokens(engine, replica, place),
  }));
}

/** Preempts the decoding sequence that was admitted last. */
export function preemptNewestDecoding(engine: Engine, replica: number): void {
  const { pool, replicas } = engine;
  const newest = newestDecoding(engine, replica);
  const entry = entryAt(engine, replica, newest);
  const cached = cachedTokens(engine, replica, newest);
  engine.leaveBatch(replica, cached);
  removeFromRing(engine, replica, newest);
  pool.doubles[entry * Size.ENTRY_DOUBLES + Entry.LAST_TOKEN] = replicas.start[replica];
  // Cached are the prompt and all generated tokens but the last, which is to be computed again too.
  pool.words[entry * Size.ENTRY_WORDS + Entry.TARGET] = cached + 1;
  queueFirst(engine, replica, entry);
}

/** Preempts the sequence in prefill that was admitted last. */
export function preemptNewestPrefilling(engine: Engine, replica: number): void {
  const { prefillHead, prefillTail, prefilling, prefillBlocks } = engine.replicas;
  const entries = engine.pool.words;
  const victim = prefillTail[replica];
  prefillBlocks[replica] -= blocksOf(entries[victim * Size.ENTRY_WORDS + Entry.DONE]);
  let entry = prefillHead[replica];
  let before = -1;
  while (entry !== victim) {
    before = entry;
    entry = entries[entry * Size.ENTRY_WORDS + Entry.NEXT];
  }
  if (before < 0) prefillHead[replica] = -1;
  else entries[before * Size.ENTRY_WORDS + Entry.NEXT] = -1;
  prefillTail[replica] = before;
  prefilling[replica]--;
  queueFirst(engine, replica, victim);
}

function newestDecoding(engine: Engine, replica: number): number {
  const entries = engine.pool.words;
  let newest = 0;
  let admission = -1;
  for (let place = 0; place < engine.replicas.active[replica]; place++) {
    const candidate = entries[entryAt(engine, replica, place) * Size.ENTRY_WORDS + Entry.ADMISSION];
    if (candidate > admission) {
      admission = candidate;
      newest = place;
    }
  }
  return newest;
}

function queueFirst(engine: Engine, replica: number, entry: number): void {
  const { waitHead, waitTail, waiting } = engine.replicas;
  const entries = engine.pool.words;
  const head = waitHead[replica];
  entries[entry * Size.ENTRY_WORDS + Entry.NEXT] = head;
  waitHead[replica] = entry;
  if (head < 0) waitTail[replica] = entry;
  waiting[replica]++;
  engine.window[Window.preemptions]++;
  engine.observer?.preempted(entries[entry * Size.ENTRY_WORDS + Entry.REQUEST]);
}

function removeFromRing(engine: Engine, replica: number, place: number): void {
  const { active, rings } = engine.replicas;
  active[replica]--;
  for (let i = place; i < active[replica]; i++) {
    const to = ringIndex(engine, replica, i);
    const from = ringIndex(engine, replica, i + 1);
    rings[to] = rings[from];
    rings[to + 1] = rings[from + 1];
  }
}

/** Where in the rings the sequence stands that is `place` others from finishing next. */
function ringIndex({ replicas, ringSize }: Engine, replica: number, place: number): number {
  const ring = (replica >> ReplicaRecord.SHIFT) * ringSize;
  return (ring + ((replicas.first[replica] + place) & (ringSize - 1))) * 2;
}

/** Pool entry of the sequence that is `place` others from finishing next. */
export function entryAt(engine: Engine, replica: number, place: number): number {
  return engine.replicas.rings[ringIndex(engine, replica, place) + 1];
}

/** Tokens in the KV cache of a decoding sequence: all but the one it makes next, less those still to come. */
function cachedTokens(engine: Engine, replica: number, place: number): number {
  const { rings, steps } = engine.replicas;
  const remaining = (rings[ringIndex(engine, replica, place)] - steps[replica]) | 0;
  const e = entryAt(engine, replica, place) * Size.ENTRY_WORDS;
  return engine.pool.words[e + Entry.PROMPT] + engine.pool.words[e + Entry.OUTPUT] - 1 - remaining;
}

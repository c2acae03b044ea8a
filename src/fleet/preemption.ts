// Preemption: a sequence loses its KV, goes to the front of its replica's queue, and is computed again later. Rare, and
// therefore in functions of its own: entering rare code for the first time makes V8 throw away what it compiled.
import type { Engine } from './engine.ts';
import { heapRemove } from './finish-heap.ts';
import { blocksOf, Entry, Head, Size, Slot } from './layout.ts';
import { Window } from './window.ts';

/** The decoding sequences of a replica, in the order of the finish heap. */
export function decodingSequences(
  engine: Engine,
  replica: number,
): { admission: number; cachedTokens: number }[] {
  const base = replica * engine.recordDoubles;
  return Array.from({ length: engine.words[base * 2 + Head.HEAP_SIZE] }, (_, heapIndex) => ({
    admission: engine.words[slotWords(engine, base, heapIndex) + Slot.ADMISSION],
    cachedTokens: cachedTokens(engine, base, heapIndex),
  }));
}

/** Preempts the decoding sequence that was admitted last. */
export function preemptNewestDecoding(engine: Engine, replica: number, now: number): void {
  const base = replica * engine.recordDoubles;
  const { doubles, words, pool } = engine;
  const header = base * 2;
  const newest = newestDecoding(engine, base);
  const s = slotWords(engine, base, newest);
  const cached = cachedTokens(engine, base, newest);
  const slot = slotAt(engine, base, newest);
  engine.leaveBatch(base, cached);
  heapRemove(doubles, base + Size.HEADER_DOUBLES, words[header + Head.HEAP_SIZE]--, newest);
  const entry = pool.allocate();
  const d = entry * Size.ENTRY_DOUBLES;
  pool.doubles[d + Entry.ARRIVAL] = doubles[s / 2 + Slot.ARRIVAL];
  pool.doubles[d + Entry.FIRST_TOKEN] = doubles[s / 2 + Slot.FIRST_TOKEN];
  pool.doubles[d + Entry.LAST_TOKEN] = now;
  pool.words[d * 2 + Entry.PROMPT] = words[s + Slot.PROMPT];
  pool.words[d * 2 + Entry.OUTPUT] = words[s + Slot.OUTPUT];
  // Cached are the prompt and all generated tokens but the last, which is to be computed again too.
  pool.words[d * 2 + Entry.TARGET] = cached + 1;
  pool.words[d * 2 + Entry.REQUEST] = words[s + Slot.REQUEST];
  words[s + Slot.PROMPT] = words[header + Head.FREE_SLOT];
  words[header + Head.FREE_SLOT] = slot;
  queueFirst(engine, header, entry);
}

/** Preempts the sequence in prefill that was admitted last. */
export function preemptNewestPrefilling(engine: Engine, replica: number): void {
  const header = replica * engine.recordDoubles * 2;
  const { words } = engine;
  const entries = engine.pool.words;
  const victim = words[header + Head.PREFILL_TAIL];
  words[header + Head.USED_BLOCKS] -= blocksOf(entries[victim * Size.ENTRY_DOUBLES * 2 + Entry.DONE]);
  let entry = words[header + Head.PREFILL_HEAD];
  let before = -1;
  while (entry !== victim) {
    before = entry;
    entry = entries[entry * Size.ENTRY_DOUBLES * 2 + Entry.NEXT];
  }
  if (before < 0) words[header + Head.PREFILL_HEAD] = -1;
  else entries[before * Size.ENTRY_DOUBLES * 2 + Entry.NEXT] = -1;
  words[header + Head.PREFILL_TAIL] = before;
  words[header + Head.PREFILLING]--;
  queueFirst(engine, header, victim);
}

function newestDecoding(engine: Engine, base: number): number {
  let newest = 0;
  let admission = -1;
  for (let i = 0; i < engine.words[base * 2 + Head.HEAP_SIZE]; i++) {
    const candidate = engine.words[slotWords(engine, base, i) + Slot.ADMISSION];
    if (candidate > admission) {
      admission = candidate;
      newest = i;
    }
  }
  return newest;
}

function queueFirst(engine: Engine, header: number, entry: number): void {
  const { words } = engine;
  const entries = engine.pool.words;
  const head = words[header + Head.WAIT_HEAD];
  entries[entry * Size.ENTRY_DOUBLES * 2 + Entry.NEXT] = head;
  words[header + Head.WAIT_HEAD] = entry;
  if (head < 0) words[header + Head.WAIT_TAIL] = entry;
  words[header + Head.WAITING]++;
  engine.window[Window.preemptions]++;
  engine.observer?.preempted(entries[entry * Size.ENTRY_DOUBLES * 2 + Entry.REQUEST]);
}

function slotAt(engine: Engine, base: number, heapIndex: number): number {
  return engine.doubles[base + Size.HEADER_DOUBLES + heapIndex] % Size.SLOTS_MAX;
}

/** Where the slot of a heap entry begins, in int32 words. */
function slotWords(engine: Engine, base: number, heapIndex: number): number {
  return (base + engine.slots + slotAt(engine, base, heapIndex) * Size.SLOT_DOUBLES) * 2;
}

/** Tokens in the KV cache of a decoding sequence: all but the one it makes next, less those still to come. */
function cachedTokens(engine: Engine, base: number, heapIndex: number): number {
  const { doubles, words } = engine;
  const finishStep = Math.floor(doubles[base + Size.HEADER_DOUBLES + heapIndex] / Size.SLOTS_MAX);
  const remaining = finishStep - doubles[base + Head.STEPS];
  const s = slotWords(engine, base, heapIndex);
  return words[s + Slot.PROMPT] + words[s + Slot.OUTPUT] - 1 - remaining;
}

// The state of a cell's replicas as data that can be stored and sent, and back; and the move of the origin of time.
// Pool entries are numbered anew, in the order: decoding, in prefill, waiting, replica by replica, so that what is saved
// does not depend on who else is simulated by the same thread.
import type { Engine } from './engine.ts';
import { entryAt } from './preemption.ts';
import { Entry, Size } from './request-pool.ts';
import type { CellRange } from './router.ts';

/** Of each replica; chains and ring are told by their lengths and the entries. */
const SCALARS = [
  'nextEvent',
  'outstanding',
  'start',
  'alpha',
  'beta',
  'stepsLeft',
  'decodeTicks',
  'steps',
  'decodes',
  'context',
  'prefillBlocks',
  'active',
  'waiting',
  'prefilling',
  'admissions',
  'batchSize',
  'batchPrompt',
] as const;

export interface SavedReplicas {
  scalars: Record<(typeof SCALARS)[number], Float64Array | Int32Array>;
  residues: Int32Array;
  /** Of the decoding sequences, in the order of their entries. */
  finishSteps: Int32Array;
  /** The pool's doubles of every request, Size.ENTRY_DOUBLES each. */
  entries: Float64Array;
}

export function saveReplicas(engine: Engine, { first, replicas: count }: CellRange): SavedReplicas {
  const { replicas, pool, ringSize } = engine;
  const finishSteps: number[] = [];
  const entries: number[] = [];
  for (let replica = first; replica < first + count; replica++) {
    entries.push(...entriesOf(engine, replica));
    for (let i = 0; i < replicas.active[replica]; i++) {
      const place = (replicas.first[replica] + i) & (ringSize - 1);
      finishSteps.push(replicas.finishSteps[replica * ringSize + place]);
    }
  }
  const doubles = new Float64Array(entries.length * Size.ENTRY_DOUBLES);
  for (const [i, entry] of entries.entries()) {
    const from = entry * Size.ENTRY_DOUBLES;
    doubles.set(pool.doubles.subarray(from, from + Size.ENTRY_DOUBLES), i * Size.ENTRY_DOUBLES);
  }
  const scalars = SCALARS.map((name) => [name, replicas[name].slice(first, first + count)] as const);
  return {
    scalars: Object.fromEntries(scalars) as SavedReplicas['scalars'],
    residues: replicas.residues.slice(first * 16, (first + count) * 16),
    finishSteps: Int32Array.from(finishSteps),
    entries: doubles,
  };
}

/** Into replicas that have seen no request. */
export function restoreReplicas(engine: Engine, range: CellRange, saved: SavedReplicas): void {
  const { replicas, pool, ringSize } = engine;
  for (const name of SCALARS) replicas[name].set(saved.scalars[name], range.first);
  replicas.residues.set(saved.residues, range.first * 16);
  let restored = 0;
  let decoding = 0;
  const nextEntry = (): number => {
    const entry = pool.allocate();
    const from = restored++ * Size.ENTRY_DOUBLES;
    pool.doubles.set(saved.entries.subarray(from, from + Size.ENTRY_DOUBLES), entry * Size.ENTRY_DOUBLES);
    return entry;
  };
  /** A chain of so many entries: its head and tail, -1 where it is empty. */
  const chain = (length: number): [number, number] => {
    let head = -1;
    let tail = -1;
    for (let i = 0; i < length; i++) {
      const entry = nextEntry();
      pool.words[entry * Size.ENTRY_WORDS + Entry.NEXT] = -1;
      if (tail < 0) head = entry;
      else pool.words[tail * Size.ENTRY_WORDS + Entry.NEXT] = entry;
      tail = entry;
    }
    return [head, tail];
  };
  for (let replica = range.first; replica < range.first + range.replicas; replica++) {
    for (let place = 0; place < replicas.active[replica]; place++) {
      replicas.finishSteps[replica * ringSize + place] = saved.finishSteps[decoding++];
      replicas.ringEntries[replica * ringSize + place] = nextEntry();
    }
    [replicas.prefillHead[replica], replicas.prefillTail[replica]] = chain(replicas.prefilling[replica]);
    [replicas.waitHead[replica], replicas.waitTail[replica]] = chain(replicas.waiting[replica]);
  }
}

/** What was at t is at t - ticks from now on. */
export function rebaseReplicas(engine: Engine, { first, replicas: count }: CellRange, ticks: number): void {
  const { replicas, pool } = engine;
  for (let replica = first; replica < first + count; replica++) {
    replicas.nextEvent[replica] -= ticks;
    replicas.start[replica] -= ticks;
    for (const entry of entriesOf(engine, replica)) {
      const d = entry * Size.ENTRY_DOUBLES;
      pool.doubles[d + Entry.ARRIVAL] -= ticks;
      pool.doubles[d + Entry.FIRST_TOKEN] -= ticks;
      pool.doubles[d + Entry.LAST_TOKEN] -= ticks;
    }
  }
}

function entriesOf(engine: Engine, replica: number): number[] {
  const { active, prefillHead, waitHead } = engine.replicas;
  const entries = Array.from({ length: active[replica] }, (_, place) => entryAt(engine, replica, place));
  for (const head of [prefillHead[replica], waitHead[replica]]) {
    for (let entry = head; entry >= 0; entry = engine.pool.words[entry * Size.ENTRY_WORDS + Entry.NEXT]) {
      entries.push(entry);
    }
  }
  return entries;
}

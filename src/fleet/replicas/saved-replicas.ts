// The state of a cell's replicas as data that can be stored and sent, and back; and the move of the origin of time.
// Pool entries are numbered anew, in the order: decoding, in prefill, waiting, replica by replica, so that what is saved
// does not depend on who else is simulated by the same thread.
import type { Engine } from '../engine-interface.ts';
import { entriesOf } from './eviction.ts';
import { Entry, Size } from '../requests/request-entry.ts';
import type { Members } from '../members.ts';

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

type Range = Pick<Members, 'first' | 'places'>;

export interface SavedReplicas {
  scalars: Record<(typeof SCALARS)[number], Float64Array | Int32Array>;
  residues: Int32Array;
  /** Of the decoding sequences, in the order of their entries. */
  finishSteps: Int32Array;
  /** The pool's doubles of every request, Size.ENTRY_DOUBLES each. */
  entries: Float64Array;
}

export function saveReplicas(engine: Engine, { first, places: count }: Range): SavedReplicas {
  const { replicas, pool, ringSize } = engine;
  const scalars = Object.fromEntries(
    SCALARS.map((name) => [name, replicas[name].slice(first, first + count)] as const),
  ) as SavedReplicas['scalars'];
  const decoding = sum(scalars.active);
  const requests = decoding + sum(scalars.prefilling) + sum(scalars.waiting);
  const finishSteps = new Int32Array(decoding);
  const entries = new Float64Array(requests * Size.ENTRY_DOUBLES);
  let savedSteps = 0;
  let savedEntries = 0;
  for (let replica = first; replica < first + count; replica++) {
    for (let i = 0; i < replicas.active[replica]; i++) {
      const place = (replicas.first[replica] + i) & (ringSize - 1);
      finishSteps[savedSteps++] = replicas.rings[(replica * ringSize + place) * 2];
    }
    for (const entry of entriesOf(engine, replica)) {
      const from = entry * Size.ENTRY_DOUBLES;
      const doubles = pool.doubles.subarray(from, from + Size.ENTRY_DOUBLES);
      entries.set(doubles, savedEntries++ * Size.ENTRY_DOUBLES);
    }
  }
  const residues = replicas.residues.slice(first * 16, (first + count) * 16);
  return { scalars, residues, finishSteps, entries };
}

/** Into replicas that have seen no request. */
export function restoreReplicas(engine: Engine, range: Range, saved: SavedReplicas): void {
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
  for (let replica = range.first; replica < range.first + range.places; replica++) {
    for (let place = 0; place < replicas.active[replica]; place++) {
      const pair = (replica * ringSize + place) * 2;
      replicas.rings[pair] = saved.finishSteps[decoding++];
      replicas.rings[pair + 1] = nextEntry();
    }
    [replicas.prefillHead[replica], replicas.prefillTail[replica]] = chain(replicas.prefilling[replica]);
    [replicas.waitHead[replica], replicas.waitTail[replica]] = chain(replicas.waiting[replica]);
  }
}

/** What was at t is at t - ticks from now on. */
export function rebaseReplicas(engine: Engine, { first, places: count }: Range, ticks: number): void {
  const { replicas, pool } = engine;
  for (let replica = first; replica < first + count; replica++) {
    replicas.nextEvent[replica] -= ticks;
    replicas.start[replica] -= ticks;
    for (const entry of entriesOf(engine, replica)) {
      const d = entry * Size.ENTRY_DOUBLES;
      pool.doubles[d + Entry.ARRIVAL] -= ticks;
      pool.doubles[d + Entry.FIRST_TOKEN] -= ticks;
      pool.doubles[d + Entry.LAST_TOKEN] -= ticks;
      pool.doubles[d + Entry.ADMITTED] -= ticks;
    }
  }
}

function sum(counts: Float64Array | Int32Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

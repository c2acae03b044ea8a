// The state of a cell's replicas as data that can be stored and sent, and back; and the move of the origin of time.
// Pool entries are numbered anew, in the order: decoding, in prefill, waiting, replica by replica, so that what is saved
// does not depend on who else is simulated by the same thread.
import type { Engine } from '../engine-interface.ts';
import { entriesOf } from './eviction.ts';
import { Entry, Size } from '../requests/request-entry.ts';
import { placeOf } from '../members.ts';
import type { Members } from '../members.ts';
import { ReplicaRecord } from './replica-record.ts';
import { copyOf } from './replicas.ts';

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

type Range = Pick<Members, 'first' | 'end' | 'places'>;

export interface SavedReplicas {
  scalars: Record<(typeof SCALARS)[number], Float64Array | Int32Array>;
  residues: Int32Array;
  /** Of the decoding sequences, in the order of their entries. */
  finishSteps: Int32Array;
  /** The pool's doubles of every request, Size.ENTRY_DOUBLES each. */
  entries: Float64Array;
}

export function saveReplicas(engine: Engine, range: Range): SavedReplicas {
  const { replicas, pool, ringSize } = engine;
  const scalars = Object.fromEntries(
    SCALARS.map((name) => [name, copyOf(replicas[name], range)] as const),
  ) as SavedReplicas['scalars'];
  const decoding = sum(scalars.active);
  const requests = decoding + sum(scalars.prefilling) + sum(scalars.waiting);
  const finishSteps = new Int32Array(decoding);
  const entries = new Float64Array(requests * Size.ENTRY_DOUBLES);
  let savedSteps = 0;
  let savedEntries = 0;
  const residues = new Int32Array(range.places * 16);
  for (let replica = range.first; replica < range.end; replica += ReplicaRecord.SIZE) {
    const counters = replicas.residues.subarray(replica * 2, replica * 2 + 16);
    residues.set(counters, placeOf(range, replica) * 16);
    const ring = (replica >> ReplicaRecord.SHIFT) * ringSize;
    for (let i = 0; i < replicas.active[replica]; i++) {
      const place = (replicas.first[replica] + i) & (ringSize - 1);
      finishSteps[savedSteps++] = replicas.rings[(ring + place) * 2];
    }
    for (const entry of entriesOf(engine, replica)) {
      const from = entry * Size.ENTRY_DOUBLES;
      const doubles = pool.doubles.subarray(from, from + Size.ENTRY_DOUBLES);
      entries.set(doubles, savedEntries++ * Size.ENTRY_DOUBLES);
    }
  }
  return { scalars, residues, finishSteps, entries };
}

/** Into replicas that have seen no request. */
export function restoreReplicas(engine: Engine, range: Range, saved: SavedReplicas): void {
  const { replicas, pool, ringSize } = engine;
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
  for (let replica = range.first; replica < range.end; replica += ReplicaRecord.SIZE) {
    const place = placeOf(range, replica);
    for (const name of SCALARS) replicas[name][replica] = saved.scalars[name][place];
    replicas.residues.set(saved.residues.subarray(place * 16, place * 16 + 16), replica * 2);
    const ring = (replica >> ReplicaRecord.SHIFT) * ringSize;
    for (let i = 0; i < replicas.active[replica]; i++) {
      const pair = (ring + i) * 2;
      replicas.rings[pair] = saved.finishSteps[decoding++];
      replicas.rings[pair + 1] = nextEntry();
    }
    [replicas.prefillHead[replica], replicas.prefillTail[replica]] = chain(replicas.prefilling[replica]);
    [replicas.waitHead[replica], replicas.waitTail[replica]] = chain(replicas.waiting[replica]);
  }
}

/** What was at t is at t - ticks from now on. */
export function rebaseReplicas(engine: Engine, { first, end }: Range, ticks: number): void {
  const { replicas, pool } = engine;
  for (let replica = first; replica < end; replica += ReplicaRecord.SIZE) {
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

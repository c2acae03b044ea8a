// What an engine knows of its replicas. All about a replica lies together, in three lines of a processor's cache, since a
// fleet of thousands does not fit into it; yet each quantity is an array of its own, indexed by replica (a multiple of
// ReplicaRecord.SIZE): the arrays are views of the same memory, each beginning one place after the other.
import { At } from '../compiled/layout.ts';
import { OWN_ARRAYS } from '../compiled/memory.ts';
import type { ArrayMaker } from '../compiled/memory.ts';
import { ReplicaRecord } from './replica-record.ts';

export type Replicas = ReturnType<typeof createReplicas>;

/** `ringSize`: sequences that may decode at once, a power of two. */
export function createReplicas(count: number, ringSize: number, { float64, int32 }: ArrayMaker = OWN_ARRAYS) {
  const end = count * ReplicaRecord.SIZE;
  const doubles = float64(At.DOUBLES, end);
  const words = int32(At.WORDS, end);
  const double = (at: At) => doubles.subarray((at - At.DOUBLES) / 8);
  const word = (at: At) => words.subarray((at - At.WORDS) / 4);
  const replicas = {
    count,
    /** Where the last replica's record ends. */
    end,
    /** When the replica's run ends or its timer fires; Infinity while idle. */
    nextEvent: double(At.NEXT_EVENT),
    /** Requests waiting or running. */
    outstanding: word(At.OUTSTANDING),

    /** The last step boundary, where the step under way started; or the arrival or timer that ended idleness. */
    start: double(At.START),
    /** Ticks of the step under way, and what every later step of the run takes longer than the one before it. */
    alpha: double(At.ALPHA),
    beta: double(At.BETA),
    /** Steps of the run not yet committed, the one under way included; 0 while nothing runs. */
    stepsLeft: word(At.STEPS_LEFT),
    /** Ticks of the step under way that it would take without its prefill chunks; used while `prefilling` > 0. */
    decodeTicks: double(At.DECODE_TICKS),
    /** Steps committed since the start of the simulation. */
    steps: double(At.STEPS),

    /** Sequences charged by a decode step; with static batching more than those that still decode. */
    decodes: word(At.DECODES),
    /** Their cached tokens, as the performance model is to see them. */
    context: double(At.CONTEXT),
    /**
     * Decoding sequences by (cached tokens - steps) mod 16, which never changes while they decode: 16 counters each, from
     * 2·replica on.
     */
    residues: new Int32Array(doubles.buffer, doubles.byteOffset + At.RESIDUES - At.DOUBLES, 2 * end - 16),
    /** KV blocks of the prompts in prefill, those of the step under way included; of the whole batch if it is padded. */
    prefillBlocks: word(At.PREFILL_BLOCKS),

    /** Sequences that decode: they stand in the ring from place `first` on, in the order in which they finish. */
    active: word(At.ACTIVE),
    first: word(At.FIRST),
    /**
     * The rings, `ringSize` places each in the order of the replicas, a pair at each place: the step number modulo 2^32 at
     * which a sequence finishes, and its pool entry.
     */
    rings: int32(At.RINGS, count * ringSize * 2),

    /** Chain of the waiting pool entries, first come first; -1: none. */
    waiting: word(At.WAITING),
    waitHead: word(At.WAIT_HEAD),
    waitTail: word(At.WAIT_TAIL),
    /** Chain of the pool entries in prefill, in order of admission. */
    prefilling: word(At.PREFILLING),
    prefillHead: word(At.PREFILL_HEAD),
    prefillTail: word(At.PREFILL_TAIL),
    /** Admissions so far: the next sequence's number. */
    admissions: word(At.ADMISSIONS),

    /** Padded batches: places in the batch and tokens of its longest prompt. */
    batchSize: word(At.BATCH_SIZE),
    batchPrompt: word(At.BATCH_PROMPT),
    /** In its pool, whoever simulates it. */
    number: word(At.NUMBER),
  };
  const { nextEvent, waitHead, waitTail, prefillHead, prefillTail } = replicas;
  for (let replica = 0; replica < end; replica += ReplicaRecord.SIZE) {
    nextEvent[replica] = Infinity;
    for (const chain of [waitHead, waitTail, prefillHead, prefillTail]) chain[replica] = -1;
  }
  return replicas;
}

/** Of so many replicas from `first` on. */
export function copyOf<Quantity extends Float64Array | Int32Array>(
  quantity: Quantity,
  { first, places }: { first: number; places: number },
): Quantity {
  const copy = quantity.slice(0, places) as Quantity;
  for (let place = 0; place < places; place++) copy[place] = quantity[first + place * ReplicaRecord.SIZE];
  return copy;
}

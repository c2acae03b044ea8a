// What an engine knows of its replicas: an array per quantity, indexed by replica. Measured against a record per replica
// it takes the same time with 64 and with 121 replicas, 8 % more with 3,800, and it is read more easily.
import { At } from '../compiled/layout.ts';
import { OWN_ARRAYS } from '../compiled/memory.ts';
import type { ArrayMaker } from '../compiled/memory.ts';

export type Replicas = ReturnType<typeof createReplicas>;

/** `ringSize`: sequences that may decode at once, a power of two. */
export function createReplicas(count: number, ringSize: number, { float64, int32 }: ArrayMaker = OWN_ARRAYS) {
  return {
    count,
    /** When the replica's run ends or its timer fires; Infinity while idle. */
    nextEvent: float64(At.NEXT_EVENT, count).fill(Infinity),
    /** Requests waiting or running. */
    outstanding: int32(At.OUTSTANDING, count),

    /** The last step boundary, where the step under way started; or the arrival or timer that ended idleness. */
    start: float64(At.START, count),
    /** Ticks of the step under way, and what every later step of the run takes longer than the one before it. */
    alpha: float64(At.ALPHA, count),
    beta: float64(At.BETA, count),
    /** Steps of the run not yet committed, the one under way included; 0 while nothing runs. */
    stepsLeft: int32(At.STEPS_LEFT, count),
    /** Ticks of the step under way that it would take without its prefill chunks; used while `prefilling` > 0. */
    decodeTicks: float64(At.DECODE_TICKS, count),
    /** Steps committed since the start of the simulation. */
    steps: float64(At.STEPS, count),

    /** Sequences charged by a decode step; with static batching more than those that still decode. */
    decodes: int32(At.DECODES, count),
    /** Their cached tokens, as the performance model is to see them. */
    context: float64(At.CONTEXT, count),
    /** Decoding sequences by (cached tokens - steps) mod 16, which never changes while they decode: 16 counters each. */
    residues: int32(At.RESIDUES, count * 16),
    /** KV blocks of the prompts in prefill, those of the step under way included; of the whole batch if it is padded. */
    prefillBlocks: int32(At.PREFILL_BLOCKS, count),

    /** Sequences that decode: they stand in the ring from place `first` on, in the order in which they finish. */
    active: int32(At.ACTIVE, count),
    first: int32(At.FIRST, count),
    /**
     * The rings, `ringSize` places each, a pair at each place: the step number modulo 2^32 at which a sequence finishes,
     * and its pool entry.
     */
    rings: int32(At.RINGS, count * ringSize * 2),

    /** Chain of the waiting pool entries, first come first; -1: none. */
    waiting: int32(At.WAITING, count),
    waitHead: int32(At.WAIT_HEAD, count).fill(-1),
    waitTail: int32(At.WAIT_TAIL, count).fill(-1),
    /** Chain of the pool entries in prefill, in order of admission. */
    prefilling: int32(At.PREFILLING, count),
    prefillHead: int32(At.PREFILL_HEAD, count).fill(-1),
    prefillTail: int32(At.PREFILL_TAIL, count).fill(-1),
    /** Admissions so far: the next sequence's number. */
    admissions: int32(At.ADMISSIONS, count),

    /** Padded batches: places in the batch and tokens of its longest prompt. */
    batchSize: new Int32Array(count),
    batchPrompt: new Int32Array(count),
  };
}

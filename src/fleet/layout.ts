// Memory layout of a cell: everything about one replica lies in one record, so that a visit touches few cache lines.
// A record is a header, a heap of finish numbers and the slots of the decoding sequences; offsets below count float64
// or int32 words from the start of the record. They are const enums, which the compiler writes out as numbers: an
// imported constant would cost a memory access each time. A request has an entry in a pool shared by the cell's
// replicas from its arrival until its prefill ends, and a slot of its replica from then until it finishes.

/** Header of a replica's record. */
export const enum Head {
  // --- Header, float64 words ---
  /** Start of the step under way (meaningful while STEPS_LEFT > 0). */
  START = 0,
  /** Ticks of the step under way, and what every later step of the run takes longer than the one before it. */
  ALPHA = 1,
  BETA = 2,
  /** Steps of the run not yet committed, the one under way included; 0 while nothing runs. */
  STEPS_LEFT = 3,
  /** Steps committed since the start of the simulation. */
  STEPS = 4,
  /** Cached tokens of the decoding sequences, as the performance model is to see them. */
  CONTEXT = 5,
  /** Ticks of the step under way that it would take without its prefill chunks; used while PREFILLING > 0. */
  DECODE_TICKS = 6,
  // --- Header, int32 words ---
  /** Sequences charged by a decode step; with static batching more than those that still decode. */
  DECODES = 16,
  /** Entries of the finish heap = sequences that decode. */
  HEAP_SIZE = 17,
  /** Chain of the pool entries in prefill, in order of admission. */
  PREFILL_HEAD = 18,
  PREFILL_TAIL = 19,
  PREFILLING = 20,
  /** Chain of the waiting pool entries, first come first. */
  WAIT_HEAD = 21,
  WAIT_TAIL = 22,
  WAITING = 23,
  USED_BLOCKS = 24,
  FREE_SLOT = 25,
  /** Admissions so far: the next sequence's number. */
  ADMISSIONS = 26,
  /** Padded batches: places in the batch and tokens of its longest prompt. */
  BATCH_SIZE = 27,
  BATCH_PROMPT = 28,
  /** Decoding sequences by (cached tokens - steps) mod 16, which never changes while they decode: 16 counters. */
  RESIDUES = 32,
}

export const enum Size {
  HEADER_DOUBLES = 24,
  SLOT_DOUBLES = 4,
  ENTRY_DOUBLES = 8,
  /** Finish numbers are finishStep · 256 + slot, exact in a float64 for 2^45 steps. */
  SLOTS_MAX = 256,
  BLOCK_TOKENS = 16,
}

/** Slot of a decoding sequence. */
export const enum Slot {
  // --- Slots: float64 words 0..1, int32 words 4..7 ---
  ARRIVAL = 0,
  FIRST_TOKEN = 1,
  /** Also the link of the list of free slots. */
  PROMPT = 4,
  OUTPUT = 5,
  ADMISSION = 6,
  REQUEST = 7,
}

/** Entry of a request that waits or is in prefill. */
export const enum Entry {
  // --- Pool entries: float64 words 0..2, int32 words 6..15 ---
  ARRIVAL = 0,
  /** 0 until the first token; kept through preemptions. */
  FIRST_TOKEN = 1,
  /** Of a preempted request. */
  LAST_TOKEN = 2,
  PROMPT = 6,
  OUTPUT = 7,
  /** Tokens to prefill: the prompt, and after a preemption the tokens generated so far. */
  TARGET = 8,
  /** Tokens prefilled, and those of the step under way. */
  DONE = 9,
  CHUNK = 10,
  ADMISSION = 11,
  REQUEST = 12,
  NEXT = 13,
}

export function blocksOf(tokens: number): number {
  return (tokens + (Size.BLOCK_TOKENS - 1)) >>> 4;
}

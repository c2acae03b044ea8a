// Memory layout of a cell: everything about one replica lies in one record, so that a visit touches few cache lines.
// A record is a header, a heap of finish numbers and the slots of the decoding sequences; offsets below count float64
// or int32 words from the start of the record. A request has an entry in a pool shared by the cell's replicas from
// its arrival until its prefill ends, and a slot of its replica from then until it finishes.

// --- Header, float64 words ---
/** Start of the step under way (meaningful while STEPS_LEFT > 0). */
export const START = 0;
/** Ticks of the step under way, and what every later step of the run takes longer than the one before it. */
export const ALPHA = 1;
export const BETA = 2;
/** Steps of the run not yet committed, the one under way included; 0 while nothing runs. */
export const STEPS_LEFT = 3;
/** Steps committed since the start of the simulation. */
export const STEPS = 4;
/** Cached tokens of the decoding sequences, as the performance model is to see them. */
export const CONTEXT = 5;
/** Ticks of the step under way that it would take without its prefill chunks; used while PREFILLING > 0. */
export const DECODE_TICKS = 6;

// --- Header, int32 words ---
const INTS = 16;
/** Sequences charged by a decode step; with static batching more than those that still decode. */
export const DECODES = INTS + 0;
/** Entries of the finish heap = sequences that decode. */
export const HEAP_SIZE = INTS + 1;
/** Chain of the pool entries in prefill, in order of admission. */
export const PREFILL_HEAD = INTS + 2;
export const PREFILL_TAIL = INTS + 3;
export const PREFILLING = INTS + 4;
/** Chain of the waiting pool entries, first come first. */
export const WAIT_HEAD = INTS + 5;
export const WAIT_TAIL = INTS + 6;
export const WAITING = INTS + 7;
export const USED_BLOCKS = INTS + 8;
export const FREE_SLOT = INTS + 9;
/** Admissions so far: the next sequence's number. */
export const ADMISSIONS = INTS + 10;
/** Padded batches: places in the batch and tokens of its longest prompt. */
export const BATCH_SIZE = INTS + 11;
export const BATCH_PROMPT = INTS + 12;
/** Decoding sequences by (cached tokens - steps) mod 16, which never changes while they decode: 16 counters. */
export const RESIDUES = 32;

export const HEADER_DOUBLES = 24;

// --- Slots: float64 words 0..1, int32 words 4..7 ---
export const SLOT_DOUBLES = 4;
export const SLOT_ARRIVAL = 0;
export const SLOT_FIRST_TOKEN = 1;
/** Also the link of the list of free slots. */
export const SLOT_PROMPT = 4;
export const SLOT_OUTPUT = 5;
export const SLOT_ADMISSION = 6;
export const SLOT_REQUEST = 7;

/** Finish numbers are finishStep · 256 + slot, exact in a float64 for 2^45 steps. */
export const SLOTS_MAX = 256;

// --- Pool entries: float64 words 0..2, int32 words 6..15 ---
export const ENTRY_DOUBLES = 8;
export const ENTRY_ARRIVAL = 0;
/** 0 until the first token; kept through preemptions. */
export const ENTRY_FIRST_TOKEN = 1;
/** Of a preempted request. */
export const ENTRY_LAST_TOKEN = 2;
export const ENTRY_PROMPT = 6;
export const ENTRY_OUTPUT = 7;
/** Tokens to prefill: the prompt, and after a preemption the tokens generated so far. */
export const ENTRY_TARGET = 8;
/** Tokens prefilled, and those of the step under way. */
export const ENTRY_DONE = 9;
export const ENTRY_CHUNK = 10;
export const ENTRY_ADMISSION = 11;
export const ENTRY_REQUEST = 12;
export const ENTRY_NEXT = 13;

export const BLOCK_TOKENS = 16;

export function blocksOf(tokens: number): number {
  return (tokens + (BLOCK_TOKENS - 1)) >>> 4;
}

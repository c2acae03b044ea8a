// What is known of a request while it is in the system (see request-pool.ts), for the engine and for its compiled twin.
// Offsets are const enums, which the compiler writes out as numbers: an imported constant would cost a memory access each
// time.

export const enum Size {
  ENTRY_DOUBLES = 8,
  ENTRY_WORDS = 16,
}

/** Offsets in an entry. */
export const enum Entry {
  // --- float64 words ---
  ARRIVAL = 0,
  /** NOT_YET until the first token; kept through preemptions. */
  FIRST_TOKEN = 1,
  /** Of a preempted request. */
  LAST_TOKEN = 2,
  /** When it first joined a batch, for who records requests; NOT_YET before, and where nobody does. */
  ADMITTED = 3,
  // --- int32 words ---
  PROMPT = 8,
  OUTPUT = 9,
  /** Tokens to prefill: the prompt, and after a preemption the tokens generated so far. */
  TARGET = 10,
  /** Tokens prefilled, and those of the step under way. */
  DONE = 11,
  CHUNK = 12,
  ADMISSION = 13,
  REQUEST = 14,
  /** The next of a chain: of waiting requests, of prompts in prefill, of free entries. */
  NEXT = 15,
}

/** FIRST_TOKEN of a request that has none: no time, wherever the origin of time is. */
export const NOT_YET = -Infinity;

/** Blocks, tokens or steps without a limit: an integer, since Infinity would turn sums into doubles. */
export const UNLIMITED = 0x3fffffff;

export const BLOCK_TOKENS = 16;

export function blocksOf(tokens: number): number {
  return (tokens + (BLOCK_TOKENS - 1)) >>> 4;
}

// The requests of all replicas of an engine, from their arrival until they finish: entries of fixed size with a
// last-in-first-out free list, so that the entry just given back is still in the cache. Unlike replicas (see
// replicas.ts) everything about a request lies together, because a request is visited once in a long while. Grows by
// doubling; the replicas' queue limits bound it. Offsets are const enums, which the compiler writes out as numbers: an
// imported constant would cost a memory access each time.

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

const ENTRIES_AT_FIRST = 1024;

export class RequestPool {
  doubles = new Float64Array(0);
  words = new Int32Array(0);
  #free = -1;

  constructor() {
    this.#grow(ENTRIES_AT_FIRST);
  }

  allocate(): number {
    if (this.#free < 0) this.#grow((this.doubles.length / Size.ENTRY_DOUBLES) * 2);
    const entry = this.#free;
    this.#free = this.words[entry * Size.ENTRY_WORDS + Entry.NEXT];
    return entry;
  }

  release(entry: number): void {
    this.words[entry * Size.ENTRY_WORDS + Entry.NEXT] = this.#free;
    this.#free = entry;
  }

  #grow(entries: number): void {
    const before = this.doubles.length / Size.ENTRY_DOUBLES;
    const doubles = new Float64Array(entries * Size.ENTRY_DOUBLES);
    doubles.set(this.doubles);
    this.doubles = doubles;
    this.words = new Int32Array(doubles.buffer);
    for (let entry = entries - 1; entry >= before; entry--) this.release(entry);
  }
}

// The requests of all replicas of an engine, from their arrival until they finish: entries of fixed size. Unlike replicas
// (see replicas.ts) everything about a request lies together, because a request is visited once in a long while. Each
// cell has stretches of entries of its own with a last-in-first-out free list, so that what is simulated together lies
// together: memory that is read in order comes twenty times as fast as the same memory in any other order. Grows with
// need; the replicas' queue limits bound it. Offsets are const enums, which the compiler writes out as numbers: an
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

/** A cell takes so many at first, then as many as it has. */
const CELL_ENTRIES_AT_FIRST = 64;
/** Of more nothing is fetched ahead: they would not stay in a processor's second-level cache, of a megabyte or so. */
const FETCHED_ENTRIES_MAX = 16_384;

/** The entries of one cell. */
interface Share {
  /** Head of the free list; written back when another share is entered. */
  free: number;
  entries: number;
  /** Stretches: first entry and number. */
  stretches: [first: number, count: number][];
}

const emptyShare = (): Share => ({ free: -1, entries: 0, stretches: [] });

export class RequestPool {
  doubles = new Float64Array(0);
  words = new Int32Array(0);
  #entries = 0;
  /** By cell. */
  readonly #shares = new Map<number, Share>();
  #share: Share = emptyShare();
  /** Of the share that is entered. */
  #free = -1;

  /** What is allocated and released from now on is this cell's, told by any number of its own. */
  enter(cell: number): void {
    this.#share.free = this.#free;
    let share = this.#shares.get(cell);
    if (share === undefined) this.#shares.set(cell, (share = emptyShare()));
    this.#share = share;
    this.#free = share.free;
  }

  /** Reads the cell's entries in order, so that they are in the cache when they are needed; returns any number. */
  fetch(): number {
    const { entries, stretches } = this.#share;
    if (entries > FETCHED_ENTRIES_MAX) return 0;
    const words = this.words;
    let sum = 0;
    for (const [first, count] of stretches) {
      const end = (first + count) * Size.ENTRY_WORDS;
      for (let word = first * Size.ENTRY_WORDS; word < end; word += Size.ENTRY_WORDS) sum += words[word];
    }
    return sum;
  }

  allocate(): number {
    if (this.#free < 0) this.#grow();
    const entry = this.#free;
    this.#free = this.words[entry * Size.ENTRY_WORDS + Entry.NEXT];
    return entry;
  }

  release(entry: number): void {
    this.words[entry * Size.ENTRY_WORDS + Entry.NEXT] = this.#free;
    this.#free = entry;
  }

  #grow(): void {
    const share = this.#share;
    const count = Math.max(share.entries, CELL_ENTRIES_AT_FIRST);
    const first = this.#entries;
    this.#entries += count;
    if (this.#entries * Size.ENTRY_DOUBLES > this.doubles.length) this.#enlarge();
    share.entries += count;
    share.stretches.push([first, count]);
    for (let entry = first + count - 1; entry >= first; entry--) this.release(entry);
  }

  #enlarge(): void {
    const doubles = new Float64Array(Math.max(this.#entries * Size.ENTRY_DOUBLES, this.doubles.length * 2));
    doubles.set(this.doubles);
    this.doubles = doubles;
    this.words = new Int32Array(doubles.buffer);
  }
}

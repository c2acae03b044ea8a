// The requests of all replicas of an engine, from their arrival until they finish: entries of fixed size. Unlike replicas
// (see replicas.ts) everything about a request lies together, because a request is visited once in a long while. Each
// cell has stretches of entries of its own with a last-in-first-out free list, so that what is simulated together lies
// together: memory that is read in order comes twenty times as fast as the same memory in any other order. Grows with
// need; the replicas' queue limits bound it.
import { At } from '../compiled/layout.ts';
import type { KernelMemory } from '../compiled/memory.ts';
import { Entry, Size } from './request-entry.ts';

/** A cell takes so many at first, then as many as it has. */
const CELL_ENTRIES_AT_FIRST = 64;
/** More do not stay in a processor's second-level cache, of a megabyte or so. */
const CACHED_ENTRIES_MAX = 16_384;

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
  /** [0]: of the share that is entered. */
  readonly #free: Int32Array;
  readonly #memory: KernelMemory | undefined;

  /** @param memory If the compiled kernel is to find the entries. */
  constructor(memory?: KernelMemory) {
    this.#memory = memory;
    this.#free = memory?.int32(At.FREE, 1) ?? new Int32Array(1);
    this.#free[0] = -1;
  }

  /** What is allocated and released from now on is this cell's, told by any number of its own. */
  enter(cell: number): void {
    this.#share.free = this.#free[0];
    let share = this.#shares.get(cell);
    if (share === undefined) this.#shares.set(cell, (share = emptyShare()));
    this.#share = share;
    this.#free[0] = share.free;
  }

  /** Whether the cell has had more requests at a time than what can be fetched. */
  get isLarge(): boolean {
    return this.#share.entries > CACHED_ENTRIES_MAX;
  }

  /** Reads the cell's entries in order, so that they are in the cache when they are needed; returns any number. */
  fetch(): number {
    const words = this.words;
    let sum = 0;
    for (const [first, count] of this.#share.stretches) {
      const end = (first + count) * Size.ENTRY_WORDS;
      for (let word = first * Size.ENTRY_WORDS; word < end; word += Size.ENTRY_WORDS) sum += words[word];
    }
    return sum;
  }

  allocate(): number {
    if (this.#free[0] < 0) this.grow();
    const entry = this.#free[0];
    this.#free[0] = this.words[entry * Size.ENTRY_WORDS + Entry.NEXT];
    return entry;
  }

  release(entry: number): void {
    this.words[entry * Size.ENTRY_WORDS + Entry.NEXT] = this.#free[0];
    this.#free[0] = entry;
  }

  /** More entries for the cell that is entered, which has none left. */
  grow(): void {
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
    const length = Math.max(this.#entries * Size.ENTRY_DOUBLES, this.doubles.length * 2);
    if (this.#memory !== undefined) {
      Object.assign(this, this.#memory.entries(length / Size.ENTRY_DOUBLES));
      return;
    }
    const doubles = new Float64Array(length);
    doubles.set(this.doubles);
    this.doubles = doubles;
    this.words = new Int32Array(doubles.buffer);
  }
}

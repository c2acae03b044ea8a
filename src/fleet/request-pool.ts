// Requests between arrival and the end of their prefill, for all replicas of a cell: fixed-size entries with a
// last-in-first-out free list, so that the entry just given back is still in the cache. Grows by doubling; the
// replicas' queue limits bound it.
import { Entry, Size } from './layout.ts';

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
    this.#free = this.words[entry * Size.ENTRY_DOUBLES * 2 + Entry.NEXT];
    return entry;
  }

  release(entry: number): void {
    this.words[entry * Size.ENTRY_DOUBLES * 2 + Entry.NEXT] = this.#free;
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

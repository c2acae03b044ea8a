// The memory that an engine and its compiled kernel share: the engine's arrays are views of it.
import { Size } from '../requests/request-entry.ts';
import { At, HistogramAt, Limit } from './layout.ts';
import type { HistogramStorage } from '../../kernel/histogram.ts';
import { HISTOGRAM_COUNTS, HISTOGRAM_OCTAVES } from '../../kernel/histogram.ts';

/** Makes the arrays of an engine; where they lie matters to the compiled kernel alone. */
export interface ArrayMaker {
  float64(at: At, length: number): Float64Array;
  int32(at: At, length: number): Int32Array;
}

export const OWN_ARRAYS: ArrayMaker = {
  float64: (_, length) => new Float64Array(length),
  int32: (_, length) => new Int32Array(length),
};

/** Of WebAssembly: 4 GB in all. */
const PAGE_BYTES = 65_536;
const PAGES_MAX = 65_536;
/** Entries of requests that there is room for. */
const ENTRIES_MAX = (PAGES_MAX * PAGE_BYTES - At.POOL) / (Size.ENTRY_WORDS * 4);
/** A cell's entries double when they run out. */
const SPARE = 2;

/** Whether an engine's replicas, and the requests that they may have, find room. */
export function fitsKernel(replicas: number, ringSize: number, queueLimit: number): boolean {
  const entries = replicas * (queueLimit + ringSize + 1) * SPARE;
  const places = replicas * ringSize;
  return (
    replicas <= Limit.REPLICAS &&
    ringSize <= Limit.SEQUENCES &&
    places <= Limit.PLACES &&
    entries <= ENTRIES_MAX
  );
}

/** Whether there is room for the sets of a cell's replicas with up to so many requests: see assembly/least.ts. */
export function fitsLevels(places: number, outstandingMax: number): boolean {
  const words = Math.ceil(places / 64);
  const levelBytes = 8 * (1 + Math.ceil(words / 64) + words);
  return (outstandingMax + 1) * levelBytes <= At.RINGS - At.LEVELS;
}

/** Undefined where a process may not reserve so much address space, nearly all of which stays unused. */
export function reserveKernelMemory(): KernelMemory | undefined {
  try {
    return new KernelMemory();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

export class KernelMemory implements ArrayMaker {
  readonly #memory = new WebAssembly.Memory({
    initial: At.POOL / PAGE_BYTES + 1,
    maximum: PAGES_MAX,
    // So that views stay valid when it grows.
    shared: true,
  });

  readonly float64 = (at: At, length: number) => new Float64Array(this.#memory.buffer, at, length);
  readonly int32 = (at: At, length: number) => new Int32Array(this.#memory.buffer, at, length);

  /** What the kernel imports. */
  get env(): object {
    return { memory: this.#memory };
  }

  /** Makes room for so many entries of requests: those that were are kept, new ones are 0. */
  entries(count: number): { doubles: Float64Array; words: Int32Array } {
    const bytes = At.POOL + count * Size.ENTRY_WORDS * 4;
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    const { buffer } = this.#memory;
    return {
      doubles: new Float64Array(buffer, At.POOL, count * Size.ENTRY_DOUBLES),
      words: new Int32Array(buffer, At.POOL, count * Size.ENTRY_WORDS),
    };
  }

  histogram(index: number): HistogramStorage {
    const { buffer } = this.#memory;
    const at = At.HISTOGRAMS + index * HistogramAt.BYTES;
    return {
      counts: new Float64Array(buffer, at + HistogramAt.COUNTS, HISTOGRAM_COUNTS),
      used: new Uint8Array(buffer, at + HistogramAt.USED, HISTOGRAM_OCTAVES),
      sums: new Float64Array(buffer, at + HistogramAt.SUMS, 2),
    };
  }
}

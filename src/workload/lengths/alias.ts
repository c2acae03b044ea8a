// Draws of whole numbers with given probabilities, each at the cost of one 32-bit random number and two reads:
// Walker's alias method (1977), tables by Vose (1991). There are 2^b columns, of the same probability each; a draw's
// upper b bits choose the column, the others decide between the column's own number and its alias. They split a
// column to the nearest 2^-(32-b), which bounds the error of every probability.
import type { RandomStream } from '../../kernel/random.ts';

export class AliasTable {
  readonly #first: number;
  readonly #bits: number;
  /** Per column: below which lower bits (as a part of 2^31) its own number is drawn, and the alias drawn otherwise. */
  readonly #columns: Int32Array;

  /** @param masses Probabilities of first, first + 1, …; they sum to 1. */
  constructor(first: number, masses: Float64Array) {
    this.#first = first;
    // At least two columns, because a shift by 32 bits is a shift by none.
    this.#bits = Math.max(1, 32 - Math.clz32(masses.length - 1));
    this.#columns = fillColumns(masses, this.#bits);
  }

  /** Draws the first `count` values of `target`, one number of the stream each. */
  draw(stream: RandomStream, target: Int32Array, count: number): void {
    const first = this.#first;
    const bits = this.#bits;
    const shift = 32 - bits;
    const columns = this.#columns;
    stream.fillBits(target, count);
    for (let i = 0; i < count; i++) {
      const drawn = target[i];
      const column = drawn >>> shift;
      const lower = (drawn << bits) >>> 1;
      const alias = columns[2 * column + 1];
      // All ones where `lower` is below the bound, else 0: a branch would be mispredicted every other time.
      const own = (lower - columns[2 * column]) >> 31;
      target[i] = first + (alias ^ ((alias ^ column) & own));
    }
  }
}

function fillColumns(masses: Float64Array, bits: number): Int32Array {
  const size = 1 << bits;
  // Into so many a column can be split.
  const parts = 2 ** 32 / size;
  const columns = new Int32Array(2 * size);
  // In units of a column: what is left of each number's probability.
  const left = new Float64Array(size);
  for (let i = 0; i < masses.length; i++) left[i] = masses[i] * size;
  const poor: number[] = [];
  const rich: number[] = [];
  for (let i = 0; i < size; i++) (left[i] < 1 ? poor : rich).push(i);
  while (poor.length > 0 && rich.length > 0) {
    const column = poor.pop()!;
    const donor = rich.at(-1)!;
    columns[2 * column] = Math.min(0x7fffffff, Math.round(left[column] * parts) * (2 ** 31 / parts));
    columns[2 * column + 1] = donor;
    left[donor] -= 1 - left[column];
    if (left[donor] < 1) poor.push(rich.pop()!);
  }
  // Full columns, whose number is its own alias.
  for (const column of [...poor, ...rich]) columns[2 * column + 1] = column;
  return columns;
}

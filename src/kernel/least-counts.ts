// Which of some small counts is the least, and its lowest index? For each count there is a set of the indexes that have
// it, a bit each, with a summary of the words that are not 0. A count that changes by one costs a few bit operations.

interface Level {
  size: number;
  /** Bit i % 32 of word i >> 5: index i is in the set; and bit w % 32 of word w >> 5: word w is not 0. */
  bits: Int32Array;
  summary: Int32Array;
}

export class LeastCounts {
  readonly #counts: Int32Array;
  readonly #first: number;
  readonly #stride: number;
  readonly #size: number;
  /** By place: the count under which it is filed; -1 unless it is among those asked about. */
  readonly #filed: Int32Array;
  /** By count. */
  readonly #levels: Level[] = [];
  /** No index is filed under less. */
  #least = 0;

  /** Over some of `size` indexes from `first` on, `stride` apart, of counts that others write; of none at first. */
  constructor(counts: Int32Array, first: number, size: number, stride = 1) {
    this.#counts = counts;
    this.#first = first;
    this.#stride = stride;
    this.#size = size;
    this.#filed = new Int32Array(size).fill(-1);
  }

  /** None is among them any more. */
  clear(): void {
    this.#filed.fill(-1);
    this.#least = 0;
    for (const level of this.#levels) {
      level.size = 0;
      level.bits.fill(0);
      level.summary.fill(0);
    }
  }

  /** From now on `index` is among them. */
  add(index: number): void {
    const i = (index - this.#first) / this.#stride;
    this.#filed[i] = this.#counts[index];
    this.#file(i);
  }

  /** The count of `index` may have changed, whether it is among them or not. */
  changed(index: number): void {
    const i = (index - this.#first) / this.#stride;
    if (this.#counts[index] === this.#filed[i] || this.#filed[i] < 0) return;
    const level = this.#levels[this.#filed[i]];
    level.size--;
    const word = i >> 5;
    level.bits[word] &= ~(1 << (i & 31));
    if (level.bits[word] === 0) level.summary[word >> 5] &= ~(1 << (word & 31));
    this.#filed[i] = this.#counts[index];
    this.#file(i);
  }

  /** Index of the least count, the lowest among equals; there must be one. */
  index(): number {
    while (this.#levels[this.#least].size === 0) this.#least++;
    const { bits, summary } = this.#levels[this.#least];
    let s = 0;
    while (summary[s] === 0) s++;
    const word = s * 32 + lowestBit(summary[s]);
    return this.#first + (word * 32 + lowestBit(bits[word])) * this.#stride;
  }

  #file(i: number): void {
    const count = this.#filed[i];
    while (this.#levels.length <= count) this.#levels.push(emptyLevel(this.#size));
    const level = this.#levels[count];
    level.size++;
    const word = i >> 5;
    level.bits[word] |= 1 << (i & 31);
    level.summary[word >> 5] |= 1 << (word & 31);
    if (count < this.#least) this.#least = count;
  }
}

function emptyLevel(size: number): Level {
  const words = (size + 31) >> 5;
  return { size: 0, bits: new Int32Array(words), summary: new Int32Array((words + 31) >> 5) };
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

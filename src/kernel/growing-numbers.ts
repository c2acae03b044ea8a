// Numbers that become more and more, in blocks: eight bytes each, where V8 takes 24 for one that is a value of an object,
// and none is ever moved.

const BLOCK = 4096;

export class GrowingNumbers {
  readonly #blocks: Float64Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const place = this.#length++ % BLOCK;
    if (place === 0) this.#blocks.push(new Float64Array(BLOCK));
    this.#blocks[this.#blocks.length - 1][place] = value;
  }

  at(index: number): number {
    return this.#blocks[Math.floor(index / BLOCK)][index % BLOCK];
  }

  add(index: number, more: number): void {
    this.#blocks[Math.floor(index / BLOCK)][index % BLOCK] += more;
  }

  toArray(): Float64Array {
    const all = new Float64Array(this.#blocks.length * BLOCK);
    for (const [i, block] of this.#blocks.entries()) all.set(block, i * BLOCK);
    return all.subarray(0, this.#length);
  }
}

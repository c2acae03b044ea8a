// A tournament tree over n numbers: the least and its (lowest) index at once, a change in log2(n) comparisons. Used
// where every replica's next event, or the emptiest replica, must be known.

export class Tournament {
  readonly #values: Float64Array;
  readonly #winners: Int32Array;
  readonly #leaves: number;

  /** All values are Infinity at first. */
  constructor(count: number) {
    let leaves = 1;
    while (leaves < count) leaves *= 2;
    this.#leaves = leaves;
    this.#values = new Float64Array(leaves).fill(Infinity);
    this.#winners = new Int32Array(2 * leaves);
    for (let i = 0; i < leaves; i++) this.#winners[leaves + i] = i;
    for (let node = leaves - 1; node > 0; node--) this.#winners[node] = this.#winners[2 * node];
  }

  /** Index of the least value; among equals the lowest. */
  least(): number {
    return this.#winners[1];
  }

  leastValue(): number {
    return this.#values[this.#winners[1]];
  }

  set(index: number, value: number): void {
    const values = this.#values;
    const winners = this.#winners;
    if (values[index] === value) return;
    values[index] = value;
    for (let node = (this.#leaves + index) >> 1; node > 0; node >>= 1) {
      const left = winners[2 * node];
      const right = winners[2 * node + 1];
      winners[node] = values[left] <= values[right] ? left : right;
    }
  }
}

// Requests by row of the ledger in which they arrived, and those of them that attained the SLO so far: they finish later,
// some of them in other rows.

export interface AttainmentRowsState {
  arrived: number[];
  attained: number[];
  rowOfWindow: number[];
}

export class AttainmentRows {
  #arrived: number[] = [];
  #attained: number[] = [];
  #rowOfWindow: number[] = [];

  /** The next window of the day, with the requests that have arrived in it. */
  addWindow(row: number, arrived: number): void {
    this.#rowOfWindow.push(row);
    this.#arrived[row] = (this.#arrived[row] ?? 0) + arrived;
    this.#attained[row] ??= 0;
  }

  /** So many more of those that arrived in the window. */
  attain(window: number, requests: number): void {
    this.#attained[this.#rowOfWindow[window]] += requests;
  }

  /** Of all rows. */
  get total(): number {
    return this.#attained.reduce((sum, attained) => sum + attained, 0);
  }

  ofRow(row: number): number {
    return this.#attained[row];
  }

  /** By row. */
  shares(): number[] {
    return this.#attained.map((attained, row) => attained / this.#arrived[row]);
  }

  save(): AttainmentRowsState {
    return {
      arrived: this.#arrived.slice(),
      attained: this.#attained.slice(),
      rowOfWindow: this.#rowOfWindow.slice(),
    };
  }

  restore(state: AttainmentRowsState): void {
    this.#arrived = state.arrived.slice();
    this.#attained = state.attained.slice();
    this.#rowOfWindow = state.rowOfWindow.slice();
  }
}

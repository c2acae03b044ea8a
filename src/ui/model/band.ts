// The smallest and largest value in every column of a chart; NaN where there is none.

/** A missing value (NaN) leaves the other; Math.min and Math.max would let it win. */
export const lower = (a: number, b: number): number => (b < a || Number.isNaN(a) ? b : a);
export const higher = (a: number, b: number): number => (b > a || Number.isNaN(a) ? b : a);

export class Band {
  readonly low: Float64Array;
  readonly high: Float64Array;

  constructor(columns: number) {
    this.low = new Float64Array(columns).fill(NaN);
    this.high = new Float64Array(columns).fill(NaN);
  }

  /** Takes a range of values up into columns [from, to); both may be fractions, a touched column counts. */
  widen(from: number, to: number, low: number, high: number): void {
    const columns = this.low.length;
    // The small number keeps what ends or begins exactly at an edge out of the column beyond. What lies beyond the
    // right edge (a run drains after its day) is shown in the last column.
    const first = Math.max(0, Math.min(Math.floor(from + 1e-9), columns - 1));
    const last = Math.min(Math.max(Math.ceil(to - 1e-9), first + 1), columns);
    for (let column = first; column < last; column++) {
      this.low[column] = lower(this.low[column], low);
      this.high[column] = higher(this.high[column], high);
    }
  }

  /** The largest value of all; NaN where there is none. */
  get max(): number {
    return this.high.reduce(higher, NaN);
  }
}

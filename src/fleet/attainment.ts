// SLO attainment belongs to the window in which a request *arrived*, which may be long past when it finishes. This log
// counts good requests by window of arrival, for all cells of a thread together, until they are handed over. It learns
// the windows' ends as they are entered.

export interface AttainmentDelta {
  firstWindow: number;
  /** Good requests since the last delta, by window from firstWindow on. */
  counts: Float64Array;
}

/** Between windows, when every count has been taken: the ends of the windows so far, in ticks. */
export interface AttainmentState {
  endsTicks: Float64Array;
}

export class AttainmentLog {
  /** By window. */
  #endsTicks = new Float64Array(1024);
  #counts = new Float64Array(1024);
  #window = -1;
  #windowStartTicks = -Infinity;
  #oldest = 0;
  /** Of each compiled kernel: the start of the window, and the good requests since that have also arrived since. */
  readonly #kernels: Float64Array[] = [];

  countAlsoIn(kernel: Float64Array): void {
    kernel[0] = this.#windowStartTicks;
    this.#kernels.push(kernel);
  }

  /** The window that is simulated now, one after the other; arrivals are never later than its end. */
  enter(window: number, endTicks: number): void {
    if (window === this.#counts.length) {
      this.#endsTicks = doubled(this.#endsTicks);
      this.#counts = doubled(this.#counts);
    }
    this.#window = window;
    this.#endsTicks[window] = endTicks;
    this.#windowStartTicks = window === 0 ? -Infinity : this.#endsTicks[window - 1];
    this.#oldest = window;
    for (const kernel of this.#kernels) kernel[0] = this.#windowStartTicks;
  }

  add(arrivalTicks: number): void {
    if (arrivalTicks >= this.#windowStartTicks) this.#counts[this.#window]++;
    else this.#addEarlier(arrivalTicks);
  }

  take(): AttainmentDelta {
    for (const kernel of this.#kernels) {
      this.#counts[this.#window] += kernel[1];
      kernel[1] = 0;
    }
    const counts = this.#counts.slice(this.#oldest, this.#window + 1);
    this.#counts.fill(0, this.#oldest, this.#window + 1);
    return { firstWindow: this.#oldest, counts };
  }

  rebase(ticks: number): void {
    for (let window = 0; window <= this.#window; window++) this.#endsTicks[window] -= ticks;
  }

  save(): AttainmentState {
    return { endsTicks: this.#endsTicks.slice(0, this.#window + 1) };
  }

  restore({ endsTicks }: AttainmentState): void {
    for (const [window, end] of endsTicks.entries()) this.enter(window, end);
  }

  #addEarlier(arrivalTicks: number): void {
    let window = this.#window - 1;
    while (window > 0 && this.#endsTicks[window - 1] > arrivalTicks) window--;
    if (window < this.#oldest) this.#oldest = window;
    this.#counts[window]++;
  }
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

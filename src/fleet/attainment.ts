// SLO attainment belongs to the window in which a request *arrived*, which may be long past when it finishes. This log
// counts good requests by window of arrival, for all cells of a thread together, until they are handed over.

export interface AttainmentDelta {
  firstWindow: number;
  /** Good requests since the last delta, by window from firstWindow on. */
  counts: Float64Array;
}

export class AttainmentLog {
  readonly #endsTicks: Float64Array;
  readonly #counts: Float64Array;
  #window = 0;
  #windowStartTicks = 0;
  #oldest = 0;

  /** Ends of the workload's windows, ascending. */
  constructor(endsTicks: Float64Array) {
    this.#endsTicks = endsTicks;
    this.#counts = new Float64Array(endsTicks.length);
  }

  /** The window that is being simulated; arrivals are never later than its end. */
  enter(window: number): void {
    this.#window = Math.min(window, this.#counts.length - 1);
    this.#windowStartTicks = this.#window === 0 ? 0 : this.#endsTicks[this.#window - 1];
    this.#oldest = this.#window;
  }

  add(arrivalTicks: number): void {
    if (arrivalTicks >= this.#windowStartTicks) this.#counts[this.#window]++;
    else this.#addEarlier(arrivalTicks);
  }

  take(): AttainmentDelta {
    const counts = this.#counts.slice(this.#oldest, this.#window + 1);
    this.#counts.fill(0, this.#oldest, this.#window + 1);
    return { firstWindow: this.#oldest, counts };
  }

  #addEarlier(arrivalTicks: number): void {
    let window = this.#window - 1;
    while (window > 0 && this.#endsTicks[window - 1] > arrivalTicks) window--;
    if (window < this.#oldest) this.#oldest = window;
    this.#counts[window]++;
  }
}

// A timing wheel: which of many clocks have struck? Times lie in an array that others write; each index stands in the
// bucket of its time, of a fixed width, in a doubly linked list. Moving one costs a few writes however many there are.
// What lies more than a turn of the wheel ahead shares buckets with what is near, and is passed over until its turn.
// (G. Varghese, T. Lauck, "Hashed and hierarchical timing wheels", 1987.)

const BUCKETS = 4096;

export class EventWheel {
  readonly #times: Float64Array;
  readonly #clock: Float64Array;
  readonly #bucketsPerTick: number;
  /** First index of each bucket's list, -1: none; and by index the list's links and the bucket (-1: in none). */
  readonly #heads = new Int32Array(BUCKETS).fill(-1);
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #bucket: Int32Array;
  /** Every bucket before this one, numbered from time 0, has been emptied of what was due. */
  #cursor = 0;

  /**
   * @param times By index, in ticks; Infinity: never.
   * @param clock clock[0] is the present, which never decreases.
   * @param bucketTicks Width of a bucket: about the mean time between two events of all.
   */
  constructor(times: Float64Array, clock: Float64Array, bucketTicks: number) {
    this.#times = times;
    this.#clock = clock;
    // A power of two, so that products are exact.
    this.#bucketsPerTick = 2 ** -Math.ceil(Math.log2(bucketTicks));
    this.#next = new Int32Array(times.length);
    this.#previous = new Int32Array(times.length);
    this.#bucket = new Int32Array(times.length).fill(-1);
  }

  /** The time of `index` may have changed. */
  moved(index: number): void {
    const time = this.#times[index];
    const bucket = time === Infinity ? -1 : Math.floor(time * this.#bucketsPerTick) & (BUCKETS - 1);
    if (bucket === this.#bucket[index]) return;
    this.#unlink(index);
    this.#bucket[index] = bucket;
    if (bucket < 0) return;
    const head = this.#heads[bucket];
    this.#next[index] = head;
    this.#previous[index] = -1;
    if (head >= 0) this.#previous[head] = index;
    this.#heads[bucket] = index;
  }

  /** An index whose time has come, -1: none. It is due until its time has changed and moved() was called. */
  due(): number {
    const now = this.#clock[0];
    const present = Math.floor(now * this.#bucketsPerTick);
    // After a long pause, and after the origin of time has moved, once round the wheel is enough.
    if (present - this.#cursor >= BUCKETS || present < this.#cursor) this.#cursor = present - BUCKETS + 1;
    for (;;) {
      let index = this.#heads[this.#cursor & (BUCKETS - 1)];
      while (index >= 0 && this.#times[index] > now) index = this.#next[index];
      if (index >= 0 || this.#cursor >= present) return index;
      this.#cursor++;
    }
  }

  #unlink(index: number): void {
    const bucket = this.#bucket[index];
    if (bucket < 0) return;
    const next = this.#next[index];
    const previous = this.#previous[index];
    if (previous < 0) this.#heads[bucket] = next;
    else this.#next[previous] = next;
    if (next >= 0) this.#previous[next] = previous;
  }
}

// A timing wheel: which of many clocks have struck? Times lie in an array that others write; each index stands in the
// bucket of its time, of a fixed width, in a doubly linked list. Moving one costs a few writes however many there are.
// What lies more than a turn of the wheel ahead shares buckets with what is near, and is passed over until its turn.
// (G. Varghese, T. Lauck, "Hashed and hierarchical timing wheels", 1987.)

const BUCKETS = 4096;

export interface WheelSize {
  /** So many indexes from `first` on, each `stride` after the one before. */
  first: number;
  places: number;
  stride?: number;
  /** Width of a bucket: about the mean time between two events of all. */
  bucketTicks: number;
}

/** A power of two, so that products are exact. */
export function bucketsPerTick(bucketTicks: number): number {
  return 2 ** -Math.ceil(Math.log2(bucketTicks));
}

export class EventWheel {
  readonly #times: Float64Array;
  readonly #clock: Float64Array;
  readonly #bucketsPerTick: number;
  readonly #first: number;
  readonly #places: number;
  readonly #stride: number;
  /** Of each bucket's list the place of the first; -1: none. By place the list's links, and buckets (-1: none). */
  readonly #heads = new Int32Array(BUCKETS);
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #bucket: Int32Array;
  /** Every bucket before this one, numbered from time 0, has been emptied of what was due. */
  #cursor = 0;

  /**
   * @param times By index, in ticks; Infinity: never.
   * @param clock clock[0] is the present, which never decreases but for a call of fill().
   */
  constructor(
    times: Float64Array,
    clock: Float64Array,
    { first, places, stride = 1, bucketTicks }: WheelSize,
  ) {
    this.#times = times;
    this.#clock = clock;
    this.#bucketsPerTick = bucketsPerTick(bucketTicks);
    this.#first = first;
    this.#places = places;
    this.#stride = stride;
    this.#next = new Int32Array(places);
    this.#previous = new Int32Array(places);
    this.#bucket = new Int32Array(places);
    this.fill();
  }

  /** Any times may have changed. */
  fill(): void {
    this.#heads.fill(-1);
    this.#bucket.fill(-1);
    this.#cursor = -Infinity;
    for (let i = 0; i < this.#places; i++) this.moved(this.#first + i * this.#stride);
  }

  /** The time of `index` may have changed. */
  moved(index: number): void {
    const i = (index - this.#first) / this.#stride;
    const time = this.#times[index];
    const bucket = time === Infinity ? -1 : Math.floor(time * this.#bucketsPerTick) & (BUCKETS - 1);
    if (bucket === this.#bucket[i]) return;
    this.#unlink(i);
    this.#bucket[i] = bucket;
    if (bucket < 0) return;
    const head = this.#heads[bucket];
    this.#next[i] = head;
    this.#previous[i] = -1;
    if (head >= 0) this.#previous[head] = i;
    this.#heads[bucket] = i;
  }

  /** An index whose time has come, -1: none. It is due until its time has changed and moved() was called. */
  due(): number {
    const now = this.#clock[0];
    const present = Math.floor(now * this.#bucketsPerTick);
    // After a long pause, and at first, once round the wheel is enough.
    if (present - this.#cursor >= BUCKETS) this.#cursor = present - BUCKETS + 1;
    for (;;) {
      let i = this.#heads[this.#cursor & (BUCKETS - 1)];
      while (i >= 0 && this.#times[this.#first + i * this.#stride] > now) i = this.#next[i];
      if (i >= 0) return this.#first + i * this.#stride;
      if (this.#cursor >= present) return -1;
      this.#cursor++;
    }
  }

  #unlink(i: number): void {
    const bucket = this.#bucket[i];
    if (bucket < 0) return;
    const next = this.#next[i];
    const previous = this.#previous[i];
    if (previous < 0) this.#heads[bucket] = next;
    else this.#next[previous] = next;
    if (next >= 0) this.#previous[next] = previous;
  }
}

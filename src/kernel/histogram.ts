// Log-bucketed histograms of ticks: mergeable integer counts, so that sums over cells, windows and threads do not
// depend on their order. Every power of two is cut into 128 equal buckets, found from the bits of the float: a
// quantile, given as the middle of its bucket, is within 1/256 = 0.4 % of a value that was recorded (all values below
// 2^12 ticks = 1 µs share one bucket). The sum is exact up to 2^104 ticks, kept in two parts.

const SUB_BUCKET_BITS = 7;
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
const OCTAVE_MIN = 12;
const OCTAVE_MAX = 53;
/** Bucket 0 holds what is below 2^OCTAVE_MIN. */
export const HISTOGRAM_BUCKETS = (OCTAVE_MAX - OCTAVE_MIN) * SUB_BUCKETS + 1;

const MANTISSA_SHIFT = 20 - SUB_BUCKET_BITS;
const FIRST = ((1023 + OCTAVE_MIN) << SUB_BUCKET_BITS) - 1;
const LIMB = 2 ** 52;

const scratchFloat = new Float64Array(1);
const scratchWords = new Uint32Array(scratchFloat.buffer);
scratchFloat[0] = 1;
if (scratchWords[1] !== 0x3ff00000) throw new Error('histogram buckets need a little-endian machine');

/** Bucket of a value, a whole number of ticks in [0, 2^53). */
export function bucketOf(ticks: number): number {
  scratchFloat[0] = ticks;
  const bucket = (scratchWords[1] >>> MANTISSA_SHIFT) - FIRST;
  return bucket > 0 ? bucket : 0;
}

/** Smallest value of each bucket, in ticks, and the end of the last. */
const FLOORS = Float64Array.from({ length: HISTOGRAM_BUCKETS + 1 }, (_, bucket) => {
  if (bucket === 0) return 0;
  const position = bucket - 1;
  const octave = OCTAVE_MIN + (position >> SUB_BUCKET_BITS);
  return 2 ** octave * (1 + (position & (SUB_BUCKETS - 1)) / SUB_BUCKETS);
});

export function bucketFloor(bucket: number): number {
  return FLOORS[bucket];
}

/** The value that stands for a bucket: its middle. */
export function bucketMiddle(bucket: number): number {
  return (bucketFloor(bucket) + bucketFloor(bucket + 1)) / 2;
}

/** A histogram without its zero margins, for handing between threads. */
export interface SparseHistogram {
  firstBucket: number;
  counts: Float64Array;
  sumLow: number;
  sumHigh: number;
}

export class Histogram {
  readonly counts = new Float64Array(HISTOGRAM_BUCKETS);
  /** Sum of all values = sumHigh · 2^52 + sumLow. */
  #sumLow = 0;
  #sumHigh = 0;

  add(ticks: number): void {
    this.counts[bucketOf(ticks)]++;
    this.#addToSum(ticks);
  }

  /** `weight` values of each of `first`, `first + step`, ..., `count` of them: a run of steps, each seen by a batch. */
  addRun(first: number, step: number, count: number, weight: number): void {
    let bucket = bucketOf(first);
    const last = first + step * (count - 1);
    const lastBucket = bucketOf(last);
    let done = 0;
    while (bucket < lastBucket) {
      // Values below the next bucket's floor: the smallest j with first + j·step >= floor.
      const below = Math.ceil((bucketFloor(bucket + 1) - first) / step);
      this.counts[bucket] += (below - done) * weight;
      done = below;
      bucket = bucketOf(first + below * step);
    }
    this.counts[lastBucket] += (count - done) * weight;
    const ticks = count * first + step * ((count * (count - 1)) / 2);
    if (ticks * weight < LIMB) this.#addToSum(ticks * weight);
    else for (let i = 0; i < weight; i++) this.#addToSum(ticks);
  }

  count(): number {
    let total = 0;
    for (const n of this.counts) total += n;
    return total;
  }

  /** Mean in ticks; NaN without values. */
  mean(): number {
    return (this.#sumHigh * LIMB + this.#sumLow) / this.count();
  }

  /**
   * Nearest-rank quantiles in ticks, one per entry of `ranks` (ascending, in (0, 1]); NaN without values.
   */
  quantiles(ranks: readonly number[]): number[] {
    const total = this.count();
    const result: number[] = [];
    let bucket = -1;
    let seen = 0;
    for (const rank of ranks) {
      const wanted = Math.max(1, Math.ceil(rank * total));
      while (seen < wanted && bucket < HISTOGRAM_BUCKETS - 1) seen += this.counts[++bucket];
      result.push(total === 0 ? NaN : bucketMiddle(bucket));
    }
    return result;
  }

  merge(other: Histogram | SparseHistogram): void {
    if (other instanceof Histogram) {
      for (let i = 0; i < HISTOGRAM_BUCKETS; i++) this.counts[i] += other.counts[i];
      this.#addToSum(other.#sumLow);
      this.#sumHigh += other.#sumHigh;
    } else {
      for (let i = 0; i < other.counts.length; i++) this.counts[other.firstBucket + i] += other.counts[i];
      this.#addToSum(other.sumLow);
      this.#sumHigh += other.sumHigh;
    }
  }

  /** A copy without the zero margins; the histogram is empty afterwards. */
  take(): SparseHistogram {
    let from = 0;
    while (from < HISTOGRAM_BUCKETS && this.counts[from] === 0) from++;
    let to = HISTOGRAM_BUCKETS;
    while (to > from && this.counts[to - 1] === 0) to--;
    const taken = {
      firstBucket: from,
      counts: this.counts.slice(from, to),
      sumLow: this.#sumLow,
      sumHigh: this.#sumHigh,
    };
    this.clear();
    return taken;
  }

  clear(): void {
    this.counts.fill(0);
    this.#sumLow = 0;
    this.#sumHigh = 0;
  }

  /** Exact for any whole number below 2^53. */
  #addToSum(ticks: number): void {
    if (ticks >= LIMB) {
      this.#sumHigh++;
      ticks -= LIMB;
    }
    const low = this.#sumLow + ticks;
    if (low < LIMB) {
      this.#sumLow = low;
    } else {
      this.#sumLow = low - LIMB;
      this.#sumHigh++;
    }
  }
}

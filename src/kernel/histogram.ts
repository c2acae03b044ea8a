// Log-bucketed histograms of ticks: mergeable integer counts, so that sums over cells, windows and threads do not
// depend on their order. Every power of two is cut into 128 equal buckets, found from the bits of the float: a
// quantile, given as the middle of its bucket, is within 1/256 = 0.4 % of a value that was recorded (all values below
// 2^12 ticks = 1 µs share one bucket). The sum is exact up to 2^104 ticks, kept in two parts.

const SUB_BUCKET_BITS = 7;
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
const OCTAVE_MIN = 12;
/** Two years: whoever waits through a run of a year and its drain. */
const OCTAVE_MAX = 58;
/** Bucket 0 holds what is below 2^OCTAVE_MIN. */
export const HISTOGRAM_BUCKETS = (OCTAVE_MAX - OCTAVE_MIN) * SUB_BUCKETS + 1;

/** Buckets that are read together. */
const BLOCK = 8;
/** Places of a histogram's counts: the last block may go beyond the buckets. */
export const HISTOGRAM_COUNTS = HISTOGRAM_BUCKETS + BLOCK - 1;
export const HISTOGRAM_OCTAVES = octaveOf(HISTOGRAM_BUCKETS - 1) + 1;

const MANTISSA_SHIFT = 20 - SUB_BUCKET_BITS;
const FIRST = ((1023 + OCTAVE_MIN) << SUB_BUCKET_BITS) - 1;
const LIMB = 2 ** 52;

const scratchFloat = new Float64Array(1);
const scratchWords = new Uint32Array(scratchFloat.buffer);
scratchFloat[0] = 1;
if (scratchWords[1] !== 0x3ff00000) throw new Error('histogram buckets need a little-endian machine');

/** Bucket of a value, a whole number of ticks in [0, 2^58). */
export function bucketOf(ticks: number): number {
  scratchFloat[0] = ticks;
  const bucket = (scratchWords[1] >>> MANTISSA_SHIFT) - FIRST;
  return bucket > 0 ? bucket : 0;
}

/** Smallest value of each bucket, in ticks, and the end of the last. */
export const BUCKET_FLOORS = Float64Array.from({ length: HISTOGRAM_BUCKETS + 1 }, (_, bucket) => {
  if (bucket === 0) return 0;
  const position = bucket - 1;
  const octave = OCTAVE_MIN + (position >> SUB_BUCKET_BITS);
  return 2 ** octave * (1 + (position & (SUB_BUCKETS - 1)) / SUB_BUCKETS);
});

export function bucketFloor(bucket: number): number {
  return BUCKET_FLOORS[bucket];
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

/** Of a histogram whose counts lie in somebody else's memory. */
export interface HistogramStorage {
  counts: Float64Array;
  used: Uint8Array;
  sums: Float64Array;
}

export class Histogram {
  counts: Float64Array = new Float64Array(HISTOGRAM_COUNTS);
  /** Which octaves have counts: what is read and cleared once a window is less than the thousands of buckets. */
  #used: Uint8Array = new Uint8Array(HISTOGRAM_OCTAVES);
  /** [low, high]: the sum of all values is high · 2^52 + low. */
  #sums: Float64Array = new Float64Array(2);

  /** From now on its counts lie there, where others may add to them; what there was is 0. */
  moveTo({ counts, used, sums }: HistogramStorage): void {
    this.counts = counts;
    this.#used = used;
    this.#sums = sums;
  }

  add(ticks: number): void {
    this.#count(bucketOf(ticks), 1);
    this.#addToSum(ticks);
  }

  /**
   * `weight` values of each of `first`, `first + step`, ..., `count` of them: a run of steps, each seen by a batch.
   * `ticks` is the sum of the values.
   */
  addRun(first: number, step: number, count: number, weight: number, ticks: number): void {
    const bucket = bucketOf(first);
    if (first + step * (count - 1) < BUCKET_FLOORS[bucket + 1]) this.#count(bucket, count * weight);
    else this.#addAcrossBuckets(first, step, count, weight);
    if (ticks * weight < LIMB) this.#addToSum(ticks * weight);
    else for (let i = 0; i < weight; i++) this.#addToSum(ticks);
  }

  #addAcrossBuckets(first: number, step: number, count: number, weight: number): void {
    let bucket = bucketOf(first);
    const lastBucket = bucketOf(first + step * (count - 1));
    let done = 0;
    while (bucket < lastBucket) {
      // Values below the next bucket's floor: the smallest j with first + j·step >= floor.
      const below = Math.ceil((bucketFloor(bucket + 1) - first) / step);
      this.#count(bucket, (below - done) * weight);
      done = below;
      bucket = bucketOf(first + below * step);
    }
    this.#count(lastBucket, (count - done) * weight);
  }

  count(): number {
    let total = 0;
    const [from, to] = this.#range();
    for (let block = from; block < to; block += BLOCK) total += this.#countIn(block);
    return total;
  }

  /** Mean in ticks; NaN without values. */
  mean(total = this.count()): number {
    return this.sum() / total;
  }

  /** Of all values, in ticks; never less after more values. */
  sum(): number {
    return this.#sums[1] * LIMB + this.#sums[0];
  }

  /** The same in fewer buckets, `merged` to one (a power of two): the first of each, and counts. Empty ones are left out. */
  coarse(merged: number): { firstBuckets: number[]; counts: number[] } {
    const firstBuckets: number[] = [];
    const counts: number[] = [];
    const [from, to] = this.#range();
    // Bucket 0 stands alone: what is below the first octave.
    const groupOf = (bucket: number): number => Math.ceil(bucket / merged);
    for (let bucket = from; bucket < to; bucket++) {
      const count = this.counts[bucket];
      if (count === 0 && counts.length === 0) continue;
      const group = groupOf(bucket);
      const first = group === 0 ? 0 : (group - 1) * merged + 1;
      if (firstBuckets.at(-1) !== first) {
        firstBuckets.push(first);
        counts.push(0);
      }
      counts[counts.length - 1] += count;
    }
    while (counts.at(-1) === 0) {
      counts.pop();
      firstBuckets.pop();
    }
    return { firstBuckets, counts };
  }

  /**
   * Nearest-rank quantiles in ticks, one per entry of `ranks` (ascending, in (0, 1]); NaN without values.
   */
  quantiles(ranks: readonly number[], total = this.count()): number[] {
    if (total === 0) return ranks.map(() => NaN);
    const result: number[] = [];
    const [from, to] = this.#range();
    let seen = 0;
    for (let block = from; block < to && result.length < ranks.length; block += BLOCK) {
      const withBlock = seen + this.#countIn(block);
      for (let i = result.length; i < ranks.length; i++) {
        const wanted = Math.max(1, Math.ceil(ranks[i] * total));
        if (wanted > withBlock) break;
        let bucket = block;
        for (let count = seen + this.counts[bucket]; count < wanted;) count += this.counts[++bucket];
        result.push(bucketMiddle(bucket));
      }
      seen = withBlock;
    }
    return result;
  }

  /** Of eight buckets, at once: in a single long sum each addition waits for the one before. */
  #countIn(first: number): number {
    const { counts } = this;
    return (
      counts[first] +
      counts[first + 1] +
      (counts[first + 2] + counts[first + 3]) +
      (counts[first + 4] + counts[first + 5] + (counts[first + 6] + counts[first + 7]))
    );
  }

  merge(other: Histogram | SparseHistogram): void {
    if (other instanceof Histogram) {
      const [from, to] = other.#range();
      addCounts(this.counts, from, other.counts.subarray(from, to));
      for (let octave = 0; octave < this.#used.length; octave++) this.#used[octave] |= other.#used[octave];
      this.#addToSum(other.#sums[0]);
      this.#sums[1] += other.#sums[1];
    } else {
      const { firstBucket, counts: added } = other;
      addCounts(this.counts, firstBucket, added);
      if (added.length > 0)
        this.#used.fill(1, octaveOf(firstBucket), octaveOf(firstBucket + added.length - 1) + 1);
      this.#addToSum(other.sumLow);
      this.#sums[1] += other.sumHigh;
    }
  }

  /** A copy without the zero margins; the histogram is empty afterwards. */
  take(): SparseHistogram {
    const { counts } = this;
    let [from, to] = this.#range();
    while (from < to && this.#countIn(from) === 0) from += BLOCK;
    while (from < to && counts[from] === 0) from++;
    while (to - BLOCK > from && this.#countIn(to - BLOCK) === 0) to -= BLOCK;
    while (to > from && counts[to - 1] === 0) to--;
    const taken = {
      firstBucket: from,
      counts: counts.slice(from, to),
      sumLow: this.#sums[0],
      sumHigh: this.#sums[1],
    };
    this.clear();
    return taken;
  }

  clear(): void {
    const [from, to] = this.#range();
    this.counts.fill(0, from, to);
    this.#used.fill(0);
    this.#sums[0] = 0;
    this.#sums[1] = 0;
  }

  #count(bucket: number, values: number): void {
    this.counts[bucket] += values;
    this.#used[octaveOf(bucket)] = 1;
  }

  /** Buckets outside [from, to) are empty. */
  #range(): [from: number, to: number] {
    const used = this.#used;
    let first = 0;
    while (first < used.length && used[first] === 0) first++;
    if (first === used.length) return [0, 0];
    let last = used.length - 1;
    while (used[last] === 0) last--;
    return [Math.max(0, (first - 1) * SUB_BUCKETS + 1), last * SUB_BUCKETS + 1];
  }

  #addToSum(ticks: number): void {
    if (ticks >= LIMB) {
      const limbs = Math.floor(ticks / LIMB);
      this.#sums[1] += limbs;
      ticks -= limbs * LIMB;
    }
    const low = this.#sums[0] + ticks;
    if (low < LIMB) {
      this.#sums[0] = low;
    } else {
      this.#sums[0] = low - LIMB;
      this.#sums[1]++;
    }
  }
}

/** Eight at a time: a loop's own work takes V8 longer than an addition. */
function addCounts(sums: Float64Array, first: number, added: Float64Array): void {
  let i = 0;
  for (; i + BLOCK <= added.length; i += BLOCK) {
    const at = first + i;
    sums[at] += added[i];
    sums[at + 1] += added[i + 1];
    sums[at + 2] += added[i + 2];
    sums[at + 3] += added[i + 3];
    sums[at + 4] += added[i + 4];
    sums[at + 5] += added[i + 5];
    sums[at + 6] += added[i + 6];
    sums[at + 7] += added[i + 7];
  }
  for (; i < added.length; i++) sums[first + i] += added[i];
}

/** 0 for the bucket of the least values, then one for each power of two. */
function octaveOf(bucket: number): number {
  return (bucket + SUB_BUCKETS - 1) >>> SUB_BUCKET_BITS;
}

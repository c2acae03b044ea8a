// Averages over a sliding window of buckets of one second, as Knative's metric collector keeps them: samples of a bucket
// add up (pods and activator report apart), a bucket nobody wrote is 0, and the window begins with the first write, so
// that a young window is a short one. Left out: Knative's rounding down to 6 digits, which only hides what its running
// sum loses; here every average is a fresh sum. A bucket's index is floor(seconds / bucket length).
// Source: knative/serving, pkg/autoscaler/aggregation/bucketing.go, v1.16 (2024).

export type Algorithm = 'linear' | 'weighted-exponential';

/** JSON. `values` are the buckets up to `last`, oldest first, from the first that was written, within the window. */
export interface Buckets {
  windowSeconds: number;
  bucketSeconds: number;
  /** Index of the latest bucket written; null before the first sample. */
  last: number | null;
  values: readonly number[];
}

/** The weights of the window sum to at least this much … */
const WEIGHT_SUM_MIN = 0.9999;
/** … unless the newest bucket would then weigh less than this, as in windows of 42 buckets and more. */
const NEWEST_WEIGHT_MIN = 0.2;

export function emptyBuckets(windowSeconds: number, bucketSeconds = 1): Buckets {
  return { windowSeconds, bucketSeconds, last: null, values: [] };
}

/** How many buckets the window has. */
export function bucketCount({ windowSeconds, bucketSeconds }: Buckets): number {
  return Math.ceil(windowSeconds / bucketSeconds);
}

export function recordSample(buckets: Buckets, atSeconds: number, value: number): Buckets {
  const { last } = buckets;
  const n = bucketCount(buckets);
  const index = Math.floor(atSeconds / buckets.bucketSeconds);
  // A whole window without a write: what was there counts no more, and the window is young again.
  if (last === null || index - last >= n) return { ...buckets, last: index, values: [value] };
  if (index > last) {
    return {
      ...buckets,
      last: index,
      values: [...buckets.values, ...zeros(index - last - 1), value].slice(-n),
    };
  }
  const behind = last - index;
  if (behind >= n) return buckets;
  const missing = Math.max(0, behind + 1 - buckets.values.length);
  const values = [...zeros(missing), ...buckets.values];
  values[values.length - 1 - behind] += value;
  return { ...buckets, values };
}

/** Nothing was written for longer than the window (just as long is not empty yet): there is no data to decide on. */
export function isEmpty(buckets: Buckets, atSeconds: number): boolean {
  const { last, windowSeconds, bucketSeconds } = buckets;
  return last === null || (Math.floor(atSeconds / bucketSeconds) - last) * bucketSeconds > windowSeconds;
}

/** 0 without data. A clock that lags behind the last write counts as being there. */
export function windowAverage(buckets: Buckets, atSeconds: number, algorithm: Algorithm = 'linear'): number {
  const { last, values } = buckets;
  if (last === null) return 0;
  const n = bucketCount(buckets);
  const idle = Math.max(0, Math.floor(atSeconds / buckets.bucketSeconds) - last);
  if (idle >= n) return 0;
  // Of the window that ends now, the buckets that have been written.
  const valid = values.slice(-(n - idle));
  if (algorithm === 'linear') return valid.reduce((sum, value) => sum + value, 0) / valid.length;
  const newest = newestWeight(n);
  let weight = newest;
  for (let i = 0; i < idle; i++) weight *= 1 - newest;
  let sum = 0;
  for (let i = valid.length - 1; i >= 0; i--) {
    sum += valid[i] * weight;
    weight *= 1 - newest;
  }
  return sum;
}

function newestWeight(n: number): number {
  return Math.max(1 - Math.exp(Math.log(1 - WEIGHT_SUM_MIN) / n), NEWEST_WEIGHT_MIN);
}

/** As when the window of a live collector is changed: a full old window is taken for written, stale data is dropped. */
export function resizeWindow(buckets: Buckets, windowSeconds: number, atSeconds: number): Buckets {
  if (windowSeconds === buckets.windowSeconds) return buckets;
  if (isEmpty(buckets, atSeconds)) return emptyBuckets(windowSeconds, buckets.bucketSeconds);
  const resized = { ...buckets, windowSeconds };
  const missing = bucketCount(buckets) - buckets.values.length;
  const values = [...zeros(missing), ...buckets.values].slice(-bucketCount(resized));
  return { ...resized, values };
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

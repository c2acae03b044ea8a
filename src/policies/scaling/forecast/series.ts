// A series of means over buckets of equal length, out of samples taken now and then. Bucket k holds the samples after
// k·length and up to (k+1)·length, since a sample is a mean over the time before it. A bucket without samples is null.

export interface SeriesState {
  /** The open bucket, and the samples in it. */
  bucket: number;
  sum: number;
  samples: number;
}

export const EMPTY_SERIES: SeriesState = { bucket: 0, sum: 0, samples: 0 };

export interface SeriesInput {
  value: number;
  atSeconds: number;
  bucketSeconds: number;
  state: SeriesState;
}

/** `closed`: buckets that ended since the call before, oldest first. Time must not go backwards. */
export function addSample({ value, atSeconds, bucketSeconds, state }: SeriesInput): {
  closed: (number | null)[];
  state: SeriesState;
} {
  const closed: (number | null)[] = [];
  // A sample at time 0 has no bucket of its own.
  const bucket = Math.max(state.bucket, Math.ceil(atSeconds / bucketSeconds) - 1);
  let next = state;
  if (bucket > next.bucket) {
    closed.push(mean(next));
    for (let empty = next.bucket + 1; empty < bucket; empty++) closed.push(null);
    next = { ...EMPTY_SERIES, bucket };
  }
  next = { bucket, sum: next.sum + value, samples: next.samples + 1 };
  if (atSeconds >= (bucket + 1) * bucketSeconds) {
    closed.push(mean(next));
    next = { ...EMPTY_SERIES, bucket: bucket + 1 };
  }
  return { closed, state: next };
}

function mean({ sum, samples }: SeriesState): number | null {
  return samples === 0 ? null : sum / samples;
}

// What a workload is, and the one interface the fleet sees of it: batches of requests in time order.

/** Distribution of a token count: whole numbers >= 1. */
export type LengthSpec = (
  | { kind: 'constant'; value: number }
  /** Natural logarithm normal with standard deviation sigma; the mean is that of the untruncated distribution. */
  | { kind: 'lognormal'; mean: number; sigma: number }
  | { kind: 'gamma'; mean: number; shape: number }
  /** Linear interpolation between (probability, tokens) points; the first has p 0, the last p 1. */
  | { kind: 'quantiles'; points: { p: number; tokens: number }[] }
  /** Exponential, rounded up to whole tokens (a geometric): for queueing theory. */
  | { kind: 'geometric'; mean: number }
) & {
  /** Draws outside [min, max] are drawn again (the distribution is conditioned on the interval). */
  min?: number;
  max?: number;
};

/** Other lengths of the requests that arrive in [from, to) seconds since the start of the run. */
export interface LengthChange {
  fromSeconds: number;
  toSeconds: number;
  /** Undefined leaves them as they are. */
  prompt?: LengthSpec;
  output?: LengthSpec;
}

export type TokensSpec =
  /** Of changes that overlap the last counts. */
  | { kind: 'independent'; prompt: LengthSpec; output: LengthSpec; changes?: readonly LengthChange[] }
  /** Pairs (prompt, output) drawn with replacement from the rows of a trace. */
  | { kind: 'resample'; path: string };

/** The rate is so many times what it would be in [from, to) seconds since the start of the run. */
export interface RateChange {
  fromSeconds: number;
  toSeconds: number;
  factor: number;
}

export type ArrivalsSpec = (
  | { kind: 'constant'; requestsPerSecond: number }
  | {
      kind: 'diurnal';
      /** Mean over the curve (24 h or 7 x 24 h) of the arrival rate. */
      requestsPerSecondMean: number;
      /** 24 hourly values (index = hour of day) or 168 (index = hour of week from Monday 00:00); scaled to mean 1. */
      curve: number[];
      /** `linear` between the middles of the hours, wrapping around; `step` holds a value for its hour. */
      interpolation: 'linear' | 'step';
      /** Stretches the curve about its mean so that max/mean of its values is this; undefined leaves it. */
      peakToMean?: number;
      /** IANA zone in which the curve's hours are meant. */
      timeZone: string;
    }
) & {
  /** Where they overlap, all count. */
  changes?: readonly RateChange[];
};

export interface TraceSpec {
  path: string;
  /** Speed-up of the trace's clock: 3 replays an hour in twenty minutes. */
  rate: number;
  /** Start again at the end, one mean inter-arrival gap after the last request. */
  loop: boolean;
}

export type WorkloadSpec =
  { kind: 'synthetic'; arrivals: ArrivalsSpec; tokens: TokensSpec } | { kind: 'trace'; trace: TraceSpec };

/** One cell's part of the workload. */
export interface ShareSpec {
  /** Names the random streams of this part. */
  cell: number;
  /** Part of all requests that this cell receives, in (0, 1]; where in [0, 1) its interval starts. */
  share: number;
  shareStart: number;
}

export interface ArrivalBatch {
  /** Requests in the batch; the arrays may be longer. */
  count: number;
  /** Ticks since the origin (the start of the run, until it is moved), whole, non-decreasing. */
  atTicks: Float64Array;
  promptTokens: Int32Array;
  outputTokens: Int32Array;
}

export interface ArrivalSource {
  /**
   * Fills the batch with the next requests that arrive strictly before `untilTicks`, at most as many as its arrays
   * hold; count 0 means that no more arrive before then. `untilTicks` never decreases between calls.
   */
  fill(batch: ArrivalBatch, untilTicks: number): void;
  /** All that future requests depend on, as plain data. Call between calls of `fill`. */
  save(): unknown;
  /** Goes on where a source of the same scenario and share was when its state was saved. */
  restore(state: unknown): void;
  /**
   * Moves the origin of time: what was at t is at t - ticks from now on, in batches as in `untilTicks`. No request
   * moves against the others, as long as times from the origin stay below 2^53 ticks.
   */
  rebase(ticks: number): void;
}

// The measured values of one window, hour or day: what files, summary and dashboard show. Plain data.

/** Seconds; NaN where there is no sample. Quantiles come from histograms with at most 1 % relative error. */
export interface LatencySummary {
  count: number;
  meanSeconds: number;
  p50Seconds: number;
  p90Seconds: number;
  p95Seconds: number;
  p99Seconds: number;
  p999Seconds: number;
}

export interface WindowMetrics {
  /** Seconds since the start of the run. Arrivals belong to [start, end), step boundaries to (start, end]. */
  startSeconds: number;
  endSeconds: number;
  /** After the workload's end the run drains: those windows count for requests, not for cost. */
  phase: 'day' | 'drain';

  // Requests, counted in the window in which it happens.
  arrived: number;
  finished: number;
  rejectedQueueFull: number;
  rejectedTooLong: number;
  rejectedExceedsKv: number;
  truncated: number;
  timedOut: number;
  /** Their replica was taken away: gone, or begun again elsewhere. */
  lost: number;
  retried: number;
  preemptions: number;
  /** Tokens of prompts whose prefill ended (once per request), and output tokens emitted. */
  promptTokens: number;
  outputTokens: number;

  // Gauges at the end of the window.
  running: number;
  waiting: number;
  /** Of those waiting: held because no replica of their cell is ready. */
  held: number;
  /** Part of all KV blocks that are in use; 0 where the cache has no limit. */
  kvUse: number;
  /** What the controllers want of provisioning, loading and ready ones. */
  replicasWanted: number;
  replicasProvisioning: number;
  replicasLoading: number;
  replicasReady: number;
  replicasDraining: number;

  // Means over the window. Duty cycle, MBU and MFU are over the time of replicas that are ready or drain, idle time counting as 0.
  batchMean: number;
  dutyCycle: number;
  mbu: number;
  mfu: number;

  // Energy of the IT equipment in the window.
  itJoules: number;
  /** Part drawn while a replica ran no step. */
  idleJoules: number;

  // Latency: TTFT in the window of the first token, the others in that of the finish.
  ttft: LatencySummary;
  tpot: LatencySummary;
  itl: LatencySummary;
  e2e: LatencySummary;

  /**
   * SLO, by window of *arrival*: of `arrived`, those finished within every threshold so far. A window's value is
   * final once its last request has finished, so a live reading of the newest windows is a lower bound.
   */
  attained: number;
  /** Requests that met every threshold, in the window of their finish: goodput = good / window seconds. */
  good: number;
}

/** Hours of replicas by state, all pools together; those of pools that do not scale are ready all the time. */
export interface ReplicaHours {
  provisioning: number;
  loading: number;
  ready: number;
  draining: number;
}

/** How often which latency came, coarsely: for people to look at. Without empty buckets at either end. */
export interface LatencyDistribution {
  /** One more than there are counts, rising. */
  edgesSeconds: number[];
  counts: number[];
}

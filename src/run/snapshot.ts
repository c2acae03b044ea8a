// What a run tells those who watch it, after every window. Plain data, structured-cloneable; the watcher may keep it.
import type { LedgerRow } from '../economics/spec.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';

/** Known before the first window. */
export interface RunInfo {
  name: string;
  description: string;
  seed: number;
  version: string;
  /** Milliseconds since the epoch of the run's start, and the zone in which clock times are shown. */
  startEpochMs: number;
  timeZone: string;
  /** Of the workload; draining may take longer. */
  durationSeconds: number;
  windowSeconds: number;
  replicas: number;
  nodes: number;
  gpus: number;
  cells: number;
  threads: number;
  /** One line: model, stack, GPU, tp. One per pool. */
  pools: string[];
  /** Expected arrival rate at every window's middle, requests per second; empty for a trace. */
  expectedRequestsPerSecond: number[];
  slo: { ttftSeconds?: number; tpotSeconds?: number; e2eSeconds?: number };
  outDir: string;
}

export type RunStatus = 'starting' | 'running' | 'paused' | 'draining' | 'finished' | 'stopped' | 'failed';

export interface Snapshot {
  status: RunStatus;
  /** Why a run failed. */
  message?: string;
  /** The newest window, and its position. */
  window: WindowMetrics;
  windowIndex: number;
  /**
   * From the start of the run to now: counts summed, latencies over all requests so far. This and what follows it are
   * renewed a few times a second, so in a fast run they can be some windows older than `window`.
   */
  day: WindowMetrics;
  /** Ledger row of the hour under way (so far), all finished rows, and the sum of all. */
  hour: LedgerRow;
  hours: LedgerRow[];
  cost: {
    electricityUsd: number;
    amortizationUsd: number;
    rentUsd: number;
    totalUsd: number;
    facilityKwh: number;
  };
  /** Attained / arrived by hour of arrival, in step with `hours` and then the hour under way. */
  attainmentByHour: number[];
  /** Wall clock: seconds since the start without pauses, estimate of what is left (undefined at first). */
  wallSeconds: number;
  wallSecondsLeft: number | undefined;
  /** Simulated requests per wall second. */
  requestsPerWallSecond: number;
}

/** What a watcher may ask of a run. None of it changes a result, except that `stop` ends it early. */
export interface RunControl {
  pause(): void;
  resume(): void;
  stop(): void;
}

// What a run tells those who watch it, after every window. Plain data, structured-cloneable; the watcher may keep it.
import type { ScalingDecision } from '../control/controller.ts';
import type { LedgerRow } from '../economics/spec.ts';
import type { LatencyDistribution, WindowMetrics } from '../metrics/window-metrics.ts';
import type { EventChoices } from '../scenario/events/check.ts';
import type { EventOrder, RunEvent } from '../scenario/events/event.ts';

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
  /** Pools that scale; empty where none does. */
  scaling: PoolScaling[];
  /** Expected arrival rate at every window's middle, requests per second; empty for a trace. */
  expectedRequestsPerSecond: number[];
  /** Replicas that the load of every window's middle needs, and what one of them holds; where it is known. */
  neededReplicas?: number[];
  replicaCapacityPerSecond?: number;
  slo: { ttftSeconds?: number; tpotSeconds?: number; e2eSeconds?: number };
  outDir: string;
}

export interface PoolScaling {
  /** Its position among all pools, as in a ScalingDecision. */
  pool: number;
  name: string;
  policy: string;
  minReplicas: number;
  maxReplicas: number;
  initialReplicas: number;
}

export type RunStatus = 'starting' | 'running' | 'paused' | 'draining' | 'finished' | 'stopped' | 'failed';

export interface Snapshot {
  status: RunStatus;
  /** Why a run failed. */
  message?: string;
  /** The newest window, and its position. */
  window: WindowMetrics;
  windowIndex: number;
  /** In that window: changes of how many replicas are wanted, and holds worth telling, in time order. */
  scaling: ScalingDecision[];
  /** What was done to the run so far: the list only grows; left out where nothing can be done. */
  events?: readonly RunEvent[];
  /**
   * From the start of the run to now: counts summed, latencies over all requests so far. This and what follows it are
   * renewed a few times a second, so in a fast run they can be some windows older than `window`.
   */
  day: WindowMetrics;
  /** Of all requests so far; left out where nobody knows any more. */
  distributions?: Record<'ttft' | 'tpot' | 'e2e', LatencyDistribution>;
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
  /** Of all cells at the end of the window, some times a second while the fleet is watched (see RunControl). */
  fleet?: FleetCell[];
  /** Attained / arrived by hour of arrival, in step with `hours` and then the hour under way. */
  attainmentByHour: number[];
  /** Wall clock: seconds since the start without pauses, estimate of what is left (undefined at first). */
  wallSeconds: number;
  wallSecondsLeft: number | undefined;
  /** Simulated requests per wall second. */
  requestsPerWallSecond: number;
}

/** States of a replica, by the number that stands for them in FleetCell. */
export const REPLICA_STATES = ['off', 'provisioning', 'loading', 'ready', 'draining'] as const;

/** Places in the gauges of a replica: all whole numbers. */
export const GAUGE = {
  state: 0,
  running: 1,
  waiting: 2,
  /** Of its KV cache in use; -1 where that has no limit. */
  kvPermille: 3,
  /** Of the step under way; 0 while idle. */
  stepMicroseconds: 4,
  /** Since the start, modulo 2^31. */
  steps: 5,
} as const;

export const GAUGE_FIELDS = 6;

/** Gauges of the replicas of a cell, GAUGE_FIELDS numbers for each. */
export interface FleetCell {
  pool: number;
  /** Number of its first replica in the pool. */
  firstReplica: number;
  packed: Int32Array;
}

/** What a watcher may ask of a run. None of it changes a result, except that `stop` ends it early; see EventControl. */
export interface RunControl {
  pause(): void;
  resume(): void;
  stop(): void;
  /** Simulates one window and stands still again; without effect unless the run is paused. */
  step(): void;
  /** Simulated seconds per second, as far as the machine can. */
  setSpeed(speed: number | 'max'): void;
  /** Whether snapshots are to tell of every replica; left out where nothing can. */
  watchFleet?(isWatched: boolean): void;
}

/** What a watcher may do to a run that is being simulated. It is recorded, so that it can be done again. */
export interface EventControl {
  /** What this run allows. */
  choices(): Promise<EventChoices>;
  /** Takes effect when all cells stop next; what is wrong with it, if it does not. */
  inject(order: EventOrder): Promise<string | undefined>;
}

// A scenario after loading: every default filled in, every quantity in one unit, every rule checked. What the
// program runs; the file's own keys and units are in schema.ts.
import type { AutoscalingSpec, ColdStartSpec, SpotSpec } from '../control/spec.ts';
import type { EconomicsSpec } from '../economics/spec.ts';
import type { BatchingSpec, LimitsSpec, RoutingPolicy, SloSpec } from '../fleet/spec.ts';
import type { PerfSpec } from '../perf/spec.ts';
import type { WorkloadSpec } from '../workload/spec.ts';

export interface PoolSpec {
  name: string;
  perf: PerfSpec;
  /** Catalog node: GPUs per node, idle power, price. */
  node: string;
  replicas: number;
  /** Independent parts into which the pool is split; a policy balances within one only. */
  cells: number;
  /** Part of all requests that this pool receives; the pools' shares sum to 1. */
  share: number;
  batching: BatchingSpec;
  limits: LimitsSpec;
  ownership: 'owned' | 'rented';
  /** Without it all replicas are ready all the time; with it `replicas` is how many there may be. */
  autoscaling?: AutoscalingSpec;
  /** Without it nobody takes nodes back. */
  spot?: PoolSpot;
}

export interface PoolSpot extends SpotSpec {
  /** How nodes are replaced where nothing scales; what becomes of requests that are cut off. */
  replacement?: { coldStart: ColdStartSpec; killed: 'retry' | 'lose' };
}

export interface Scenario {
  name: string;
  description: string;
  seed: number;
  startEpochMs: number;
  /** IANA zone for hours, days and displays. */
  timeZone: string;
  /** Arrivals stop then. */
  durationSeconds: number;
  workload: WorkloadSpec;
  pools: PoolSpec[];
  routing: RoutingPolicy;
  slo: SloSpec;
  economics: EconomicsSpec;
  windowSeconds: number;
  /** What happens to requests in the system when the workload ends: `finish` serves them, `cut` stops there. */
  drain: 'finish' | 'cut';
}

export interface LoadedScenario {
  scenario: Scenario;
  /** The scenario with every default written out, in the file's own syntax; running it gives the same bytes. */
  resolvedYaml: string;
  /** First 8 hex digits of the SHA-256 of resolvedYaml. */
  hash: string;
}

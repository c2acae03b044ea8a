// What is known of a run before its first window.
import { nodesOfPool } from '../scenario/build.ts';
import type { PoolSpec, Scenario } from '../scenario/scenario.ts';
import { expectedRequestsPerSecond } from '../workload/create.ts';
import type { RunInfo } from './snapshot.ts';

export interface RunFacts {
  cells: number;
  threads: number;
  version: string;
  outDir: string;
  /** Ends of the workload's windows, seconds. */
  windowEnds: readonly number[];
}

export function describeRun(scenario: Scenario, facts: RunFacts): RunInfo {
  const { pools, workload: spec, startEpochMs, durationSeconds } = scenario;
  const sum = (value: (pool: PoolSpec) => number) => pools.reduce((total, pool) => total + value(pool), 0);
  const middles = facts.windowEnds.map((end, i) => (end + (i === 0 ? 0 : facts.windowEnds[i - 1])) / 2);
  return {
    name: scenario.name,
    description: scenario.description,
    seed: scenario.seed,
    version: facts.version,
    startEpochMs,
    timeZone: scenario.timeZone,
    durationSeconds,
    windowSeconds: scenario.windowSeconds,
    replicas: sum((pool) => pool.replicas),
    nodes: sum((pool) => nodesOfPool(pool).nodes),
    gpus: sum((pool) => nodesOfPool(pool).gpus),
    cells: facts.cells,
    threads: facts.threads,
    pools: pools.map(describePool),
    expectedRequestsPerSecond: expectedRequestsPerSecond({ spec, startEpochMs, durationSeconds }, middles),
    slo: scenario.slo,
    outDir: facts.outDir,
  };
}

function describePool({ name, perf, replicas, batching }: PoolSpec): string {
  const served = perf.kind === 'physical' ? `${perf.model} · ${perf.stack}` : 'fixed service times';
  return `${name}: ${replicas} × ${served} · ${perf.tp}×${perf.gpu} · ${batching.policy} batching`;
}

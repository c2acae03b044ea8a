// What is known of a run before its first window.
import { modelName } from '../catalog/models.ts';
import { stackName } from '../catalog/stacks.ts';
import { gpusPerReplica, type PerfSpec } from '../perf/spec.ts';
import { nodesOfPool } from '../scenario/build.ts';
import type { PoolSpec, Scenario } from '../scenario/scenario.ts';
import { expectedRequestsPerSecond } from '../workload/create.ts';
import type { PoolScaling, RunInfo } from './snapshot.ts';

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
    scaling: pools.flatMap(describeScaling),
    expectedRequestsPerSecond: expectedRequestsPerSecond({ spec, startEpochMs, durationSeconds }, middles),
    slo: scenario.slo,
    outDir: facts.outDir,
  };
}

/** In the order of the scenario. */
export function poolNames({ pools }: Pick<RunInfo, 'pools'>): string[] {
  return pools.map((pool) => pool.split(':')[0]);
}

function describeScaling({ name, autoscaling }: PoolSpec, pool: number): PoolScaling[] {
  if (autoscaling === undefined) return [];
  const { policy, minReplicas, maxReplicas, initialReplicas } = autoscaling;
  return [{ pool, name, policy, minReplicas, maxReplicas, initialReplicas }];
}

function describePool({ name, perf, replicas, batching, autoscaling }: PoolSpec): string {
  const gpus = `${gpusPerReplica(perf)}×${perf.gpu}`;
  const count = autoscaling ? `${autoscaling.minReplicas}–${autoscaling.maxReplicas}` : replicas;
  return `${name}: ${count} × ${describeServing(perf)} · ${gpus} · ${batching.policy} batching`;
}

/** Formats and pipeline only where they are not the usual ones. */
function describeServing(perf: PerfSpec): string {
  if (perf.kind === 'fixed') return 'fixed service times';
  const { model, stack, weights = 'fp16', kvCache = 'fp16', pp = 1, speculative } = perf;
  const parts = [
    modelName(model) + (weights === 'fp16' ? '' : ` in ${weights}`),
    ...(kvCache === 'fp16' ? [] : [`KV in ${kvCache}`]),
    ...(speculative ? [`drafts by ${modelName(speculative.draftModel)}`] : []),
    ...(pp > 1 ? [`${pp} stages`] : []),
    stackName(stack),
  ];
  return parts.join(' · ');
}

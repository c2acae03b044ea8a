// The part of the composition root that lets a pool scale: policy, facts, actuator.
import assert from 'node:assert/strict';
import { nodeOf } from '../catalog/nodes.ts';
import { meanColdStartSeconds } from '../control/cold-start.ts';
import { Controller } from '../control/controller.ts';
import type { OutsidePolicy } from '../control/external/outside.ts';
import type { AutoscalingSpec } from '../control/spec.ts';
import { capitalUsdPerNodeHour, HOURS_PER_YEAR } from '../economics/capital.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { RandomStream } from '../kernel/random.ts';
import { nodesPerReplica, replicaJoules } from '../metrics/pool-use.ts';
import { createPerfModel } from '../perf/create.ts';
import { gpusPerReplica } from '../perf/spec.ts';
import { batchingShape } from '../policies/batching/registry.ts';
import type { PoolFacts, ScalingPolicy } from '../policies/scaling/policy.ts';
import { scalingPolicyOf } from '../policies/scaling/registry.ts';
import { arrivalRate } from '../workload/arrival-rate.ts';
import { poolPhysics } from './build.ts';
import type { Scenario } from './scenario.ts';

/** What the run needs to let a pool scale; undefined for one that does not. `own`: a policy that is in no registry. */
export function buildController(
  scenario: Scenario,
  pool: number,
  plans: readonly CellPlan[],
  own?: ScalingPolicy | OutsidePolicy,
): { controller: Controller; latency: boolean; queuedPrefillTokens: boolean } | undefined {
  const spec = scenario.pools[pool];
  const { autoscaling } = spec;
  if (autoscaling === undefined) return undefined;
  const policy = own ?? policyOf(autoscaling);
  const physics = poolPhysics(spec, scenario.economics);
  const cells = plans.filter((plan) => plan.pool === pool);
  const needs = policy.needs?.(autoscaling.parameters) ?? [];
  const controller = new Controller({
    pool,
    spec: autoscaling,
    policy,
    facts: poolFacts(scenario, pool),
    gauges: {
      kvBlocks: physics.kvBlocks / spec.replicas,
      joules: (counts, replicaSeconds) => replicaJoules(physics, counts, replicaSeconds),
    },
    lifecycle: {
      spec: autoscaling,
      cellEnds: cells.map(({ firstReplica, replicas }) => firstReplica + replicas),
      replicasPerNode: Math.max(1, Math.floor(physics.gpusPerNode / physics.gpusPerReplica)),
      nodesPerReplica: nodesPerReplica(physics),
      random: new RandomStream(scenario.seed, `pool/${pool}/cold-start`),
    },
    startEpochMs: scenario.startEpochMs,
    timeZone: scenario.timeZone,
    ...(needs.includes('foresight') && { foresight: foresightOf(scenario, pool) }),
  });
  return {
    controller,
    latency: needs.includes('latency'),
    queuedPrefillTokens: needs.includes('queuedPrefillTokens'),
  };
}

function policyOf({ policy, own }: AutoscalingSpec): ScalingPolicy {
  assert(own === undefined, `policy ${policy} is not in the registry: load it before the run`);
  return scalingPolicyOf(policy);
}

function poolFacts({ economics, pools }: Scenario, pool: number): PoolFacts {
  const { name, perf, batching, limits, ownership, node, autoscaling } = pools[pool];
  const { kvTokens } = createPerfModel(perf, '');
  const gpus = gpusPerReplica(perf);
  const ageHours = economics.capital.ageYears * HOURS_PER_YEAR;
  const ownedUsdPerGpuHour = capitalUsdPerNodeHour(economics, ageHours) / nodeOf(node).gpus;
  const shape = batchingShape(batching);
  return {
    name,
    minReplicas: autoscaling!.minReplicas,
    maxReplicas: autoscaling!.maxReplicas,
    gpusPerReplica: gpus,
    costUsdPerReplicaHour: gpus * (ownership === 'owned' ? ownedUsdPerGpuHour : economics.rent.usdPerGpuHour),
    kvTokens: Number.isFinite(kvTokens) ? kvTokens : null,
    maxBatchedTokens: 'maxBatchedTokens' in batching ? batching.maxBatchedTokens : limits.maxModelLength,
    maxSequences: shape.maxSequences,
    maxModelLength: limits.maxModelLength,
    coldStartSeconds: meanColdStartSeconds(autoscaling!.coldStart),
    replicaCapacityPerSecond: autoscaling!.replicaCapacityPerSecond ?? null,
  };
}

const FORESIGHT_STEP_SECONDS = 60;
const FORESIGHT_SECONDS = 2 * 3600;

/** The expected rate of the pool's share of the requests, for the next hours. */
function foresightOf(scenario: Scenario, pool: number) {
  const { workload: spec, startEpochMs, durationSeconds, pools } = scenario;
  const { share } = pools[pool];
  const { replicaCapacityPerSecond } = pools[pool].autoscaling!;
  assert(replicaCapacityPerSecond !== undefined, 'the capacity of a replica is found before the run');
  const rate = arrivalRate({ spec, startEpochMs, durationSeconds });
  return (nowSeconds: number) => ({
    stepSeconds: FORESIGHT_STEP_SECONDS,
    arrivalsPerSecond: Array.from(
      { length: FORESIGHT_SECONDS / FORESIGHT_STEP_SECONDS },
      (_, i) => rate(nowSeconds + (i + 0.5) * FORESIGHT_STEP_SECONDS) * share,
    ),
    replicaCapacityPerSecond,
  });
}

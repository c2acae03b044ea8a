// The part of the composition root that lets a pool scale: policy, facts, actuator; and that lets events, and owners of
// spot nodes, change one that does not.
import assert from 'node:assert/strict';
import { z } from 'zod';
import { modelOf, parameterCount } from '../catalog/models.ts';
import { nodeOf } from '../catalog/nodes.ts';
import { meanColdStartSeconds } from '../control/cold-start.ts';
import { Controller } from '../control/controller.ts';
import type { PolicyChange } from '../control/controller.ts';
import type { OutsidePolicy } from '../control/external/outside.ts';
import type { LifecycleOptions } from '../control/lifecycles.ts';
import { Reclaims } from '../control/nodes/reclaims.ts';
import type { AutoscalingSpec } from '../control/spec.ts';
import { capitalUsdPerNodeHour, HOURS_PER_YEAR } from '../economics/prices/capital.ts';
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
import { autoscalingSpec, completeAutoscaling } from './load/pools/autoscaling.ts';
import type { AutoscalingFile } from './load/pools/autoscaling.ts';
import type { PoolSpec, Scenario } from './scenario.ts';
import { autoscaling } from './schema/autoscaling.ts';

/** What the run needs to let a pool scale; undefined for one that does not. `own`: a policy that is in no registry. */
export function buildController(
  scenario: Scenario,
  pool: number,
  plans: readonly CellPlan[],
  own?: ScalingPolicy | OutsidePolicy,
): { controller: Controller; latency: boolean; queuedPrefillTokens: boolean } | undefined {
  const spec = scenario.pools[pool];
  const { autoscaling: scaling } = spec;
  if (scaling === undefined) return undefined;
  const policy = own ?? policyOf(scaling);
  const physics = poolPhysics(spec, scenario.economics);
  const cells = plans.filter((plan) => plan.pool === pool);
  const needs = policy.needs?.(scaling.parameters) ?? [];
  const controller = new Controller({
    pool,
    spec: scaling,
    policy,
    facts: poolFacts(scenario, pool),
    gauges: {
      kvBlocks: physics.kvBlocks / spec.replicas,
      joules: (counts, replicaSeconds) => replicaJoules(physics, counts, replicaSeconds),
    },
    lifecycle: {
      spec: scaling,
      cellEnds: cells.map(({ firstReplica, replicas }) => firstReplica + replicas),
      replicasPerNode: Math.max(1, Math.floor(physics.gpusPerNode / physics.gpusPerReplica)),
      nodesPerReplica: nodesPerReplica(physics),
      random: new RandomStream(scenario.seed, `pool/${pool}/cold-start`),
      ...spotOptions(scenario, pool, nodesPerReplica(physics)),
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

/** Any of the nodes that a replica fills takes it away. */
function spotOptions(
  { seed, pools }: Scenario,
  pool: number,
  nodes: number,
): Pick<LifecycleOptions, 'reclaims' | 'replacesReclaimed'> {
  const { spot } = pools[pool];
  if (spot === undefined) return {};
  const spec = { ...spot, reclaimsPerNodeHour: spot.reclaimsPerNodeHour * nodes };
  const reclaims = new Reclaims(spec, { seed, name: `pool/${pool}/spot` });
  return { reclaims, replacesReclaimed: spot.replacement !== undefined };
}

/**
 * For a pool that does not scale, once an event changes it or from the start where nodes are taken back: it does what it is
 * told, and asks and sees nothing.
 */
export function buildManualController(
  scenario: Scenario,
  pool: number,
  plans: readonly CellPlan[],
): Controller {
  const { pools } = scenario;
  const manual = pools.map((spec, i) => (i === pool ? { ...spec, autoscaling: manualScaling(spec) } : spec));
  return buildController({ ...scenario, pools: manual }, pool, plans, BY_HAND)!.controller;
}

const BY_HAND: ScalingPolicy = {
  name: 'by hand',
  summary: 'what events say',
  source: 'events of a run',
  parameters: z.null(),
  intervalSeconds: () => Infinity,
  start: () => null,
  recommend: () => assert.fail('nobody asks who acts by hand'),
};

/** Its nodes are there; all else is what the scenario's own keys default to. */
function manualScaling({ replicas, perf, spot }: PoolSpec): AutoscalingSpec {
  const weightBytes = perf.kind === 'fixed' ? undefined : 2 * parameterCount(modelOf(perf.model));
  const file = autoscaling.parse({ policy: 'static', coldStart: 'existing-node' }) as AutoscalingFile;
  const policy = { code: BY_HAND.name };
  const spec = autoscalingSpec(completeAutoscaling({ ...file, policy }, replicas, weightBytes));
  const signals = { ...spec.signals, scrapeSeconds: Infinity };
  return { ...spec, parameters: null, minReplicas: 0, signals, ...spot?.replacement };
}

/** What the controller of a pool needs to go on with another policy, which has been loaded. */
export function policyChange(
  scenario: Scenario,
  pool: number,
  { policy: name, parameters }: { policy: string; parameters: unknown },
): { change: PolicyChange; latency: boolean; queuedPrefillTokens: boolean } {
  const policy = scalingPolicyOf(name);
  const needs = policy.needs?.(parameters) ?? [];
  const foresight = needs.includes('foresight') ? foresightOf(scenario, pool) : undefined;
  return {
    change: { policy, parameters, foresight },
    latency: needs.includes('latency'),
    queuedPrefillTokens: needs.includes('queuedPrefillTokens'),
  };
}

function policyOf({ policy, own }: AutoscalingSpec): ScalingPolicy {
  assert(own === undefined, `policy ${policy} is not in the registry: load it before the run`);
  return scalingPolicyOf(policy);
}

function poolFacts({ economics, pools }: Scenario, pool: number): PoolFacts {
  const { name, perf, batching, limits, ownership, node, autoscaling: scaling } = pools[pool];
  const { kvTokens } = createPerfModel(perf, '');
  const gpus = gpusPerReplica(perf);
  const ageHours = economics.capital.ageYears * HOURS_PER_YEAR;
  const ownedUsdPerGpuHour = capitalUsdPerNodeHour(economics, ageHours) / nodeOf(node).gpus;
  const shape = batchingShape(batching);
  return {
    name,
    minReplicas: scaling!.minReplicas,
    maxReplicas: scaling!.maxReplicas,
    gpusPerReplica: gpus,
    costUsdPerReplicaHour: gpus * (ownership === 'owned' ? ownedUsdPerGpuHour : economics.rent.usdPerGpuHour),
    kvTokens: Number.isFinite(kvTokens) ? kvTokens : null,
    maxBatchedTokens: 'maxBatchedTokens' in batching ? batching.maxBatchedTokens : limits.maxModelLength,
    maxSequences: shape.maxSequences,
    maxModelLength: limits.maxModelLength,
    coldStartSeconds: meanColdStartSeconds(scaling!.coldStart),
    replicaCapacityPerSecond: scaling!.replicaCapacityPerSecond ?? null,
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

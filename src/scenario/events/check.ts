// Which events a scenario allows, and why others not: the same for those of a file and those that somebody orders.
import { findScalingPolicy, SCALING_POLICY_NAMES } from '../../policies/scaling/registry.ts';
import { problemsOf, type Problem } from '../load/problems.ts';
import type { PoolSpec, Scenario } from '../scenario.ts';
import type { RunEvent } from './event.ts';

/** What may be ordered, for menus. */
export interface EventChoices {
  bursts: boolean;
  pools: PoolChoices[];
}

export interface PoolChoices {
  pool: number;
  name: string;
  replicasMin: number;
  replicasMax: number;
  /** Those whose defaults will do; empty where the pool does not scale. */
  policies: string[];
}

/** All policies have been loaded. */
export function eventChoices(scenario: Scenario): EventChoices {
  return {
    bursts: scenario.workload.kind === 'synthetic',
    pools: scenario.pools.map((spec, pool) => ({
      pool,
      name: spec.name,
      replicasMin: replicasMin(spec),
      replicasMax: replicasMax(spec),
      policies:
        spec.autoscaling === undefined
          ? []
          : SCALING_POLICY_NAMES.filter((name) => policyProblems(spec, name, {}).length === 0),
    })),
  };
}

/** Paths are those of the event in a file. Its policy, if it has one, has been loaded. */
export function eventProblems(event: RunEvent, { workload, pools, durationSeconds }: Scenario): Problem[] {
  if (event.kind === 'burst') {
    if (workload.kind === 'trace')
      return [
        {
          path: ['kind'],
          message: 'needs arrivals by a rate, but this workload replays a trace; leave it out',
        },
      ];
    if (event.atSeconds < durationSeconds) return [];
    return [
      { path: ['at'], message: `is when arrivals have ended (${durationSeconds} s); let it begin earlier` },
    ];
  }
  const spec = pools[event.pool];
  if (event.kind === 'policy') return policyProblems(spec, event.policy, event.parameters);
  const { replicas } = event;
  if (replicas > replicasMax(spec)) {
    const remedy = spec.autoscaling ? 'raise autoscaling.max' : 'give the scenario more';
    return [
      {
        path: ['replicas'],
        message: `is more than the ${replicasMax(spec)} that pool ${spec.name} has; ${remedy}`,
      },
    ];
  }
  if (replicas < replicasMin(spec)) {
    const message = `leaves some of the ${spec.cells} cells of pool ${spec.name} without a replica; raise it to ${spec.cells}`;
    return [{ path: ['replicas'], message }];
  }
  return [];
}

function replicasMax({ autoscaling, replicas }: PoolSpec): number {
  return autoscaling?.maxReplicas ?? replicas;
}

/** A cell cannot pass its requests on to another. */
function replicasMin({ cells }: PoolSpec): number {
  return cells > 1 ? cells : 0;
}

function policyProblems({ autoscaling, name }: PoolSpec, policy: string, parameters: unknown): Problem[] {
  if (autoscaling === undefined)
    return [
      {
        path: ['policy'],
        message: `has nothing to decide: pool ${name} does not scale; give it autoscaling`,
      },
    ];
  const found = findScalingPolicy(policy)!;
  const parsed = found.parameters.safeParse(parameters);
  if (!parsed.success) return problemsOf(parsed.error.issues, ['parameters']);
  const needs = found.needs?.(parsed.data) ?? [];
  const isTold = autoscaling.replicaCapacityPerSecond !== undefined;
  if (!isTold && (needs.includes('replicaCapacity') || needs.includes('foresight'))) {
    const message =
      'needs to know what a replica holds, which this scenario does not say; give autoscaling.replicaCapacity';
    return [{ path: ['policy'], message }];
  }
  const interval = found.intervalSeconds(parsed.data);
  if (Number.isInteger(interval) && interval >= 1) return [];
  return [{ path: ['parameters'], message: `lead to a decision every ${interval} s; choose whole seconds` }];
}

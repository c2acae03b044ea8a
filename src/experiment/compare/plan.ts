// What is to be run for a comparison: every policy with every seed, on the whole fleet or a part of it, and what the
// policies are measured against.
import { UserError } from '../../kernel/user-error.ts';
import { scalingPolicyOf } from '../../policies/scaling/registry.ts';
import type { LoadedScenario, Scenario } from '../../scenario/scenario.ts';
import { expectedRequests } from '../../workload/create.ts';
import { replicaCapacityPerSecond, withReplicaCapacities } from '../capacity.ts';
import { needAt } from '../need.ts';
import { suitablePart } from './sample.ts';
import { loadBase, loadVariants, type Base } from './scenarios.ts';
import type { Variant } from './variants.ts';

export interface PlanOptions {
  filePath: string;
  overrides: readonly string[];
  variants: readonly Variant[];
  seeds: number;
  /** One part in so many; undefined: what suits the expected requests. */
  part: number | undefined;
}

/** One run: a policy with a seed. */
export interface PlannedRun {
  variant: number;
  seed: number;
  loaded: LoadedScenario;
}

export interface Plan {
  base: Base;
  variants: readonly Variant[];
  seeds: number[];
  part: number;
  /** Seed after seed, so that one that is interrupted has compared all policies as far as it came. */
  runs: PlannedRun[];
  /** Requests per second of one replica, by pool; undefined for a pool that does not scale. */
  capacities: (number | undefined)[];
  /** Replicas needed at a time; undefined where no capacity can be found, for that reason. */
  need: ((atSeconds: number) => number) | undefined;
  whyNoNeed: readonly string[];
}

/** UserError with everything that is wrong with the scenario or a policy. */
export function planComparison({ filePath, overrides, variants, ...options }: PlanOptions): Plan {
  const base = loadBase(filePath, overrides);
  const { scenario } = base.loaded;
  const part = options.part ?? suitablePart(requestsOf(scenario), replicasOf(scenario));
  if (part > 1 && requestsOf(scenario) === undefined)
    throw new UserError(
      '--sample: a part of a trace would be other requests; leave it out, or give --sample 1',
    );
  const seeds = Array.from({ length: options.seeds }, (_, i) => scenario.seed + i);
  const runs = seeds.flatMap((seed) =>
    loadVariants(base, variants, { seed, part }).map((loaded, variant) => {
      return { variant, seed, loaded: withReplicaCapacities(loaded) };
    }),
  );
  return { base, variants, seeds, part, runs, ...needOf(scenario, runs[0].loaded.scenario) };
}

export function requestsOf({ workload, startEpochMs, durationSeconds }: Scenario): number | undefined {
  return expectedRequests({ spec: workload, startEpochMs, durationSeconds });
}

function replicasOf({ pools }: Scenario): number[] {
  return pools.map(({ replicas }) => replicas);
}

/** The same for all policies, whatever one of them is told. `compared`: with the policy of one of them. */
function needOf({ pools }: Scenario, compared: Scenario): Pick<Plan, 'capacities' | 'need' | 'whyNoNeed'> {
  try {
    const capacities = compared.pools.map(({ autoscaling }, pool) =>
      autoscaling === undefined
        ? undefined
        : (pools[pool].autoscaling?.replicaCapacityPerSecond ?? replicaCapacityPerSecond(compared, pool)),
    );
    return { capacities, need: needAt(compared, capacities), whyNoNeed: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { capacities: pools.map(() => undefined), need: undefined, whyNoNeed: error.problems };
  }
}

/** Policies that know the arrivals to come are no candidates, but what candidates are measured against. */
export function isBound({ pools }: Scenario): boolean {
  return pools.some(({ autoscaling }) => {
    if (autoscaling === undefined || autoscaling.own !== undefined) return false;
    return scalingPolicyOf(autoscaling.policy).needs?.(autoscaling.parameters).includes('foresight') ?? false;
  });
}

// The rate that one replica holds: the highest constant arrival rate at which 99 % of the requests that it can serve at
// all stay within the SLO, for the scenario's mix of lengths. Found by bisection: short simulations of one replica of
// the pool, all from the same unit-rate Poisson stream, so that the arrivals of two rates differ in nothing but their
// scale. What need(t) and the policies that are told it are built on. Left out: that many replicas behind one router
// hold a little more each, changes of the lengths during the day, and requests longer than the model serves.
import { planCells } from '../fleet/cell-plan.ts';
import { Window } from '../fleet/window-fields.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import { UserError } from '../kernel/user-error.ts';
import { scalingPolicyOf } from '../policies/scaling/registry.ts';
import type { OwnPolicies } from '../run/policies/own-policies.ts';
import { buildCells } from '../scenario/build.ts';
import type { LoadedScenario, PoolSpec, Scenario } from '../scenario/scenario.ts';
import type { TokensSpec } from '../workload/spec.ts';

/** Of the requests, within every threshold. Where it holds, p99 of each latency is within its threshold. */
export const ATTAINMENT_LEAST = 0.99;

/** Enough for the share of misses to be known to about a tenth of it; the rest is before, to fill the replica. */
const REQUESTS = 20_000;
const WARM_UP_SHARE = 0.1;
/** To find the rate within a factor of two. */
const REQUESTS_COARSE = 2_000;
const RATIO = 1.01;
const RATE_LEAST = 1e-3;
const RATE_MOST = 1e6;
/** So long times are exact in ticks without moving their origin. */
const SECONDS_MAX = 1.5e6;
/** Of every search: what one replica holds does not depend on the scenario's seed. */
const SEED = 1;

const found = new Map<string, number>();

/** Requests per second. UserError where no rate holds the SLO. */
export function replicaCapacityPerSecond(scenario: Scenario, pool: number): number {
  const { name, perf, batching, limits } = scenario.pools[pool];
  const tokens = tokensOf(scenario);
  const key = JSON.stringify([perf, batching, limits, tokens, scenario.slo]);
  let rate = found.get(key);
  if (rate === undefined) {
    const isPromised = Object.values(scenario.slo).some((threshold) => threshold !== undefined);
    if (!isPromised)
      throw new UserError(
        `slo: without a threshold any rate will do; give one, or autoscaling.replicaCapacity`,
      );
    const one = alone(scenario, pool, tokens);
    rate = search((atRate, requests) => holds(one, atRate, requests));
    if (rate === 0) {
      throw new UserError(
        `slo: one replica of pool ${name} does not keep it for ${100 * ATTAINMENT_LEAST} % of its requests, even if ` +
          'they come one by one; loosen it, or give autoscaling.replicaCapacity',
      );
    }
    found.set(key, rate);
  }
  return rate;
}

/** The same scenario with what its policies need to know of their replicas; of those of the user's own, the ones given. */
export function withReplicaCapacities(
  loaded: LoadedScenario,
  ownPolicies: OwnPolicies = new Map(),
): LoadedScenario {
  const { scenario } = loaded;
  const pools = scenario.pools.map((pool, i): PoolSpec => {
    const { autoscaling } = pool;
    if (autoscaling === undefined) return pool;
    const policy = autoscaling.own === undefined ? scalingPolicyOf(autoscaling.policy) : ownPolicies.get(i);
    const needs = policy?.needs?.(autoscaling.parameters) ?? [];
    if (!needs.includes('replicaCapacity') && !needs.includes('foresight')) return pool;
    const { replicaCapacityPerSecond: said = replicaCapacityPerSecond(scenario, i) } = autoscaling;
    return { ...pool, autoscaling: { ...autoscaling, replicaCapacityPerSecond: said } };
  });
  return { ...loaded, scenario: { ...scenario, pools } };
}

/** The lengths of a trace are drawn from its rows. */
function tokensOf({ workload }: Scenario): TokensSpec {
  if (workload.kind === 'trace') return { kind: 'resample', path: workload.trace.path };
  const { tokens } = workload;
  return tokens.kind === 'resample' ? tokens : { ...tokens, changes: undefined };
}

/** One replica of the pool, and requests whose rate is still open. */
interface Alone {
  scenario: Scenario;
  tokens: TokensSpec;
}

function alone(scenario: Scenario, pool: number, tokens: TokensSpec): Alone {
  const { autoscaling: _, ...spec } = scenario.pools[pool];
  const pools = [{ ...spec, replicas: 1, cells: 1, share: 1 }];
  return { scenario: { ...scenario, seed: SEED, pools }, tokens };
}

/** The highest rate that does, to a hundredth; 0 if none does. Larger rates are taken to do no better. */
function search(does: (rate: number, requests: number) => boolean): number {
  let low = 1;
  while (low < RATE_MOST && does(low, REQUESTS_COARSE)) low *= 2;
  while (low >= RATE_LEAST && !does(low, REQUESTS)) low /= 2;
  if (low < RATE_LEAST) return 0;
  let high = low * 2;
  while (high < RATE_MOST && does(high, REQUESTS)) [low, high] = [high, high * 2];
  while (high / low > RATIO) {
    const middle = Math.sqrt(low * high);
    if (does(middle, REQUESTS)) low = middle;
    else high = middle;
  }
  return Math.min(low, RATE_MOST);
}

/** Windows of arrival: before, and in which requests count; what comes after only serves what is left. */
const WARM_UP = 0;
const MEASURED = 1;

/** Whether the one replica holds the SLO at that rate. */
function holds({ scenario, tokens }: Alone, rate: number, requests: number): boolean {
  const durationSeconds = Math.min(requests / rate, SECONDS_MAX);
  const arrivals = { kind: 'constant', requestsPerSecond: rate } as const;
  const { cells, attainment } = buildCells(
    { ...scenario, durationSeconds, workload: { kind: 'synthetic', arrivals, tokens } },
    planCells(scenario.pools),
  );
  const [cell] = cells;
  let good = 0;
  const advance = (window: number, toSeconds: number) => {
    attainment.enter(window, secondsToTicks(toSeconds));
    const counts = cell.advanceTo(secondsToTicks(toSeconds));
    const delta = attainment.take();
    good += delta.counts[MEASURED - delta.firstWindow] ?? 0;
    return counts;
  };
  advance(WARM_UP, WARM_UP_SHARE * durationSeconds);
  const counts = advance(MEASURED, durationSeconds);
  for (let after = 1; cell.inSystem > 0; after++)
    advance(MEASURED + after, durationSeconds * (1 + after / 10));
  const servable = counts[Window.arrived] - counts[Window.rejectedTooLong] - counts[Window.rejectedExceedsKv];
  return servable > 0 && good >= ATTAINMENT_LEAST * servable;
}

// need(t) = ceil(load(t) / c): replicas that the load of a moment needs, where one holds c requests per second. What
// all policies are measured against. Left out: that a queue may bridge a short peak, and that replicas take time to come.
import { needOf } from '../policies/scaling/bounds/need.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { arrivalRate } from '../workload/arrival-rate.ts';

/**
 * Of all pools together at those times. `capacities`: requests per second of one replica, by pool; a pool that does not
 * scale needs what it has.
 */
export function needAt(
  scenario: Scenario,
  capacities: readonly (number | undefined)[],
): (atSeconds: number) => number {
  const { workload: spec, startEpochMs, durationSeconds, pools } = scenario;
  const rate = arrivalRate({ spec, startEpochMs, durationSeconds });
  return (atSeconds) => {
    const load = rate(atSeconds);
    return pools.reduce((need, { share, replicas }, i) => {
      const capacity = capacities[i];
      return need + (capacity === undefined ? replicas : needOf(load * share, capacity));
    }, 0);
  };
}

// What was found of a replica before a run, in words.
import { ATTAINMENT_LEAST } from '../../experiment/capacity.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { percent, quantity } from '../format.ts';

export function capacityText(pool: string, requestsPerSecond: number, how = 'found by simulation'): string {
  const share = percent(ATTAINMENT_LEAST);
  return `One replica of ${pool} holds ${quantity(requestsPerSecond)} requests/s within the SLO for ${share} of them (${how}).`;
}

/** A line for every pool of which `after` knows what `before` did not say. */
export function foundCapacities(before: Scenario, after: Scenario): string[] {
  return after.pools.flatMap(({ name, autoscaling }, i) => {
    const capacity = autoscaling?.replicaCapacityPerSecond;
    const isNews = before.pools[i].autoscaling?.replicaCapacityPerSecond === undefined;
    return capacity !== undefined && isNews ? [capacityText(name, capacity)] : [];
  });
}

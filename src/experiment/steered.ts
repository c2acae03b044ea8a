// Whether prices, or carbon, had a say in what a run did. Then other prices would have made another run, and its ledger
// cannot be priced again: it has to be simulated. When spot nodes are taken back is drawn, and has nothing to do with
// their price.
import type { Scenario } from '../scenario/scenario.ts';

/** Scaling policies that look at what a replica costs (`costUsdPerReplicaHour`). */
export const POLICIES_THAT_READ_PRICES: readonly string[] = ['wva-v1', 'wva-v2', 'blis-saturation'];

/** Why, in a clause; undefined where prices steered nothing. */
export function steeredBy({ pools }: Scenario): string | undefined {
  for (const { name, autoscaling } of pools) {
    if (autoscaling === undefined) continue;
    if (autoscaling.own !== undefined)
      return `the policy of pool ${name} is one of your own, and is shown prices`;
    if (POLICIES_THAT_READ_PRICES.includes(autoscaling.policy))
      return `the policy ${autoscaling.policy} of pool ${name} looks at prices`;
  }
  return undefined;
}

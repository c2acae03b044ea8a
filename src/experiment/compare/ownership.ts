// The same run for a fleet that is owned and for one that is rented. Autoscaling an owned fleet saves electricity only:
// its capital is paid for whether a node is on or off.
import { nodeOf } from '../../catalog/nodes.ts';
import { breakEven, repriced, type BreakEven, type Cost } from '../../economics/ownership.ts';
import { sumRows } from '../../economics/ledger.ts';
import type { RunResult } from '../../run/result.ts';
import { nodesOfPool } from '../../scenario/build.ts';
import type { Scenario } from '../../scenario/scenario.ts';

export interface OwnershipCosts {
  owned: Cost;
  rented: Cost;
  /** Part of its hours that a node was on, mean over all that there may be. */
  utilisation: number;
  breakEven: BreakEven;
}

/** Undefined where the pools' nodes differ in their GPUs: the ledger does not tell them apart. */
export function ownershipCosts(
  { ledger, simulatedSeconds }: RunResult,
  { pools, economics: spec }: Scenario,
): OwnershipCosts | undefined {
  const [gpusPerNode, ...others] = new Set(pools.map(({ node }) => nodeOf(node).gpus));
  if (others.length > 0) return undefined;
  const nodes = pools.reduce((sum, pool) => sum + nodesOfPool(pool).nodes, 0);
  const fleet = { nodes, gpusPerNode };
  const { nodeHours } = sumRows(ledger);
  const owned = repriced(ledger, { ownership: 'owned', fleet, spec });
  return {
    owned,
    rented: repriced(ledger, { ownership: 'rented', fleet, spec }),
    utilisation: nodeHours / (nodes * (simulatedSeconds / 3600)),
    breakEven: breakEven(spec, {
      gpusPerNode,
      electricityUsdPerNodeHour: nodeHours === 0 ? 0 : owned.electricityUsd / nodeHours,
    }),
  };
}

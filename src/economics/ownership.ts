// What the same day would have cost had its nodes been owned, or rented: read off the ledger, without simulating again,
// since energy and node-hours do not depend on who owns the nodes. And from which use on owning is cheaper. Left out:
// minimum rent, reserved prices, and policies that look at prices (they would have acted otherwise).
import assert from 'node:assert/strict';
import { amortizationUsdPerNodeHour } from './amortization.ts';
import { sumRows } from './ledger.ts';
import type { EconomicsSpec, LedgerRow } from './spec.ts';

export type Ownership = 'owned' | 'rented';

export interface Fleet {
  /** All that there may be: owned ones are paid for whether they are on or not. */
  nodes: number;
  gpusPerNode: number;
}

export interface Cost {
  electricityUsd: number;
  amortizationUsd: number;
  rentUsd: number;
  totalUsd: number;
}

/** As if all nodes were owned, or all rented; every node has as many GPUs. */
export function repriced(
  ledger: readonly LedgerRow[],
  { ownership, fleet, spec }: { ownership: Ownership; fleet: Fleet; spec: EconomicsSpec },
): Cost {
  if (ownership === 'rented') {
    const rentUsd = sumRows(ledger).nodeHours * fleet.gpusPerNode * spec.rentUsdPerGpuHour;
    return { electricityUsd: 0, amortizationUsd: 0, rentUsd, totalUsd: rentUsd };
  }
  const hours =
    ledger.reduce((sum, { startSeconds, endSeconds }) => sum + (endSeconds - startSeconds), 0) / 3600;
  // A row's price is the mean over its energy.
  const electricityUsd = ledger.reduce((sum, row) => sum + row.facilityKwh * row.usdPerKwh, 0);
  const amortizationUsd = fleet.nodes * hours * amortizationUsdPerNodeHour(spec);
  return { electricityUsd, amortizationUsd, rentUsd: 0, totalUsd: electricityUsd + amortizationUsd };
}

export interface BreakEven {
  /** Per hour of a node's life, and of its being on. */
  amortizationUsdPerNodeHour: number;
  electricityUsdPerNodeHour: number;
  rentUsdPerNodeHour: number;
  /** Part of its life that a node must be on for owning to cost as much as renting it then; above 1: never. */
  utilisation: number;
}

/** u·(rent − electricity) = amortization. `electricityUsdPerNodeHour`: of a node that is on, cooling included. */
export function breakEven(
  spec: EconomicsSpec,
  { gpusPerNode, electricityUsdPerNodeHour }: { gpusPerNode: number; electricityUsdPerNodeHour: number },
): BreakEven {
  const amortization = amortizationUsdPerNodeHour(spec);
  const rentUsdPerNodeHour = gpusPerNode * spec.rentUsdPerGpuHour;
  assert(electricityUsdPerNodeHour >= 0, `electricity costs ${electricityUsdPerNodeHour} $/h`);
  const saved = rentUsdPerNodeHour - electricityUsdPerNodeHour;
  return {
    amortizationUsdPerNodeHour: amortization,
    electricityUsdPerNodeHour,
    rentUsdPerNodeHour,
    utilisation: saved > 0 ? amortization / saved : Infinity,
  };
}

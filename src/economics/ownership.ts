// What the same day would have cost had its nodes been owned, or rented: read off the ledger, without simulating again,
// since energy and node-hours do not depend on who owns the nodes. And from which use on owning is cheaper. What is paid
// either way (storage, transfer, staff, licences) is left out, as are demand charges and policies that look at prices
// (they would have acted otherwise). Reserved nodes are taken hour by hour.
import assert from 'node:assert/strict';
import { capitalUsdOfNode, capitalUsdPerNodeHour, HOURS_PER_YEAR } from './prices/capital.ts';
import { rentUsd } from './prices/rent.ts';
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
  maintenanceUsd: number;
  rentUsd: number;
  totalUsd: number;
}

type Question = { fleet: Fleet; spec: EconomicsSpec };

/** As if all nodes were owned, or all rented; every node has as many GPUs. */
export function repriced(
  ledger: readonly LedgerRow[],
  { ownership, fleet, spec }: Question & { ownership: Ownership },
): Cost {
  return ownership === 'rented'
    ? repricedRented(ledger, { fleet, spec })
    : repricedOwned(ledger, { fleet, spec });
}

function repricedRented(ledger: readonly LedgerRow[], { fleet, spec }: Question): Cost {
  const total = ledger.reduce((sum, row) => {
    const { rentUsd: usd } = rentUsd({
      rent: spec.rent,
      gpusPerNode: fleet.gpusPerNode,
      nodeHoursOn: row.billedNodeHours,
      spotNodeHours: row.spotNodeHours,
      hours: (row.endSeconds - row.startSeconds) / 3600,
      epochMs: Date.parse(row.startUtc),
    });
    return sum + usd;
  }, 0);
  return { electricityUsd: 0, amortizationUsd: 0, maintenanceUsd: 0, rentUsd: total, totalUsd: total };
}

function repricedOwned(ledger: readonly LedgerRow[], { fleet, spec }: Question): Cost {
  const hours =
    ledger.reduce((sum, { startSeconds, endSeconds }) => sum + (endSeconds - startSeconds), 0) / 3600;
  // A row's price is the mean over its energy.
  const electricityUsd = ledger.reduce((sum, row) => sum + row.facilityKwh * row.usdPerKwh, 0);
  const ageHours = spec.capital.ageYears * HOURS_PER_YEAR;
  const amortizationUsd = fleet.nodes * capitalUsdOfNode(spec, ageHours, ageHours + hours);
  const maintenanceUsd = fleet.nodes * hours * maintenanceUsdPerNodeHour(spec);
  const totalUsd = electricityUsd + amortizationUsd + maintenanceUsd;
  return { electricityUsd, amortizationUsd, maintenanceUsd, rentUsd: 0, totalUsd };
}

function maintenanceUsdPerNodeHour({ recurring, nodePriceUsd }: EconomicsSpec): number {
  return (recurring.maintenanceShare * nodePriceUsd) / HOURS_PER_YEAR;
}

export interface BreakEven {
  /** Per hour of a node's life, at its age, and of its being on. */
  amortizationUsdPerNodeHour: number;
  maintenanceUsdPerNodeHour: number;
  electricityUsdPerNodeHour: number;
  rentUsdPerNodeHour: number;
  /** Part of its life that a node must be on for owning to cost as much as renting it then; above 1: never. */
  utilisation: number;
}

/**
 * u·(rent on demand − electricity) = amortization + maintenance. `electricityUsdPerNodeHour`: of a node that is on,
 * cooling included.
 */
export function breakEven(
  spec: EconomicsSpec,
  { gpusPerNode, electricityUsdPerNodeHour }: { gpusPerNode: number; electricityUsdPerNodeHour: number },
): BreakEven {
  const amortization = capitalUsdPerNodeHour(spec, spec.capital.ageYears * HOURS_PER_YEAR);
  const maintenance = maintenanceUsdPerNodeHour(spec);
  const rentUsdPerNodeHour = gpusPerNode * spec.rent.usdPerGpuHour;
  assert(Number.isFinite(electricityUsdPerNodeHour), `electricity costs ${electricityUsdPerNodeHour} $/h`);
  const saved = rentUsdPerNodeHour - electricityUsdPerNodeHour;
  return {
    amortizationUsdPerNodeHour: amortization,
    maintenanceUsdPerNodeHour: maintenance,
    electricityUsdPerNodeHour,
    rentUsdPerNodeHour,
    utilisation: saved > 0 ? (amortization + maintenance) / saved : Infinity,
  };
}

// One window of one pool, priced: what its energy, nodes and tokens come to in dollars and grams. Owned nodes pay
// electricity (IT energy x PUE x price of the moment), capital and maintenance; rented ones pay rent, which contains all
// three, and only report their energy and carbon. Prices do not change within a window (see calendar.ts).
import { embodiedGrams, gramsOf } from './carbon.ts';
import { capitalUsdPerNodeHour } from './prices/capital.ts';
import { recurringUsd } from './prices/recurring.ts';
import { rentUsd } from './prices/rent.ts';
import { POOL_WINDOW_KEYS } from './rows.ts';
import type { CarbonParts, CostParts, EconomicsSpec, PoolWindow, RentSpec } from './spec.ts';

export interface LedgerPool {
  ownership: 'owned' | 'rented';
  nodes: number;
  /** All GPUs of these nodes: whole nodes are rented. */
  gpus: number;
}

export interface PricedPool extends LedgerPool {
  /** Part of what is paid for the fleet as a whole: that of its GPUs. */
  share: number;
  /** Rent with the reserved nodes that are this pool's. */
  rent: RentSpec;
}

/** What holds during a window for all pools. */
export interface Moment {
  hours: number;
  epochMs: number;
  /** Of the nodes. */
  ageHours: number;
  usdPerKwh: number;
  pue: number;
}

/** What a window adds to a row beside what the pool did in it. */
export interface Priced extends CostParts, CarbonParts {
  facilityKwh: number;
  idleKwh: number;
  reservedUsd: number;
  spotUsd: number;
  paidGpuSeconds: number;
}

/** Reserved nodes fill the rented pools in their order; those beyond all nodes are the last one's, and idle. */
export function pricedPools(pools: readonly LedgerPool[], rent: RentSpec): PricedPool[] {
  const gpus = pools.reduce((sum, pool) => sum + pool.gpus, 0);
  const last = pools.findLastIndex(({ ownership }) => ownership === 'rented');
  let left = rent.reserved?.nodes ?? 0;
  return pools.map((pool, i) => {
    const share = pool.gpus / gpus;
    if (rent.reserved === undefined || pool.ownership === 'owned') {
      return { ...pool, share, rent: { ...rent, reserved: undefined } };
    }
    const nodes = i === last ? left : Math.min(left, pool.nodes);
    left -= nodes;
    return { ...pool, share, rent: { ...rent, reserved: { ...rent.reserved, nodes } } };
  });
}

/** Called for every window and pool: objects are written out, since to spread them takes several times as long. */
export function pricedWindow(
  spec: EconomicsSpec,
  pool: PricedPool,
  window: PoolWindow,
  moment: Moment,
): Priced {
  const { hours, epochMs, pue, usdPerKwh, ageHours } = moment;
  const { ownership, nodes, share } = pool;
  const isOwned = ownership === 'owned';
  const facilityKwh = window.itKwh * pue;
  const rent = isOwned ? NO_RENT : rentOf(pool, window, moment);
  const recurring = recurringUsd(spec, { ownedNodes: isOwned ? nodes : 0, hours, share, served: window });
  const operational = gramsOf(spec.carbon, facilityKwh, epochMs);
  const embodied = { ownership, nodes, hours, nodeHoursOn: window.nodeHours };
  return {
    facilityKwh,
    idleKwh: window.stepFreeItKwh * pue,
    electricityUsd: isOwned ? facilityKwh * usdPerKwh : 0,
    // Bought, and paid for, whether it is on or off.
    amortizationUsd: isOwned ? nodes * hours * capitalUsdPerNodeHour(spec, ageHours) : 0,
    rentUsd: rent.rentUsd,
    reservedUsd: rent.reservedUsd,
    spotUsd: rent.spotUsd,
    maintenanceUsd: recurring.maintenanceUsd,
    storageUsd: recurring.storageUsd,
    transferUsd: recurring.transferUsd,
    staffUsd: recurring.staffUsd,
    licencesUsd: recurring.licencesUsd,
    locationGrams: operational.locationGrams,
    marketGrams: operational.marketGrams,
    embodiedGrams: embodiedGrams(spec.carbon, embodied),
    paidGpuSeconds: paidGpuSeconds(pool, window, hours),
  };
}

const NO_RENT = { rentUsd: 0, reservedUsd: 0, spotUsd: 0 };

function rentOf({ nodes, gpus, rent }: PricedPool, window: PoolWindow, { hours, epochMs }: Moment) {
  const { billedNodeHours: nodeHoursOn, spotNodeHours } = window;
  return rentUsd({ rent, gpusPerNode: gpus / nodes, nodeHoursOn, spotNodeHours, hours, epochMs });
}

function paidGpuSeconds(pool: PricedPool, window: PoolWindow, hours: number): number {
  const { ownership, nodes, gpus, rent } = pool;
  const { billedNodeHours, spotNodeHours, prefillGpuSeconds, decodeGpuSeconds } = window;
  if (ownership === 'owned') return gpus * hours * 3600;
  const reservedNodeHours = (rent.reserved?.nodes ?? 0) * hours;
  const paid = (gpus / nodes) * Math.max(billedNodeHours, reservedNodeHours + spotNodeHours) * 3600;
  // A pipeline's replica of several nodes counts as one of them while it scales.
  return Math.max(paid, prefillGpuSeconds + decodeGpuSeconds);
}

const ADDED = [
  'idleKwh',
  'electricityUsd',
  'amortizationUsd',
  'rentUsd',
  'reservedUsd',
  'spotUsd',
  'maintenanceUsd',
  'storageUsd',
  'transferUsd',
  'staffUsd',
  'licencesUsd',
  'embodiedGrams',
  'paidGpuSeconds',
] as const satisfies readonly (keyof Priced)[];

type Sums = PoolWindow &
  Record<(typeof ADDED)[number], number> &
  Pick<CarbonParts, 'locationGrams' | 'marketGrams'>;

/** All but facilityKwh, which goes with the mean price. */
export function addPriced(row: Sums, window: PoolWindow, priced: Priced): void {
  for (const key of POOL_WINDOW_KEYS) row[key] += window[key];
  for (const key of ADDED) row[key] += priced[key];
  if (priced.locationGrams === undefined || priced.marketGrams === undefined) return;
  row.locationGrams = (row.locationGrams ?? 0) + priced.locationGrams;
  row.marketGrams = (row.marketGrams ?? 0) + priced.marketGrams;
}

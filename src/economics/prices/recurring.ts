// What is paid by the month or the year, whatever is served: maintenance of owned nodes, storage, staff, licences; and
// transfer out of the data centre, by what is served. A month has 730 h, a year 8,760. Left out: taxes, insurance,
// ingress, transfer between zones.
import { HOURS_PER_YEAR } from './capital.ts';
import type { CostParts, EconomicsSpec, PoolWindow } from '../spec.ts';

export const HOURS_PER_MONTH = 730;

const BYTES_PER_GB = 1e9;

type RecurringParts = Pick<
  CostParts,
  'maintenanceUsd' | 'storageUsd' | 'transferUsd' | 'staffUsd' | 'licencesUsd'
>;

export interface RecurringQuestion {
  ownedNodes: number;
  hours: number;
  /** Part of what is paid for the fleet as a whole (storage, staff, licences) that is this pool's. */
  share: number;
  served: Pick<PoolWindow, 'requests' | 'outputTokens'>;
}

export function recurringUsd(
  { recurring, nodePriceUsd }: Pick<EconomicsSpec, 'recurring' | 'nodePriceUsd'>,
  { ownedNodes, hours, share, served }: RecurringQuestion,
): RecurringParts {
  const { maintenanceShare, storage, transfer, staffUsdPerMonth, licencesUsdPerMonth } = recurring;
  const months = (hours / HOURS_PER_MONTH) * share;
  const bytes =
    served.outputTokens * transfer.bytesPerOutputToken + served.requests * transfer.bytesPerRequest;
  return {
    maintenanceUsd: (maintenanceShare * nodePriceUsd * ownedNodes * hours) / HOURS_PER_YEAR,
    storageUsd: storage.terabytes * storage.usdPerTbMonth * months,
    transferUsd: (bytes / BYTES_PER_GB) * transfer.usdPerGb,
    staffUsd: staffUsdPerMonth * months,
    licencesUsd: licencesUsdPerMonth * months,
  };
}

// Capital spread evenly over a node's life: straight line per node-hour, serving, idle or off. Left out: the cost of
// capital (annuity), declining balance.
import type { EconomicsSpec } from './spec.ts';

/** 365 days: the year that rates per hour are quoted for. */
const HOURS_PER_YEAR = 8760;

export function amortizationUsdPerNodeHour(
  spec: Pick<EconomicsSpec, 'nodePriceUsd' | 'capexOverheadShare' | 'salvageUsd' | 'lifeYears'>,
): number {
  const basisUsd = spec.nodePriceUsd * (1 + spec.capexOverheadShare);
  return (basisUsd - spec.salvageUsd) / (spec.lifeYears * HOURS_PER_YEAR);
}

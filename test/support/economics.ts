// Economics of tests: what a scenario that says nothing gets (a DGX A100 of $199,000 over five years, 8 ct/kWh, PUE 1.2,
// $2.21 per GPU-hour), with changes; and windows of a pool of which a test cares about some values only.
import type { EconomicsSpec, PoolWindow } from '../../src/economics/spec.ts';

export function economics(changes: Partial<EconomicsSpec> = {}): EconomicsSpec {
  return {
    tariff: { kind: 'flat', usdPerKwh: 0.08 },
    pue: { kind: 'constant', pue: 1.2 },
    nodePriceUsd: 199_000,
    capital: {
      method: 'straight-line',
      lifeYears: 5,
      salvageUsd: 0,
      interestRate: 0,
      ageYears: 0,
      networkShare: 0,
      rackShare: 0,
      facilityShare: 0,
      overheadShare: 0,
    },
    rent: { usdPerGpuHour: 2.21, granularitySeconds: 1, minimumSeconds: 60 },
    recurring: {
      maintenanceShare: 0,
      storage: { terabytes: 0, usdPerTbMonth: 0 },
      transfer: { usdPerGb: 0, bytesPerOutputToken: 4, bytesPerRequest: 1000 },
      staffUsdPerMonth: 0,
      licencesUsdPerMonth: 0,
    },
    carbon: { unit: 'gCO2e', contractedShare: 0, embodiedKgPerNode: 2544, lifeYears: 5 },
    offWatts: 0,
    conversions: [],
    ...changes,
  };
}

/** All of `itKwh` that is not said to be anything else is drawn in steps. */
export function poolWindow(itKwh: number, changes: Partial<PoolWindow> = {}): PoolWindow {
  const nodeHours = changes.nodeHours ?? 0;
  const others = { idleItKwh: 0, loadingKwh: 0, drainingKwh: 0, offKwh: 0, ...changes };
  return {
    itKwh,
    servingKwh: itKwh - others.idleItKwh - others.loadingKwh - others.drainingKwh - others.offKwh,
    stepFreeItKwh: others.idleItKwh + others.loadingKwh + others.offKwh,
    billedNodeHours: nodeHours,
    spotNodeHours: 0,
    prefillGpuSeconds: 0,
    decodeGpuSeconds: 0,
    requests: 0,
    promptTokens: 0,
    outputTokens: 0,
    ...others,
    nodeHours,
  };
}

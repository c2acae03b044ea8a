// The same day in several regions: each with its own price of electricity, carbon intensity and PUE, all else as the
// scenario has it, the hours of the traffic too. Simulated once and priced for each; where prices steer the run, simulated
// in each. Left out: latency to the users, which a longer way to them adds to every request.
import { regionOf, regionUsdPerKwh, REGIONS, type Region } from '../../catalog/regions.ts';
import { findKey } from '../../catalog/lookup.ts';
import type { LedgerTotals, LedgerWindows } from '../../economics/ledger.ts';
import type { EconomicsSpec } from '../../economics/spec.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { pricedRun } from '../reprice.ts';

export interface RegionCosts {
  /** undefined: as the scenario has it. */
  region: string | undefined;
  title: string;
  totals: LedgerTotals;
  demandChargeUsd: number | undefined;
  /** Means over the energy; intensity undefined where it is not known. */
  usdPerKwh: number;
  gramsPerKwh: number | undefined;
  pue: number;
  unit: EconomicsSpec['carbon']['unit'];
}

/** `oregon,gansu` → names of the catalog; UserError with everything that is wrong. */
export function parseRegions(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  const problems: string[] = [];
  const keys = names.flatMap((name) => {
    const key = findKey(REGIONS, name);
    if (key === undefined)
      problems.push(`--regions: unknown region "${name}"; known: ${Object.keys(REGIONS).join(', ')}`);
    return key ?? [];
  });
  const repeated = keys.filter((key, i) => keys.indexOf(key) < i);
  for (const key of new Set(repeated)) problems.push(`--regions: ${key} is named twice; name it once`);
  if (problems.length > 0) throw new UserError(problems);
  return keys;
}

/** The scenario as it would be there: what the region says replaces what the scenario does. */
export function inRegion(scenario: Scenario, name: string): Scenario {
  return { ...scenario, economics: economicsIn(scenario.economics, name, regionOf(name)) };
}

function economicsIn(economics: EconomicsSpec, name: string, region: Region): EconomicsSpec {
  const { intensity, pue } = region;
  return {
    ...economics,
    region: name,
    tariff: { kind: 'flat', usdPerKwh: regionUsdPerKwh(region) },
    pue: pue ? { kind: 'constant', pue: pue.pue } : economics.pue,
    carbon: {
      ...economics.carbon,
      gramsPerKwh: intensity?.gramsPerKwh,
      unit: intensity?.unit ?? economics.carbon.unit,
    },
  };
}

/** `windows`: of the run in that place, or of any run where prices steered none. */
export function regionCosts(scenario: Scenario, windows: LedgerWindows, name?: string): RegionCosts {
  const placed = name === undefined ? scenario : inRegion(scenario, name);
  const { totals, rows, demandCharge } = pricedRun(placed, windows);
  const pricedUsd = rows.reduce((sum, row) => sum + row.facilityKwh * row.usdPerKwh, 0);
  return {
    region: name,
    title: name === undefined ? 'as in the scenario' : regionOf(name).title,
    totals,
    demandChargeUsd: demandCharge?.usd,
    usdPerKwh: pricedUsd / totals.facilityKwh,
    gramsPerKwh: totals.locationGrams === undefined ? undefined : totals.locationGrams / totals.facilityKwh,
    pue: totals.facilityKwh / totals.itKwh,
    unit: placed.economics.carbon.unit,
  };
}

// Where prices, PUE and intensities come from, in words: the region's publisher and year where its number is used, the
// catalog's default, the file (its name alone: results do not depend on where they are made), or the scenario.
import { basename } from 'node:path';
import { REGIONS, regionUsdPerKwh } from '../../catalog/regions.ts';
import { ECONOMICS_DEFAULTS } from '../../catalog/tariffs.ts';
import type { EconomicsSpec } from '../../economics/spec.ts';

export function priceSource({ tariff, region }: EconomicsSpec): string {
  if (tariff.kind === 'series') return basename(tariff.usdPerKwh.file);
  if (tariff.kind === 'time-of-use') return 'scenario';
  const known = region === undefined ? undefined : REGIONS[region];
  if (known && tariff.usdPerKwh === regionUsdPerKwh(known)) {
    return `${known.price.publisher}, ${known.price.year}`;
  }
  return tariff.usdPerKwh === ECONOMICS_DEFAULTS.usdPerKwh ? 'EIA, US industry, 2023 (default)' : 'scenario';
}

export function pueSource({ pue, region }: EconomicsSpec): string {
  if (pue.kind === 'curve') return 'scenario';
  const known = region === undefined ? undefined : REGIONS[region].pue;
  if (known && pue.pue === known.pue) return `${known.publisher}, ${known.year}`;
  return pue.pue === ECONOMICS_DEFAULTS.pue
    ? 'between AWS, 1.15, and survey mean, 1.56, 2024 (default)'
    : 'scenario';
}

/** Undefined where the intensity is not known. */
export function intensitySource({ carbon, region }: EconomicsSpec): string | undefined {
  const { gramsPerKwh } = carbon;
  if (gramsPerKwh === undefined) return undefined;
  if (typeof gramsPerKwh === 'object') return basename(gramsPerKwh.file);
  const known = region === undefined ? undefined : REGIONS[region].intensity;
  return known && gramsPerKwh === known.gramsPerKwh ? `${known.publisher}, ${known.year}` : 'scenario';
}

/** Empty where there are none. */
export function conversionsText({ conversions }: EconomicsSpec): string {
  return conversions
    .map(({ currency, usd, date }) => `1 ${currency} = ${Number(usd.toPrecision(6))} USD (${date})`)
    .join(', ');
}

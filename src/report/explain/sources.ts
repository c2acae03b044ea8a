// Publisher and year of what a scenario has from the catalog: the program's defaults and a region's numbers. A number
// that equals the catalog's is taken for it. What is the scenario's own has no source but its line there.
import { nodeOf } from '../../catalog/nodes.ts';
import { DOLLARS, regionOf } from '../../catalog/regions.ts';
import { ECONOMICS_DEFAULTS } from '../../catalog/tariffs.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { intensitySource, priceSource } from '../cost/sources.ts';

type Known = (scenario: Scenario) => string | false | undefined;

const KNOWN: Readonly<Record<string, Known>> = {
  'economics.electricity.price': ({ economics }) => convertedPrice(economics),
  'economics.carbon.intensity': ({ economics }) => published(intensitySource(economics)),
  'economics.pue': ({ economics }) => knownPue(economics),
  'economics.nodePrice': ({ economics, pools: [{ node }] }) =>
    economics.nodePriceUsd === nodeOf(node).priceUsd &&
    `catalog, ${node}: ${nodeOf(node).source.replace(/^.*price: /, '')}`,
  'economics.rent.price': ({ economics }) =>
    economics.rent.usdPerGpuHour === ECONOMICS_DEFAULTS.rentUsdPerGpuHour &&
    'the default: CoreWeave, list price of an A100-80GB on demand, read February 2024',
  'economics.carbon.embodied': ({ economics, pools: [{ node }] }) =>
    economics.carbon.embodiedKgPerNode === ECONOMICS_DEFAULTS.embodiedKgPerGpu * nodeOf(node).gpus &&
    `the default: Chien et al., HotCarbon 2023, 318 kg per A100 with its share of the host × ${nodeOf(node).gpus}`,
  'economics.transfer.bytesPerOutputToken': ({ economics: { recurring } }) =>
    recurring.transfer.bytesPerOutputToken === ECONOMICS_DEFAULTS.bytesPerOutputToken &&
    'the default: an assumption',
  'economics.transfer.bytesPerRequest': ({ economics: { recurring } }) =>
    recurring.transfer.bytesPerRequest === ECONOMICS_DEFAULTS.bytesPerRequest && 'the default: an assumption',
};

/** Of the value at that key of the scenario file. */
export function publishedSource(scenario: Scenario, key: string): string | undefined {
  return KNOWN[key]?.(scenario) || undefined;
}

function knownPue({ pue, region }: Scenario['economics']): string | false {
  if (pue.kind !== 'constant') return false;
  const known = region === undefined ? undefined : regionOf(region).pue;
  if (known && pue.pue === known.pue) return `${known.publisher}, ${known.year}: ${known.note}`;
  return (
    pue.pue === ECONOMICS_DEFAULTS.pue &&
    'the default: between AWS’s fleet, 1.15, and the Uptime Institute’s survey mean, 1.56, both 2024'
  );
}

/** A region's price in the currency of its source too. */
function convertedPrice(economics: Scenario['economics']): string | undefined {
  const source = published(priceSource(economics));
  if (source === undefined || economics.region === undefined) return source;
  const { price } = regionOf(economics.region);
  if (price.currency === 'USD') return source;
  const { usd, source: rate } = DOLLARS[price.currency];
  return `${source}: ${price.amountPerKwh} ${price.currency} at $${Number(usd.toPrecision(6))} (${rate})`;
}

function published(source: string | undefined): string | undefined {
  return source === 'scenario' ? undefined : source;
}

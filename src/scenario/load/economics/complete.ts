// What follows in `economics` from other keys: a region's numbers, the catalog's node, absolute paths of files. Filling
// is idempotent, as in resolve.ts.
import { resolve as absolute } from 'node:path';
import { nodeOf } from '../../../catalog/nodes.ts';
import { regionOf, regionUsdPerKwh, type Region } from '../../../catalog/regions.ts';
import { ECONOMICS_DEFAULTS } from '../../../catalog/tariffs.ts';
import { gpusPerReplica } from '../../../perf/spec.ts';
import type { ScenarioFile } from '../../schema.ts';
import { perfSpec, type CompletePool, type FileContext } from '../resolve.ts';
import type { Path } from '../source.ts';

type EconomicsFile = ScenarioFile['economics'];

export type CompleteEconomics = ReturnType<typeof completeEconomics>;

export function completeEconomics(file: ScenarioFile, pools: readonly CompletePool[], context: FileContext) {
  const { economics } = file;
  const name = economics.region ?? file.fleet.region;
  const region = name === undefined ? undefined : regionOf(name);
  const node = nodeOf(pools[0].node);
  return {
    ...economics,
    region: name,
    electricity: completeElectricity(file, region, context),
    pue: completePue(economics.pue ?? region?.pue?.pue ?? ECONOMICS_DEFAULTS.pue, pools, context),
    nodePrice: economics.nodePrice ?? node.priceUsd,
    rent: completeRent(economics.rent, context),
    carbon: {
      ...economics.carbon,
      intensity: withPath(
        economics.carbon.intensity ?? region?.intensity?.gramsPerKwh,
        ['carbon', 'intensity'],
        context,
      ),
      unit: economics.carbon.unit ?? region?.intensity?.unit ?? ('gCO2e' as const),
      contractedShare: economics.carbon.contractedShare ?? region?.contractedShare ?? 0,
      embodied: economics.carbon.embodied ?? ECONOMICS_DEFAULTS.embodiedKgPerGpu * node.gpus,
    },
  };
}

function completeElectricity(
  { economics: { electricity }, timeZone }: ScenarioFile,
  region: Region | undefined,
  context: FileContext,
) {
  if (electricity.kind === 'time-of-use') {
    return { ...electricity, timeZone: electricity.timeZone ?? region?.timeZone ?? timeZone };
  }
  if (electricity.kind === 'hourly') return withPath(electricity, ['electricity'], context);
  const price = electricity.price ?? (region ? regionUsdPerKwh(region) : ECONOMICS_DEFAULTS.usdPerKwh);
  return { ...electricity, price };
}

function completePue(
  pue: NonNullable<EconomicsFile['pue']>,
  pools: readonly CompletePool[],
  context: FileContext,
) {
  if (typeof pue === 'number') return pue;
  const { temperature } = pue;
  return {
    ...pue,
    ...(temperature && { temperature: withPath(temperature, ['pue', 'temperature'], context) }),
    fullLoad: pue.fullLoad ?? nameplateWatts(pools),
  };
}

function nameplateWatts(pools: readonly CompletePool[]): number {
  return pools.reduce((watts, pool) => {
    const node = nodeOf(pool.node);
    const nodes = Math.ceil((pool.replicas * gpusPerReplica(perfSpec(pool))) / node.gpus);
    return watts + nodes * node.nameplateWatts;
  }, 0);
}

function completeRent(rent: EconomicsFile['rent'], context: FileContext) {
  if (rent.spot === undefined) return rent;
  return {
    ...rent,
    spot: { ...rent.spot, price: withPath(rent.spot.price, ['rent', 'spot', 'price'], context) },
  };
}

/** With the file's path absolute, where `value` is a mapping that names one. */
function withPath<T>(value: T, keys: Path, { folderOf }: FileContext): T {
  if (typeof value !== 'object' || value === null || !('file' in value)) return value;
  const folder = folderOf(['economics', ...keys, 'file']);
  return { ...value, file: absolute(folder, String(value.file)) };
}

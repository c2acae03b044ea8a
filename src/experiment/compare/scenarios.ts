// One scenario for every policy that is compared: the same in everything but `autoscaling`. Cells are the same for all,
// because a cell's requests are drawn from streams of its own: only then do all policies see the same arrivals. Where
// nothing says how many there are, the fewest that suit all policies.
import { parse } from 'yaml';
import { loadScenario, writtenData } from '../../scenario/load.ts';
import type { Override } from '../../scenario/load/overrides.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { reduced } from './sample.ts';
import type { Variant } from './variants.ts';
import { withoutShorthand } from './variants.ts';

/** As much of a completed scenario file as is changed here. */
export interface ScenarioData {
  seed: number;
  workload: { arrivals?: Record<string, unknown> };
  fleet: { pools: PoolData[] };
}

export interface PoolData {
  replicas: number;
  cells: number | 'auto';
  share: number;
  autoscaling?: Record<string, unknown>;
}

export interface Base {
  filePath: string;
  overrides: readonly string[];
  loaded: LoadedScenario;
  /** Every default filled in; cells are 'auto' where the user leaves them open. */
  data: ScenarioData;
}

/** UserError with everything that is wrong with the scenario itself. */
export function loadBase(filePath: string, overrides: readonly string[]): Base {
  const loaded = loadScenario(filePath, overrides);
  const data = parse(loaded.resolvedYaml) as ScenarioData;
  const written = writtenData(filePath, overrides) as { fleet?: { pools?: { cells?: unknown }[] } };
  for (const [i, pool] of data.fleet.pools.entries()) {
    const { cells = 'auto' } = written.fleet?.pools?.[i] ?? {};
    if (cells === 'auto') pool.cells = 'auto';
  }
  return { filePath, overrides, loaded, data };
}

export interface Cut {
  seed: number;
  /** One part in so many of fleet and traffic; 1: all. */
  part: number;
}

/** By variant. UserError with everything that is wrong with any of them. */
export function loadVariants(base: Base, variants: readonly Variant[], cut: Cut): LoadedScenario[] {
  const first = variants.map((variant) => load(base, variant, cut));
  const cells = base.data.fleet.pools.map((_, pool) =>
    Math.min(...first.map(({ scenario }) => scenario.pools[pool].cells)),
  );
  const isSame = first.every(({ scenario }) => scenario.pools.every((pool, i) => pool.cells === cells[i]));
  return isSame ? first : variants.map((variant) => load(base, variant, { ...cut, cells }));
}

function load(
  base: Base,
  variant: Variant,
  { seed, part, cells }: Cut & { cells?: number[] },
): LoadedScenario {
  const { data } = base;
  const { pools, factor } = reduced(data.fleet.pools.map(scaledBy(data, variant)), part);
  const fixed = cells === undefined ? pools : pools.map((pool, i) => ({ ...pool, cells: cells[i] }));
  const also: Override[] = [{ path: ['fleet', 'pools'], value: fixed, written: variant.written }];
  for (const key of ['requestsPerSecond', 'requestsPerDay']) {
    const rate = data.workload.arrivals?.[key];
    if (part > 1 && typeof rate === 'number')
      also.push({ path: ['workload', 'arrivals', key], value: rate * factor, written: '--sample' });
  }
  return loadScenario(base.filePath, base.overrides, { seed, also });
}

/** The pools that scale take the variant's policy; where none does, all. */
function scaledBy(data: ScenarioData, { autoscaling: own }: Variant): (pool: PoolData) => PoolData {
  const noneScales = data.fleet.pools.every(({ autoscaling }) => autoscaling === undefined);
  return (pool) => {
    if (pool.autoscaling === undefined && !noneScales) return pool;
    const before = withoutShorthand(pool.autoscaling) ?? {};
    // Parameters are those of one policy.
    const { parameters, ...rest } = before;
    const isSame = own.policy === undefined || own.policy === before.policy;
    return {
      ...pool,
      autoscaling: { ...rest, ...(isSame && parameters !== undefined && { parameters }), ...own },
    };
  };
}

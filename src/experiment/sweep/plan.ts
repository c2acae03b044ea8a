// What a sweep simulates: its variants, each with its scenario complete, and the point of every variant and seed. All
// variants see the same arrivals of a seed (common random numbers). Requests are drawn cell by cell, so where variants
// would be cut into different numbers of cells by default, all get the fewest. A variant whose scenario has a mistake is
// kept, to be a row with its error; if all have one, the mistake is the experiment's.
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { UserError } from '../../kernel/user-error.ts';
import { inputsOf, type InputFile } from '../../run/inputs.ts';
import { scenarioReader, writtenData } from '../../scenario/load.ts';
import { preloadAll } from '../../scenario/load/preload.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { programIdentity } from '../program.ts';
import type { Axis } from './design/axis.ts';
import { combinations } from './design/designs.ts';
import type { Experiment } from './file/experiment.ts';
import type { SweepPoint, Value } from './point.ts';

export interface Variant {
  index: number;
  assignments: Record<string, Value>;
  /** By axis: how tables call its level. */
  labels: Record<string, string>;
  /** As `--set` takes them: what has to be said to run it alone. */
  overrides: string[];
  /** Undefined where there is a problem. */
  prepared: Prepared | undefined;
  problem: string | undefined;
}

interface Prepared {
  loaded: LoadedScenario;
  files: InputFile[];
}

export interface SweepPlan {
  experiment: Experiment;
  variants: Variant[];
  /** The first seed; others follow it unless the experiment lists them. */
  seed: number;
  /** Of which differences are taken. */
  baseline: number;
  /** Cells of pools that all variants have in common: `fleet.pools[0].cells=2`. */
  cells: string[];
  /** SHA-256 over what is swept, the first 8 hex digits. */
  hash: string;
  version: string;
}

const PROBLEMS_SHOWN = 5;

/** UserError with what is wrong with the experiment. */
export async function planSweep(experiment: Experiment, version: string): Promise<SweepPlan> {
  await preloadAll();
  const rows = combinations(experiment.axes, experiment.design).map((levels) => ({
    assignments: Object.assign({}, ...levels.map(({ assignments }) => assignments)) as Record<string, Value>,
    labels: Object.fromEntries(levels.map(({ label }, i) => [experiment.axes[i].name, label])),
  }));
  const prepare = preparer(experiment);
  const variantsWith = (also: readonly string[]) =>
    Promise.all(rows.map((row, index) => prepare({ ...row, index }, also)));
  const first = await variantsWith([]);
  const cells = commonCells(experiment, first);
  const variants = cells.length === 0 ? first : await variantsWith(cells);
  const sound = variants.filter(({ prepared }) => prepared !== undefined);
  if (sound.length === 0) throw new UserError(variants[0].problem!.split('\n').slice(0, PROBLEMS_SHOWN));
  const seed = sound[0].prepared!.loaded.scenario.seed;
  const described = [
    version,
    experiment.seeds,
    experiment.stop,
    experiment.responses,
    experiment.constraints,
  ];
  const analysed = [experiment.objectives, experiment.confidence, experiment.baseline, experiment.axes];
  const scenarios = variants.map(({ prepared, problem }) => prepared?.loaded.resolvedYaml ?? problem);
  const hash = sha256(JSON.stringify([described, analysed, scenarios])).slice(0, 8);
  return { experiment, variants, seed, baseline: baselineOf(experiment, variants), cells, hash, version };
}

function preparer({ scenarioPath, overrides }: Experiment) {
  const load = scenarioReader(scenarioPath);
  const hashed = new Map<string, Promise<InputFile[]>>();
  return async (
    row: Pick<Variant, 'index' | 'assignments' | 'labels'>,
    also: readonly string[],
  ): Promise<Variant> => {
    const own = Object.entries(row.assignments).map(([path, value]) => `${path}=${value}`);
    const all = [...overrides, ...also, ...own];
    try {
      const loaded = load(all);
      // Most variants read the same files.
      const named = namedFiles(loaded);
      if (!hashed.has(named)) hashed.set(named, inputsOf(loaded.scenario));
      const files = await hashed.get(named)!;
      return { ...row, overrides: all, prepared: { loaded, files }, problem: undefined };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ...row, overrides: all, prepared: undefined, problem: error.message };
    }
  };
}

function namedFiles({ scenario: { workload, pools, economics } }: LoadedScenario): string {
  return JSON.stringify([
    workload.kind === 'trace' ? workload.trace.path : workload.tokens,
    pools.map(({ autoscaling }) => autoscaling?.own),
    // Series of prices and the like, wherever they are.
    JSON.stringify(economics).match(/"file":"[^"]*"/g),
  ]);
}

/** Where the user leaves the cells open and variants would differ in them: the fewest, pool by pool. */
function commonCells({ scenarioPath, overrides }: Experiment, variants: readonly Variant[]): string[] {
  const sound = variants.flatMap(({ prepared }) =>
    prepared === undefined ? [] : [prepared.loaded.scenario],
  );
  if (sound.length === 0 || sound.some(({ pools }) => pools.length !== sound[0].pools.length)) return [];
  const varied = Object.keys(variants[0].assignments);
  if (varied.some((path) => path === 'fleet' || path === 'fleet.pools' || path.endsWith('.cells'))) return [];
  const written = writtenData(scenarioPath, overrides) as { fleet?: { pools?: { cells?: unknown }[] } };
  return sound[0].pools.flatMap((_, pool) => {
    const pools = written.fleet?.pools;
    if (!Array.isArray(pools) || (pools[pool]?.cells ?? 'auto') !== 'auto') return [];
    const counts = new Set(sound.map(({ pools: own }) => own[pool].cells));
    return counts.size === 1 ? [] : [`fleet.pools[${pool}].cells=${Math.min(...counts)}`];
  });
}

function baselineOf({ baseline, axes }: Experiment, variants: readonly Variant[]): number {
  // The first that can be simulated.
  if (baseline === undefined) return variants.find(({ prepared }) => prepared !== undefined)!.index;
  const wanted = Object.entries(baseline);
  const found = variants.filter(({ assignments }) =>
    wanted.every(([path, value]) => String(assignments[path]) === String(value)),
  );
  if (found.length === 1) return found[0].index;
  throw new UserError(
    `baseline: names ${found.length} variants, not one; give a value of every path that varies (${axisNames(axes)})`,
  );
}

function axisNames(axes: readonly Axis[]): string {
  return axes.map(({ name }) => name).join(', ');
}

/** The seeds of a variant, as many as asked for. */
export function seedsOf({ experiment: { seeds }, seed }: SweepPlan, count: number): number[] {
  if (typeof seeds !== 'number') return seeds.slice(0, count);
  return Array.from({ length: count }, (_, i) => seed + i);
}

export function pointOf(plan: SweepPlan, variant: Variant, seed: number, index: number): SweepPoint {
  const { loaded, files } = variant.prepared!;
  const resolvedYaml = withSeed(loaded, seed);
  const named = files.map(({ path, sha256: hash }) => ({ path, sha256: hash }));
  const { version, nodeMajor, build } = programIdentity(plan.version);
  const identity = [resolvedYaml, seed, version, nodeMajor, build, named];
  return {
    key: sha256(JSON.stringify(identity)),
    index,
    assignments: variant.assignments,
    seed,
    resolvedYaml,
    files: named,
  };
}

/** Loading the scenario anew would give the same text and take a hundred times as long. */
function withSeed({ resolvedYaml, scenario }: LoadedScenario, seed: number): string {
  const line = `\nseed: ${scenario.seed}\n`;
  const parts = resolvedYaml.split(line);
  if (parts.length !== 2)
    throw new Error(`the seed stands ${parts.length - 1} times in the resolved scenario`);
  return parts.join(`\nseed: ${seed}\n`);
}

/** The whole scenario of a variant, as plain data. */
export function configurationOf(variant: Variant): unknown {
  return variant.prepared === undefined ? undefined : parse(variant.prepared.loaded.resolvedYaml);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

// `fleetday compare`: the same day under several scaling policies, or in several regions, and what tells them apart.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import { threadCount, wholeNumber } from '../../options/numbers.ts';

export interface CompareCommandOptions {
  policies: string[];
  regions?: string;
  seeds: string;
  set: string[];
  threads?: string;
  out?: string;
  json?: boolean;
  plain?: boolean;
  svg?: boolean;
  ownership: string;
  sample: string;
  confirm?: boolean;
  allowExec?: boolean;
  force?: boolean;
}

const SEEDS_MAX = 1000;
const PART_MAX = 10_000;

/** More flags than a command should have: none of them is about the scenario, and they come in groups. */
export function register(program: Command): void {
  program
    .command('compare')
    .description(
      'the same day under several scaling policies (cost, SLO, replicas against need), or in several regions',
    )
    .argument('<scenario>', 'scenario file (YAML)')
    .optionsGroup('What is compared:')
    .option(
      '--policies <list>',
      'policies to compare, e.g. hpa,kpa,tuned=hpa:{...},my.yaml,oracle; may be repeated',
      collect,
      [],
    )
    .option('--regions <list>', 'regions to price the day in, e.g. oregon,gansu: fleetday catalog regions')
    .option('--seeds <n>', 'as many seeds, from the scenario’s on, for differences with intervals', '1')
    .option('--set <path=value>', 'override a value of the scenario; may be repeated', collect, [])
    .option('--ownership <which>', 'as-is, or both: what an owned and a rented fleet would cost', 'as-is')
    .option('--allow-exec', 'allow policies that are programs to be run')
    .optionsGroup('On how much of the fleet, how fast:')
    .option('--sample <k>', 'compare on one part in k of fleet and traffic (1: the whole)', 'auto')
    .option('--confirm', 'after a part, run the best policy on the whole fleet, however long it takes')
    .option('--no-confirm', 'do not')
    .option('--threads <n>', 'simulating threads; changes no result (default: what suits cores and runs)')
    .optionsGroup('What is left, and shown:')
    .option('--out <dir>', 'where the results go (default: out/compare/<scenario>-<seed>-<hash>)')
    .option('--force', 'replace an earlier comparison')
    .option('--json', 'print JSON, with every value')
    .option('--plain', 'progress as lines of text instead of a screen')
    .option('--svg', 'draw replicas against need, and cost against misses, as well')
    .optionsGroup('Help:')
    .addHelpText(
      'after',
      '\nA policy is a name (see fleetday policies), name:{parameters}, or a YAML file with an autoscaling mapping;' +
        '\nlabel=… in front of it tells two settings of one policy apart. See docs/compare.md.',
    )
    .action(compareCommand);
}

async function compareCommand(scenarioPath: string, options: CompareCommandOptions): Promise<void> {
  if (options.regions !== undefined) return compareRegions(scenarioPath, options.regions, options);
  const seeds = wholeNumber('--seeds', options.seeds, [1, SEEDS_MAX]);
  const threads = threadCount(options.threads);
  const part = options.sample === 'auto' ? undefined : wholeNumber('--sample', options.sample, [1, PART_MAX]);
  const { ownership } = options;
  if (ownership !== 'as-is' && ownership !== 'both')
    throw new UserError(`--ownership: must be as-is or both, got "${ownership}"`);
  await (await import('../../../scenario/load/preload.ts')).preloadAll();
  const [{ parseVariants }, { planComparison }, { conductComparison }] = await Promise.all([
    import('../../../experiment/compare/variants.ts'),
    import('../../../experiment/compare/plan.ts'),
    import('../../conduct/comparison.ts'),
  ]);
  const variants = parseVariants(options.policies);
  const plan = planComparison({ filePath: scenarioPath, overrides: options.set, variants, seeds, part });
  await conductComparison(plan, {
    outDir: options.out,
    threads,
    ownership: ownership === 'both',
    json: options.json ?? false,
    plain: options.plain ?? false,
    svg: options.svg ?? false,
    confirm: options.confirm,
    allowExec: options.allowExec ?? false,
    force: options.force ?? false,
  });
}

/** What tells policies apart says nothing about places. */
const OF_POLICIES: readonly [keyof CompareCommandOptions, unknown][] = [
  ['seeds', '1'],
  ['svg', undefined],
  ['ownership', 'as-is'],
  ['sample', 'auto'],
  ['confirm', undefined],
];

async function compareRegions(
  scenarioPath: string,
  list: string,
  options: CompareCommandOptions,
): Promise<void> {
  const given = OF_POLICIES.filter(([name, usual]) => options[name] !== usual).map(([name]) => `--${name}`);
  if (options.policies.length > 0) given.push('--policies');
  if (given.length > 0)
    throw new UserError(`--regions: cannot be combined with ${given.join(', ')}; leave one out`);
  const threads = threadCount(options.threads);
  await (await import('../../../scenario/load/preload.ts')).preloadAll();
  const [{ parseRegions }, { conductRegions }] = await Promise.all([
    import('../../../experiment/compare/regions.ts'),
    import('../../conduct/regions.ts'),
  ]);
  await conductRegions(scenarioPath, parseRegions(list), {
    overrides: options.set,
    outDir: options.out,
    threads,
    json: options.json ?? false,
    allowExec: options.allowExec ?? false,
    force: options.force ?? false,
  });
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

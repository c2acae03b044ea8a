// `fleetday sweep`: many variants of a scenario, each with several seeds, on this machine's threads or through a queue.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import { wholeNumber } from '../../options/numbers.ts';
import { queueAsked, type QueueAsked } from '../../options/queue.ts';

export interface SweepCommandOptions {
  param: string[];
  seeds?: string;
  set: string[];
  out?: string;
  workers?: string;
  queue?: string;
  attach?: boolean;
  shard?: string;
  /** False: --no-cache. */
  cache?: string | false;
  allowExec?: boolean;
  json?: boolean;
  plain?: boolean;
}

const SEEDS_MAX = 10_000;
const WORKERS_MAX = 256;
const SEED_MAX = Number.MAX_SAFE_INTEGER;

export function register(program: Command): void {
  program
    .command('sweep')
    .description('many variants of a scenario: a table of all, intervals, Pareto front, main effects')
    .argument('<experiment>', 'experiment file (YAML), or with --param a scenario file')
    .option(
      '--param <path=values>',
      'vary a path: 1000..2000:100, 1..1000*10, or hpa,kpa; repeatable',
      collect,
      [],
    )
    .option('--seeds <n>', 'seeds of every variant, from the scenario’s on; or which: 1,7,9')
    .option('--set <path=value>', 'override a value of the scenario in all variants; repeatable', collect, [])
    .option('--out <dir>', 'where the results go (default: out/<experiment>-<hash>)')
    .option('--workers <n>', 'points at a time, a thread each (default: by cores and memory)')
    .option(
      '--queue <url>',
      'have workers of a queue simulate: redis://host:6379 (or FLEETDAY_QUEUE; none: this machine)',
    )
    .option('--attach', 'go on with a sweep that was submitted to the queue before; what failed stays so')
    .option('--shard <i/n>', 'simulate only the i-th of n parts, into the cache')
    .option('--cache <dir>', 'where points are kept (default: out/.cache)')
    .option('--no-cache', 'simulate everything anew, and keep nothing')
    .option('--allow-exec', 'run the programs that the scenario names as policies, on this machine')
    .option('--json', 'print what was found as JSON')
    .option('--plain', 'progress as lines of text')
    .addHelpText(
      'after',
      '\nAn experiment file names a scenario, parameters, seeds, responses, limits and a rule to stop: docs/sweep.md.' +
        '\nExit code 2 if the experiment has a mistake or every run fails; single failures are rows of the table.',
    )
    .action(sweepCommand);
}

async function sweepCommand(experimentPath: string, options: SweepCommandOptions): Promise<void> {
  const seeds = options.seeds === undefined ? undefined : seedsWritten(options.seeds);
  const { workers } = options;
  const lanes = workers === undefined ? undefined : wholeNumber('--workers', workers, [1, WORKERS_MAX]);
  const queue = queueAsked(options.queue);
  if (queue !== undefined) checkForQueue(options, queue);
  else if (options.attach)
    throw new UserError(
      '--attach: goes on with a sweep that is in a queue; give --queue redis://host:6379 too',
    );
  if (options.shard !== undefined && options.cache === false)
    throw new UserError('--shard: what a part comes to is kept in the cache; leave out --no-cache');
  const { conductSweep } = await import('../../conduct/sweep.ts');
  await conductSweep(experimentPath, { ...options, seeds, lanes, queue });
  // Else BullMQ would wait on for a server that is away.
  if (queue !== undefined) process.stdout.write('', () => process.exit());
}

/** What is about this machine's threads would have no effect. */
function checkForQueue({ shard, workers, allowExec }: SweepCommandOptions, { by }: QueueAsked): void {
  const here = by === '--queue' ? 'leave --queue out' : 'write --queue none';
  const problems = [
    shard && `--shard: parts need no queue, and a queue (${by}) no parts; leave --shard out, or ${here}`,
    workers &&
      `--workers: are threads of this machine, but those of a queue (${by}) simulate; start fleetday worker --concurrency ${workers}, or ${here}`,
    allowExec &&
      `--allow-exec: over a queue (${by}) its workers decide what they run; start fleetday worker --allow-exec, or ${here}`,
  ];
  const given = problems.filter((problem) => typeof problem === 'string');
  if (given.length > 0) throw new UserError(given);
}

/** `5`: so many; `1,7,9`: these. */
function seedsWritten(text: string): number | number[] {
  if (!text.includes(',')) return wholeNumber('--seeds', text, [1, SEEDS_MAX]);
  const seeds = text.split(',').map((part) => wholeNumber('--seeds', part.trim(), [0, SEED_MAX]));
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (twice !== undefined) throw new UserError(`--seeds: has ${twice} twice; remove one of them`);
  return seeds;
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

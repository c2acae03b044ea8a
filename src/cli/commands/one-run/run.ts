// `fleetday run`: simulates a scenario, shows it while it runs, prints a summary and leaves result files.
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { readTextFile } from '../../../kernel/text-file.ts';
import { UserError } from '../../../kernel/user-error.ts';
import type { Schedule } from '../../../run/saving/saver.ts';
import type { Scenario } from '../../../scenario/scenario.ts';
import { CHECKPOINT_FLAG, CHECKPOINT_HELP, checkpointSchedule } from '../../options/checkpoint.ts';
import { metricsPortOption, speedOption } from '../../metrics-port/options.ts';
import { threadCount, wholeNumber } from '../../options/numbers.ts';
import {
  recordedPart,
  REQUESTS_FLAG,
  REQUESTS_HELP,
  TRACE_FLAG,
  TRACE_HELP,
  writtenTrace,
  type WrittenTrace,
} from '../../recording/options.ts';
import type { RecordingSpec } from '../../recording/recording.ts';

interface RunCommandOptions {
  out?: string;
  seed?: string;
  threads?: string;
  set: string[];
  events?: string;
  checkpoint?: Schedule;
  /** Part of all. */
  requests?: number;
  trace?: WrittenTrace;
  allowExec?: boolean;
  report?: boolean;
  plain?: boolean;
  quiet?: boolean;
  json?: boolean;
  metricsPort?: number;
  speed?: number | 'max';
  force?: boolean;
}

const EVENTS_BYTES_MAX = 10e6;
const SEED_MAX = Number.MAX_SAFE_INTEGER;

/** More flags than a command should have; they are about a run, not about what it simulates, and come in groups. */
export function register(program: Command): void {
  program
    .command('run')
    .description('simulate a scenario')
    .argument('<scenario>', 'scenario file (YAML)')
    .optionsGroup('What is simulated:')
    .option('--set <path=value>', 'override a value of the scenario; may be repeated', collect, [])
    .option('--seed <n>', "seed of every random stream (default: the scenario's)")
    .option('--events <file>', 'what is done to the run on its way, as an events.yaml says')
    .option('--allow-exec', 'run the programs that the scenario names as policies')
    .optionsGroup('What is left:')
    .option('--out <dir>', 'where the results go (default: out/<scenario>-<seed>-<hash>)', folderName)
    .option('--force', 'overwrite the results of an earlier run, or start an interrupted one again')
    .option('--report', 'leave report.html as well: story, charts and tables, for a browser')
    .option(REQUESTS_FLAG, REQUESTS_HELP, recordedPart)
    .option(TRACE_FLAG, TRACE_HELP, writtenTrace)
    .option(CHECKPOINT_FLAG, CHECKPOINT_HELP, checkpointSchedule)
    .optionsGroup('What is shown meanwhile (without a terminal, as --plain):')
    .option('--plain', 'progress as lines of text instead of the dashboard')
    .option('--quiet', 'print nothing but errors')
    .option('--json', 'print summary.json alone; what else there is to say goes to standard error')
    .addOption(metricsPortOption())
    .optionsGroup('How fast:')
    .option('--threads <n>', 'simulating threads; changes no result (default: what suits cores and run)')
    .addOption(speedOption())
    .optionsGroup('Help:')
    .action(runCommand);
}

async function runCommand(scenarioPath: string, options: RunCommandOptions): Promise<void> {
  // Checked first, loaded later: a mistake shows at once, and what is slow to load is loaded when it is needed.
  const seed = options.seed === undefined ? undefined : wholeNumber('--seed', options.seed, [0, SEED_MAX]);
  const threads = threadCount(options.threads);
  const [{ loadScenario }, { preload }, { conduct }, { defaultOutDir }, { hasCheckpoint }] =
    await Promise.all([
      import('../../../scenario/load.ts'),
      import('../../../scenario/load/preload.ts'),
      import('../../conduct/run.ts'),
      import('../../../report/files.ts'),
      import('../../../report/checkpoint-file.ts'),
    ]);
  await preload(scenarioPath, options.set);
  const loaded = loadScenario(scenarioPath, options.set, { seed });
  const { name, seed: seedUsed } = loaded.scenario;
  const hash = options.events === undefined ? loaded.hash : `${loaded.hash}-${digestOf(options.events)}`;
  const outDir = options.out ?? defaultOutDir('out', { name, seed: seedUsed, hash });
  const force = options.force ?? false;
  if (!force && hasCheckpoint(outDir)) {
    throw new UserError(
      `${outDir} holds an interrupted run; go on with it (fleetday resume), give --force to start again, or another --out`,
    );
  }
  const recording = await recordingOf(options, loaded.scenario);
  await conduct({ ...options, loaded, outDir, threads, force, schedule: options.checkpoint, recording });
}

async function recordingOf(
  { requests, trace }: RunCommandOptions,
  scenario: Scenario,
): Promise<RecordingSpec | undefined> {
  if (requests === undefined && trace === undefined) return undefined;
  if (trace === undefined) return { recordedPart: requests };
  const { traceSpecOf } = await import('../../recording/trace-spec.ts');
  return { recordedPart: requests, trace: traceSpecOf(trace, scenario) };
}

/** What follows --out is taken for its value, be it the next option. */
function folderName(text: string): string {
  if (text !== '' && !text.startsWith('-')) return text;
  throw new UserError(`--out: is not the name of a folder, got "${text}"; write one, e.g. ./results`);
}

/** A run to which something is done has results of its own. */
function digestOf(eventsFile: string): string {
  const text = readTextFile(eventsFile, { bytesMax: EVENTS_BYTES_MAX, what: 'file of events' });
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

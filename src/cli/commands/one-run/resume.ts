// `fleetday resume`: goes on with a run that was interrupted, from its checkpoint. It ends with the same files, to the
// byte, as if it had never been.
import type { Command } from 'commander';
import type { Schedule } from '../../../run/saving/saver.ts';
import { CHECKPOINT_FLAG, CHECKPOINT_HELP, checkpointSchedule } from '../../options/checkpoint.ts';
import { metricsPortOption, speedOption } from '../../metrics-port/options.ts';
import { threadCount } from '../../options/numbers.ts';
import { version } from '../../version.ts';

interface ResumeCommandOptions {
  threads?: string;
  checkpoint?: Schedule;
  allowExec?: boolean;
  report?: boolean;
  plain?: boolean;
  quiet?: boolean;
  json?: boolean;
  metricsPort?: number;
  speed?: number | 'max';
  force?: boolean;
}

export function register(program: Command): void {
  program
    .command('resume')
    .description('go on with an interrupted run')
    .argument('<dir>', 'folder of its results')
    .option('--threads <n>', 'simulating threads; changes no result (default: what suits cores and run)')
    .option(CHECKPOINT_FLAG, `${CHECKPOINT_HELP} (default: as the run was told)`, checkpointSchedule)
    .option('--allow-exec', 'run the programs that the scenario names as policies')
    .option('--report', 'leave report.html as well: story, charts and tables, for a browser')
    .option('--plain', 'progress as lines of text instead of the dashboard')
    .option('--quiet', 'print nothing but errors')
    .option('--json', 'print summary.json alone; what else there is to say goes to standard error')
    .addOption(metricsPortOption())
    .addOption(speedOption())
    .option('--force', "replace another scenario's results, if the folder holds some")
    .action(resumeCommand);
}

async function resumeCommand(dir: string, options: ResumeCommandOptions): Promise<void> {
  const threads = threadCount(options.threads);
  const [{ conduct }, { readCheckpoint }, { checkInputs }] = await Promise.all([
    import('../../conduct/run.ts'),
    import('../../../report/checkpoint-file.ts'),
    import('../../../run/inputs.ts'),
  ]);
  const saved = readCheckpoint(dir, version(), { force: options.force ?? false });
  await checkInputs(saved.inputs);
  const schedule = options.checkpoint ?? saved.schedule;
  // What stands in the folder is partial, of this very run or of one that it was forced to replace.
  await conduct({ ...saved, ...options, outDir: dir, threads, schedule, force: true });
}

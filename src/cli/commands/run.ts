// `fleetday run`: simulates a scenario, shows it while it runs, prints a summary and leaves result files.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { UserError } from '../../kernel/user-error.ts';
import { wholeNumber } from '../numbers.ts';
import { stopOnSignals } from '../signals.ts';
import { version } from '../version.ts';

interface RunCommandOptions {
  out?: string;
  seed?: string;
  threads?: string;
  set: string[];
  plain?: boolean;
  quiet?: boolean;
  force?: boolean;
}

const THREADS_MAX = 256;
const SEED_MAX = Number.MAX_SAFE_INTEGER;

export function register(program: Command): void {
  program
    .command('run')
    .description('simulate a scenario')
    .argument('<scenario>', 'scenario file (YAML)')
    .option('--out <dir>', 'where the results go (default: out/<scenario>-<seed>-<hash>)', folderName)
    .option('--seed <n>', "seed of every random stream (default: the scenario's)")
    .option('--threads <n>', 'simulating threads; changes no result (default: the number of cores)')
    .option('--set <path=value>', 'override a value of the scenario; may be repeated', collect, [])
    .option('--plain', 'progress as lines of text instead of the dashboard')
    .option('--quiet', 'print nothing but errors')
    .option('--force', 'overwrite the results of an earlier run')
    .action(runCommand);
}

async function runCommand(scenarioPath: string, options: RunCommandOptions): Promise<void> {
  // Checked first, loaded later: a mistake shows at once, and what is slow to load is loaded when it is needed.
  const seed = options.seed === undefined ? undefined : wholeNumber('--seed', options.seed, [0, SEED_MAX]);
  const cores = Math.min(availableParallelism(), THREADS_MAX);
  const threads = wholeNumber('--threads', options.threads ?? String(cores), [1, THREADS_MAX]);
  const [{ loadScenario }, { Run }, files, { resultFiles }, { filesText, summaryText }] = await Promise.all([
    import('../../scenario/load.ts'),
    import('../../run/run.ts'),
    import('../../report/files.ts'),
    import('../../report/result-files.ts'),
    import('../../report/summary-text.ts'),
  ]);
  const loaded = loadScenario(scenarioPath, options.set, { seed });
  const { name, seed: seedUsed } = loaded.scenario;
  const outDir = options.out ?? files.defaultOutDir('out', { name, seed: seedUsed, hash: loaded.hash });
  const run = new Run(loaded, { threads, outDir, version: version() });
  files.prepareOutput(outDir, { force: options.force ?? false });

  const signals = stopOnSignals(run);
  const watcher = await startWatcher(run, options);
  try {
    const result = await run.execute((snapshot) => watcher.onSnapshot(snapshot));
    if (result.partial) process.exitCode = signals.exitCode;
    // Stopped before its first window, a run has nothing to report and replaces nothing.
    const isEmpty = result.windows.length === 0;
    const texts = [
      isEmpty ? 'Stopped before anything was simulated: no results.' : summaryText(result, loaded),
    ];
    try {
      if (!isEmpty) {
        files.writeResults(outDir, resultFiles(result, loaded));
        texts.push(filesText(result));
      }
    } finally {
      // Where the files cannot be written, the summary is all that remains of the run.
      if (signals.received === undefined) await watcher.waitForDismissal();
      await watcher.close();
      if (!options.quiet) process.stdout.write(`${texts.join('\n')}\n`);
    }
  } finally {
    await watcher.close();
    signals.dispose();
  }
}

/** Who shows the run: the dashboard in a terminal, else lines of text, else nobody. */
async function startWatcher(
  run: import('../../run/run.ts').Run,
  options: RunCommandOptions,
): Promise<Watcher> {
  if (options.quiet) return silentWatcher;
  if (process.stdout.isTTY && !options.plain) {
    const { showDashboard } = await import('../../ui/dashboard.ts');
    return showDashboard({ info: run.info, control: run });
  }
  const { formatPlainLine } = await import('../../ui/plain.ts');
  return plainWatcher((snapshot) => process.stdout.write(`${formatPlainLine(run.info, snapshot)}\n`));
}

type Watcher = import('../../ui/dashboard.ts').Dashboard;
type Snapshot = import('../../run/snapshot.ts').Snapshot;

const silentWatcher: Watcher = {
  onSnapshot: () => {},
  waitForDismissal: async () => {},
  close: async () => {},
};

/** A line at most every two seconds, and one whenever the run's state changes. */
function plainWatcher(print: (snapshot: Snapshot) => void): Watcher {
  const everySeconds = 2;
  let printedAt = 0;
  let status = '';
  return {
    ...silentWatcher,
    onSnapshot: (snapshot) => {
      const due = snapshot.wallSeconds >= printedAt + everySeconds;
      if (!due && (snapshot.status === status || status === '')) {
        status = snapshot.status;
        return;
      }
      printedAt = snapshot.wallSeconds;
      status = snapshot.status;
      print(snapshot);
    },
  };
}

/** What follows --out is taken for its value, be it the next option. */
function folderName(text: string): string {
  if (text !== '' && !text.startsWith('-')) return text;
  throw new UserError(`--out: is not the name of a folder, got "${text}"; write one, e.g. ./results`);
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

#!/usr/bin/env node
// The command line: registers the command asked for, and is the one place that prints errors and exits. Exit codes: 0
// done, 1 a bug of ours, 2 a mistake of the user's, 129, 130 and 143 interrupted.
import { Command, CommanderError } from 'commander';
import { UserError } from '../kernel/user-error.ts';
import { keepNurserySmall } from '../run/threads/v8-flags.ts';
import { version } from './version.ts';

interface CommandModule {
  register(program: Command): void;
}

/** A new command is a file in commands/, and its name here, both in the group that the help shows it in. */
const COMMANDS: Record<string, Record<string, () => Promise<CommandModule>>> = {
  'One run:': {
    run: () => import('./commands/one-run/run.ts'),
    resume: () => import('./commands/one-run/resume.ts'),
    watch: () => import('./commands/one-run/watch.ts'),
    report: () => import('./commands/one-run/report.ts'),
    runs: () => import('./commands/one-run/runs.ts'),
    diff: () => import('./commands/one-run/diff.ts'),
    export: () => import('./commands/one-run/export.ts'),
    reprice: () => import('./commands/one-run/reprice.ts'),
    explain: () => import('./commands/one-run/explain.ts'),
  },
  'Many runs:': {
    compare: () => import('./commands/many-runs/compare.ts'),
    sweep: () => import('./commands/many-runs/sweep.ts'),
    zoo: () => import('./commands/many-runs/zoo.ts'),
    cache: () => import('./commands/many-runs/cache.ts'),
    worker: () => import('./commands/many-runs/worker.ts'),
  },
  'Scenarios:': {
    scenarios: () => import('./commands/scenarios/scenarios.ts'),
    validate: () => import('./commands/scenarios/validate.ts'),
    schema: () => import('./commands/scenarios/schema.ts'),
  },
  'Scaling policies:': {
    policies: () => import('./commands/policies/policies.ts'),
    decide: () => import('./commands/policies/decide.ts'),
  },
  'Facts and formulas:': {
    estimate: () => import('./commands/facts/estimate.ts'),
    catalog: () => import('./commands/facts/catalog.ts'),
    perf: () => import('./commands/facts/perf.ts'),
    accuracy: () => import('./commands/facts/accuracy.ts'),
    calibrate: () => import('./commands/facts/calibrate.ts'),
  },
};

async function main(): Promise<void> {
  keepNurserySmall();
  carryOnUnseen();
  checkWorkingFolder();
  const program = new Command('fleetday')
    .description('a day in the life of an LLM-inference fleet: traffic, latency, energy and cost')
    .version(version())
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  await registerCommands(program);
  // Set only now: a subcommand inherits it when it is made, but must throw too.
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync();
}

/** The one that is named, since each brings modules of its own to load; all for the help, and where none is. */
async function registerCommands(program: Command): Promise<void> {
  const named = process.argv[2];
  const commands = Object.values(COMMANDS).find((group) => Object.hasOwn(group, named));
  if (commands !== undefined) {
    (await commands[named]()).register(program);
    return;
  }
  for (const [group, inGroup] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    const modules = await Promise.all(Object.values(inGroup).map((load) => load()));
    for (const { register } of modules) register(program);
  }
}

/** What cannot be shown stops nothing: a run goes on and leaves its files. */
function carryOnUnseen(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.stdout.once('error', ({ code, message }: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) closes the pipe: no error of anybody's.
    if (code === 'EPIPE') return;
    process.stderr.write(`cannot write to standard output: ${message}; redirect it to where there is room\n`);
    process.exitCode = 2;
  });
}

/** Without one, Node fails later in places of its own. */
function checkWorkingFolder(): void {
  try {
    process.cwd();
  } catch {
    throw new UserError('the working directory is gone; change to one that exists');
  }
}

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // Help and version are no errors; commander has already printed what is.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof UserError) {
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `fleetday has a bug: please report this, with the scenario and\n  fleetday ${process.argv.slice(2).join(' ')}\n${text}\n`,
    );
    process.exitCode = 1;
  }
});

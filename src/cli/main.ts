#!/usr/bin/env node
// The command line: registers every command, and is the one place that prints errors and exits. Exit codes: 0 done,
// 1 a bug of ours, 2 a mistake of the user's, 129, 130 and 143 interrupted.
import { Command, CommanderError } from 'commander';
import { UserError } from '../kernel/user-error.ts';
import * as accuracy from './commands/facts/accuracy.ts';
import * as cache from './commands/many-runs/cache.ts';
import * as calibrate from './commands/facts/calibrate.ts';
import * as catalog from './commands/facts/catalog.ts';
import * as compare from './commands/many-runs/compare.ts';
import * as decide from './commands/policies/decide.ts';
import * as diff from './commands/one-run/diff.ts';
import * as estimate from './commands/facts/estimate.ts';
import * as exported from './commands/one-run/export.ts';
import * as explain from './commands/one-run/explain.ts';
import * as perf from './commands/facts/perf.ts';
import * as policies from './commands/policies/policies.ts';
import * as reprice from './commands/one-run/reprice.ts';
import * as report from './commands/one-run/report.ts';
import * as resume from './commands/one-run/resume.ts';
import * as run from './commands/one-run/run.ts';
import * as runs from './commands/one-run/runs.ts';
import * as scenarios from './commands/scenarios/scenarios.ts';
import * as schema from './commands/scenarios/schema.ts';
import * as sweep from './commands/many-runs/sweep.ts';
import * as validate from './commands/scenarios/validate.ts';
import * as watch from './commands/one-run/watch.ts';
import * as worker from './commands/many-runs/worker.ts';
import * as zoo from './commands/many-runs/zoo.ts';
import { version } from './version.ts';

/** A new command is a file in commands/, and its name here, both in the group that the help shows it in. */
const COMMANDS = {
  'One run:': [run, resume, watch, report, runs, diff, exported, reprice, explain],
  'Many runs:': [compare, sweep, zoo, cache, worker],
  'Scenarios:': [scenarios, validate, schema],
  'Scaling policies:': [policies, decide],
  'Facts and formulas:': [estimate, catalog, perf, accuracy, calibrate],
};

async function main(): Promise<void> {
  carryOnUnseen();
  checkWorkingFolder();
  const program = new Command('fleetday')
    .description('a day in the life of an LLM-inference fleet: traffic, latency, energy and cost')
    .version(version())
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  for (const [group, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const command of commands) command.register(program);
  }
  // Set only now: a subcommand inherits it when it is made, but must throw too.
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync();
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

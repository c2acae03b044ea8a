// What `run` and `resume` have in common: a run, somebody who watches it, signals that stop it, and what it leaves: its
// files and a summary, and while it is unfinished a checkpoint.
import { withReplicaCapacities } from '../experiment/capacity.ts';
import { UserError } from '../kernel/user-error.ts';
import { removeCheckpoint, writeCheckpoint } from '../report/checkpoint-file.ts';
import { foundCapacities } from '../report/comparison/capacity-text.ts';
import { prepareOutput, writeResults } from '../report/files.ts';
import { resultFiles } from '../report/result-files.ts';
import { filesText, summaryText } from '../report/summary-text.ts';
import { inputsOf, type InputFile } from '../run/inputs.ts';
import { loadOwnPolicies, type OwnPolicies } from '../run/policies/own-policies.ts';
import type { RunResult } from '../run/result.ts';
import { Run } from '../run/run.ts';
import type { RunState, Schedule } from '../run/saver.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { forecast } from './forecast.ts';
import type { MetricsPort } from './metrics-port/server.ts';
import { stopOnSignals } from './signals.ts';
import { suitableThreads } from './threads.ts';
import { version } from './version.ts';
import { startWatcher, type WatchOptions } from './watcher.ts';

export interface ConductOptions extends WatchOptions {
  loaded: LoadedScenario;
  outDir: string;
  /** As many as suit the run, if it is not said. */
  threads: number | undefined;
  schedule: Schedule | undefined;
  /** Whether programs that the scenario names as policies may be run. */
  allowExec?: boolean;
  /** Replaces whole results of an earlier run. */
  force: boolean;
  /** Serves metrics there while the run goes on; 0: on any free port. */
  metricsPort?: number;
  /** Simulated seconds per second. */
  speed?: number | 'max';
  /** Of a run that goes on: its state, and the files that it reads. */
  state?: RunState;
  inputs?: InputFile[];
}

export async function conduct(asked: ConductOptions): Promise<void> {
  const { scenario } = asked.loaded;
  const policies = await loadOwnPolicies(scenario, { allowExec: asked.allowExec ?? false });
  const options = { ...asked, loaded: withReplicaCapacities(asked.loaded, policies) };
  const run = runOf(options, policies);
  prepareOutput(options.outDir, options);
  const port = await metricsPortOf(run, options);
  const say = (line: string) => void (!options.quiet && diagnostics(options).write(`${line}\n`));
  for (const line of foundCapacities(scenario, options.loaded.scenario)) say(line);
  if (port !== undefined) say(`Metrics at ${port.url}`);
  const outlook = forecast(run, options.schedule !== undefined);
  if (outlook !== undefined) say(outlook);

  const signals = stopOnSignals(run);
  const watcher = await startWatcher({ info: run.info, control: run }, options);
  try {
    if (options.speed !== undefined) run.setSpeed(options.speed);
    const result = await run.execute((snapshot) => {
      watcher.onSnapshot(snapshot);
      port?.onSnapshot(snapshot);
    });
    if (result.ending !== 'finished') process.exitCode = result.ending === 'stopped' ? signals.exitCode : 2;
    // Stopped before its first window, a run has nothing to report and replaces nothing.
    const isEmpty = result.windows.length === 0;
    const texts = [
      isEmpty ? 'Stopped before anything was simulated: no results.' : summaryText(result, options.loaded),
    ];
    const files = isEmpty ? undefined : resultFiles(result, options.loaded);
    try {
      if (files !== undefined) {
        writeResults(options.outDir, files);
        // Only now: until the results were whole, the run could be gone on with.
        if (result.ending !== 'stopped') removeCheckpoint(options.outDir);
        texts.push(filesText(options.outDir, files));
      }
    } finally {
      // Where the files cannot be written, the summary is all that remains of the run.
      if (signals.received === undefined) await watcher.waitForDismissal();
      await watcher.close();
      const isResumable = result.ending === 'stopped' && run.saves?.isSaved;
      if (isResumable) texts.push(`Go on with: fleetday resume ${quoted(options.outDir)}`);
      if (options.json && files !== undefined) {
        process.stdout.write(files['summary.json']);
        texts.shift();
      }
      if (!options.quiet) diagnostics(options).write(`${texts.join('\n')}\n`);
      for (const problem of problemsOf(run, result)) process.stderr.write(`${problem}\n`);
    }
  } finally {
    await watcher.close();
    await port?.close();
    signals.dispose();
  }
}

/** Where what is no result is told. */
function diagnostics({ json }: ConductOptions): NodeJS.WriteStream {
  return json ? process.stderr : process.stdout;
}

async function metricsPortOf(
  run: Run,
  { metricsPort, quiet, loaded }: ConductOptions,
): Promise<MetricsPort | undefined> {
  if (metricsPort === undefined) return undefined;
  if (metricsPort === 0 && quiet)
    throw new UserError('--metrics-port 0: with --quiet nobody learns which port it is; name one');
  const { openMetricsPort } = await import('./metrics-port/server.ts');
  return openMetricsPort(metricsPort, run, loaded.scenario);
}

function runOf({ loaded, outDir, schedule, state, ...options }: ConductOptions, policies: OwnPolicies): Run {
  const threads = options.threads ?? suitableThreads(loaded.scenario);
  let { inputs } = options;
  const write = async (newState: RunState) => {
    inputs ??= await inputsOf(loaded.scenario);
    await writeCheckpoint(outDir, { loaded, inputs, schedule, state: newState }, version());
  };
  const isServed = options.metricsPort !== undefined;
  const save = { schedule, write };
  return new Run(loaded, { threads, outDir, version: version(), save, state, policies, isServed });
}

/** What else the user has to know of a run that did not come to its end. */
function problemsOf(run: Run, { ending, total }: RunResult): readonly string[] {
  if (ending === 'undrained') {
    return [
      `${total.running + total.waiting} requests were left when the drain had lasted as long as it may; ` +
        'lower queueLimit, add replicas, or set output.drain to cut',
    ];
  }
  return ending === 'stopped' ? (run.saves?.problem?.problems ?? []) : [];
}

/** For a shell. */
function quoted(dir: string): string {
  return /^[\w@%+=:,./-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", String.raw`'\''`)}'`;
}

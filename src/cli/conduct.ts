// What `run` and `resume` have in common: a run, somebody who watches it, signals that stop it, and what it leaves: its
// files and a summary, and while it is unfinished a checkpoint.
import { withReplicaCapacities } from '../experiment/capacity.ts';
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
import { openRecording } from './recording/open.ts';
import type { Recording, RecordingSpec } from './recording/recording.ts';
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
  /** What is written of single requests and steps; of a run that goes on its state knows. */
  recording?: RecordingSpec;
  /** Of a run that goes on: its state, and the files that it reads. */
  state?: RunState;
  inputs?: InputFile[];
}

export async function conduct(asked: ConductOptions): Promise<void> {
  const { scenario } = asked.loaded;
  const policies = await loadOwnPolicies(scenario, { allowExec: asked.allowExec ?? false });
  const options = { ...asked, loaded: withReplicaCapacities(asked.loaded, policies) };
  prepareOutput(options.outDir, options);
  const say = (line: string) => void (!options.quiet && process.stdout.write(`${line}\n`));
  for (const line of foundCapacities(scenario, options.loaded.scenario)) say(line);
  const recording = await openRecording(options.loaded.scenario, options, say);
  try {
    await conductRun(options, policies, recording);
  } finally {
    recording?.close();
  }
}

async function conductRun(
  options: ConductOptions,
  policies: OwnPolicies,
  recording: Recording | undefined,
): Promise<void> {
  const run = runOf(options, policies, recording);
  const outlook = forecast(run, options.schedule !== undefined);
  if (outlook !== undefined && !options.quiet) process.stdout.write(`${outlook}\n`);

  const signals = stopOnSignals(run);
  const watcher = await startWatcher({ info: run.info, control: run }, options);
  try {
    const result = await run.execute((snapshot) => watcher.onSnapshot(snapshot));
    if (result.ending !== 'finished') process.exitCode = result.ending === 'stopped' ? signals.exitCode : 2;
    // Stopped before its first window, a run has nothing to report and replaces nothing.
    const isEmpty = result.windows.length === 0;
    const texts = [
      isEmpty ? 'Stopped before anything was simulated: no results.' : summaryText(result, options.loaded),
    ];
    try {
      if (!isEmpty) {
        const files = { ...resultFiles(result, options.loaded), ...recording?.finish(run.info) };
        writeResults(options.outDir, files);
        // Only now: until the results were whole, the run could be gone on with.
        if (result.ending !== 'stopped') {
          recording?.settled();
          removeCheckpoint(options.outDir);
        }
        texts.push(filesText(options.outDir, files));
      }
    } finally {
      // Where the files cannot be written, the summary is all that remains of the run.
      if (signals.received === undefined) await watcher.waitForDismissal();
      await watcher.close();
      const isResumable = result.ending === 'stopped' && run.saves?.isSaved;
      if (isResumable) texts.push(`Go on with: fleetday resume ${quoted(options.outDir)}`);
      if (!options.quiet) process.stdout.write(`${texts.join('\n')}\n`);
      const problems = [...problemsOf(run, result), ...(recording?.problems(run) ?? [])];
      if (problems.length > 0) process.exitCode ??= 2;
      for (const problem of problems) process.stderr.write(`${problem}\n`);
    }
  } finally {
    await watcher.close();
    signals.dispose();
  }
}

function runOf(
  { loaded, outDir, schedule, state, ...options }: ConductOptions,
  policies: OwnPolicies,
  recording: Recording | undefined,
): Run {
  const threads = options.threads ?? suitableThreads(loaded.scenario);
  let { inputs } = options;
  const write = async (newState: RunState) => {
    inputs ??= await inputsOf(loaded.scenario);
    recording?.beforeCheckpoint();
    await writeCheckpoint(outDir, { loaded, inputs, schedule, state: newState }, version());
    recording?.afterCheckpoint();
  };
  const save = { schedule, write };
  return new Run(loaded, {
    threads,
    outDir,
    version: version(),
    save,
    state,
    policies,
    watch: recording?.watch,
  });
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

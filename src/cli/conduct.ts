// What `run` and `resume` have in common: a run, somebody who watches it, signals that stop it, and what it leaves: its
// files and a summary, and while it is unfinished a checkpoint.
import { withReplicaCapacities } from '../experiment/capacity.ts';
import { needAt } from '../experiment/need.ts';
import { removeCheckpoint, writeCheckpoint } from '../report/checkpoint-file.ts';
import { foundCapacities } from '../report/comparison/capacity-text.ts';
import { prepareOutput, writeResults } from '../report/files.ts';
import { resultFiles } from '../report/result-files.ts';
import { filesText, summaryText } from '../report/summary-text.ts';
import { inputsOf, type InputFile } from '../run/inputs.ts';
import { loadOwnPolicies, type OwnPolicies } from '../run/policies/own-policies.ts';
import type { RunResult } from '../run/result.ts';
import { Run } from '../run/run.ts';
import type { RunInfo } from '../run/snapshot.ts';
import type { RunState, Schedule } from '../run/saver.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { forecast } from './forecast.ts';
import { stopOnSignals } from './signals.ts';
import { suitableThreads } from './threads.ts';
import { version } from './version.ts';
import { loadScalingPolicies } from '../policies/scaling/registry.ts';
import type { RunEvent } from '../scenario/events/event.ts';
import { readEvents } from '../scenario/events/file.ts';
import { startWatcher, type WatchOptions } from './watcher.ts';

export interface ConductOptions extends WatchOptions {
  loaded: LoadedScenario;
  outDir: string;
  /** As many as suit the run, if it is not said. */
  threads: number | undefined;
  schedule: Schedule | undefined;
  /** File of events that are to happen. */
  events?: string;
  /** Whether programs that the scenario names as policies may be run. */
  allowExec?: boolean;
  /** Replaces whole results of an earlier run. */
  force: boolean;
  /** Of a run that goes on: its state, and the files that it reads. */
  state?: RunState;
  inputs?: InputFile[];
}

export async function conduct(asked: ConductOptions): Promise<void> {
  const { scenario } = asked.loaded;
  const policies = await loadOwnPolicies(scenario, { allowExec: asked.allowExec ?? false });
  const options = { ...asked, loaded: withReplicaCapacities(asked.loaded, policies) };
  const run = runOf(options, policies, await eventsOf(options));
  prepareOutput(options.outDir, options);
  const found = foundCapacities(scenario, options.loaded.scenario);
  if (!options.quiet) for (const line of found) process.stdout.write(`${line}\n`);
  const outlook = forecast(run, options.schedule !== undefined);
  if (outlook !== undefined && !options.quiet) process.stdout.write(`${outlook}\n`);

  const signals = stopOnSignals(run);
  const watcher = await startWatcher(
    { info: withNeed(run.info, options.loaded), control: run, events: run },
    options,
  );
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
        const files = resultFiles(result, options.loaded);
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
      if (!options.quiet) process.stdout.write(`${texts.join('\n')}\n`);
      for (const problem of problemsOf(run, result)) process.stderr.write(`${problem}\n`);
    }
  } finally {
    await watcher.close();
    signals.dispose();
  }
}

/** Those of a run that goes on are in its state. */
async function eventsOf({ events: file, loaded, state }: ConductOptions): Promise<RunEvent[]> {
  if (file !== undefined) return readEvents(file, loaded.scenario);
  const known = state === undefined ? [] : [...state.events.applied, ...state.events.waiting];
  await loadScalingPolicies(known.flatMap((event) => (event.kind === 'policy' ? [event.policy] : [])));
  return [];
}

function runOf(
  { loaded, outDir, schedule, state, ...options }: ConductOptions,
  policies: OwnPolicies,
  events: RunEvent[],
): Run {
  const threads = options.threads ?? suitableThreads(loaded.scenario);
  let { inputs } = options;
  const write = async (newState: RunState) => {
    inputs ??= await inputsOf(loaded.scenario);
    await writeCheckpoint(outDir, { loaded, inputs, schedule, state: newState }, version());
  };
  const save = { schedule, write };
  return new Run(loaded, { threads, outDir, version: version(), save, state, policies, events });
}

/** What the load needs, where the scenario says or a policy was told what a replica holds. */
function withNeed(info: RunInfo, { scenario }: LoadedScenario): RunInfo {
  const scaled = scenario.pools.filter(({ autoscaling }) => autoscaling !== undefined);
  const capacities = scenario.pools.map(({ autoscaling }) => autoscaling?.replicaCapacityPerSecond);
  const isKnown = scaled.length > 0 && capacities.filter((c) => c !== undefined).length === scaled.length;
  if (!isKnown) return info;
  const need = needAt(scenario, capacities);
  const windows = Math.ceil(info.durationSeconds / info.windowSeconds);
  const neededReplicas = Array.from({ length: windows }, (_, i) => need((i + 0.5) * info.windowSeconds));
  // One line for the whole fleet's capacity has a meaning where all replicas are alike.
  const replicaCapacityPerSecond = scenario.pools.length === 1 ? capacities[0] : undefined;
  return { ...info, neededReplicas, replicaCapacityPerSecond };
}

/** What else the user has to know of a run that did not come to its end. */
function problemsOf(run: Run, result: RunResult): readonly string[] {
  const { ending, events } = result;
  const missed = ending === 'stopped' ? 0 : (events?.waiting.length ?? 0);
  const tooLate = `${missed} of the events did not take effect: the run was over before their time`;
  return [...(missed > 0 ? [tooLate] : []), ...endingProblems(run, result)];
}

function endingProblems(run: Run, { ending, total }: RunResult): readonly string[] {
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

// What `run` and `resume` have in common: a run, somebody who watches it, signals that stop it, and what it leaves: its
// files and a summary, and while it is unfinished a checkpoint.
import { withReplicaCapacities } from '../../experiment/capacity.ts';
import { UserError } from '../../kernel/user-error.ts';
import { needAt } from '../../experiment/need.ts';
import { removeCheckpoint, writeCheckpoint } from '../../report/checkpoint-file.ts';
import { foundCapacities } from '../../report/comparison/capacity-text.ts';
import { prepareOutput } from '../../report/files.ts';
import { resultFiles } from '../../report/result-files.ts';
import { filesText, summaryText } from '../../report/summary-text.ts';
import { inputsOf, type InputFile } from '../../run/inputs.ts';
import { loadOwnPolicies, type OwnPolicies } from '../../run/policies/own-policies.ts';
import type { RunResult } from '../../run/result.ts';
import { Run } from '../../run/run.ts';
import type { RunInfo, Snapshot } from '../../run/snapshot.ts';
import type { RunState, Schedule } from '../../run/saving/saver.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { forecast } from './forecast.ts';
import { openRecording } from '../recording/open.ts';
import type { Recording, RecordingSpec } from '../recording/recording.ts';
import { leaveResults } from './leave-results.ts';
import type { MetricsPort } from '../metrics-port/server.ts';
import { stopOnSignals } from '../signals.ts';
import { suitableThreads } from '../threads.ts';
import { version } from '../version.ts';
import { loadScalingPolicies } from '../../policies/scaling/registry.ts';
import type { RunEvent } from '../../scenario/events/event.ts';
import { readEvents } from '../../scenario/events/file.ts';
import { NOBODY, startWatcher, type WatchOptions } from '../progress/watcher.ts';

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
  /** Whether report.html is made too. */
  report?: boolean;
  /** Replaces whole results of an earlier run. */
  force: boolean;
  /** What is written of single requests and steps; of a run that goes on its state knows. */
  recording?: RecordingSpec;
  /** Serves metrics there while the run goes on; 0: on any free port. */
  metricsPort?: number;
  /** Simulated seconds per second. */
  speed?: number | 'max';
  /** Of a run that goes on: its state, and the files that it reads. */
  state?: RunState;
  inputs?: InputFile[];
}

interface RunParts {
  policies: OwnPolicies;
  recording: Recording | undefined;
  events: RunEvent[];
}

export async function conduct(asked: ConductOptions): Promise<void> {
  const { scenario } = asked.loaded;
  const policies = await loadOwnPolicies(scenario, { allowExec: asked.allowExec ?? false });
  const options = { ...asked, loaded: withReplicaCapacities(asked.loaded, policies) };
  const events = await eventsOf(options);
  prepareOutput(options.outDir, options);
  const say = (line: string) => void (!options.quiet && diagnostics(options).write(`${line}\n`));
  for (const line of foundCapacities(scenario, options.loaded.scenario)) say(line);
  const recording = await openRecording(options.loaded.scenario, options, say);
  try {
    await conductRun(options, { policies, recording, events });
  } finally {
    recording?.close();
  }
}

async function conductRun(options: ConductOptions, parts: RunParts): Promise<void> {
  const { recording } = parts;
  const run = runOf(options, parts);
  const port = await metricsPortOf(run, options);
  const say = (line: string) => void (!options.quiet && diagnostics(options).write(`${line}\n`));
  if (port !== undefined) say(`Metrics at ${port.url}`);
  const outlook = forecast(run, options.schedule !== undefined);
  if (outlook !== undefined) say(outlook);

  const signals = stopOnSignals(run);
  const watcher = await startWatcher(
    { info: withNeed(run.info, options.loaded), control: run, events: run },
    options,
  );
  try {
    if (options.speed !== undefined) run.setSpeed(options.speed);
    const tellAll = (snapshot: Snapshot) => {
      watcher.onSnapshot(snapshot);
      port?.onSnapshot(snapshot);
    };
    const result = await run.execute(watcher === NOBODY && port === undefined ? undefined : tellAll);
    if (result.ending !== 'finished') process.exitCode = result.ending === 'stopped' ? signals.exitCode : 2;
    // Stopped before its first window, a run has nothing to report and replaces nothing.
    const isEmpty = result.windows.length === 0;
    const texts = [
      isEmpty ? 'Stopped before anything was simulated: no results.' : summaryText(result, options.loaded),
    ];
    const files = isEmpty ? undefined : resultFiles(result, options.loaded);
    try {
      if (files !== undefined) {
        const failure = await leaveResults(files, { ...options, recording, run });
        // Only now: until the results were whole, the run could be gone on with.
        if (result.ending !== 'stopped') {
          recording?.settled();
          removeCheckpoint(options.outDir);
        }
        texts.push(filesText(options.outDir, files));
        // A page that cannot be made costs nobody the results.
        if (failure !== undefined) throw failure;
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
      const problems = [...problemsOf(run, result), ...(recording?.problems(run) ?? [])];
      if (problems.length > 0) process.exitCode ??= 2;
      for (const problem of problems) process.stderr.write(`${problem}\n`);
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
  const { openMetricsPort } = await import('../metrics-port/server.ts');
  return openMetricsPort(metricsPort, run, loaded.scenario);
}

/** Those of a run that goes on are in its state. */
async function eventsOf({ events: file, loaded, state }: ConductOptions): Promise<RunEvent[]> {
  if (file !== undefined) return readEvents(file, loaded.scenario);
  const known = state === undefined ? [] : [...state.events.applied, ...state.events.waiting];
  await loadScalingPolicies(known.flatMap((event) => (event.kind === 'policy' ? [event.policy] : [])));
  return [];
}

function runOf({ loaded, outDir, schedule, state, ...options }: ConductOptions, parts: RunParts): Run {
  const { policies, recording, events } = parts;
  const threads = options.threads ?? suitableThreads(loaded.scenario);
  let { inputs } = options;
  const write = async (newState: RunState) => {
    inputs ??= await inputsOf(loaded.scenario);
    recording?.beforeCheckpoint();
    await writeCheckpoint(outDir, { loaded, inputs, schedule, state: newState }, version());
    recording?.afterCheckpoint();
  };
  return new Run(loaded, {
    threads,
    isOnlyRun: true,
    outDir,
    version: version(),
    save: { schedule, write },
    state,
    policies,
    events,
    watch: recording?.watch,
    isServed: options.metricsPort !== undefined,
  });
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

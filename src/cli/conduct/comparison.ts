// Runs what a comparison has planned, shows how far it is, writes results as they come, and at the end, or when it is
// interrupted, compares what there is.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { comparisonOf, type ComparedRun, type Comparison } from '../../experiment/compare/comparison.ts';
import { dayWindows, measure, readyReplicas } from '../../experiment/compare/measures.ts';
import { ownershipCosts } from '../../experiment/compare/ownership.ts';
import type { Plan } from '../../experiment/compare/plan.ts';
import { loadVariants } from '../../experiment/compare/scenarios.ts';
import { startJobs, type JobsOptions } from '../../experiment/jobs.ts';
import { comparisonJson } from '../../report/comparison/fields.ts';
import { checkComparisonFolder, writeComparison } from '../../report/comparison/files.ts';
import { comparisonText } from '../../report/comparison/text.ts';
import { defaultOutDir, prepareOutput, writeResults } from '../../report/files.ts';
import { count, latency, percent, quantity, usd } from '../../report/format.ts';
import { resultFiles } from '../../report/result-files.ts';
import type { RunResult } from '../../run/result.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { showBoard, showProgress, type Progress } from '../progress/comparison.ts';
import { awaitJobs } from './await-jobs.ts';
import { THREADS_MAX } from '../options/numbers.ts';
import { suitableThreads } from '../threads.ts';
import { version } from '../version.ts';

export interface ComparisonOptions {
  outDir: string | undefined;
  threads: number | undefined;
  ownership: boolean;
  json: boolean;
  /** Lines of text, also in a terminal. */
  plain: boolean;
  svg: boolean;
  /** Undefined: unless it would take long. */
  confirm: boolean | undefined;
  allowExec: boolean;
  force: boolean;
}

/** So many short runs are over before threads for them have started. */
const FEW_RUNS = 8;
/** To confirm the best policy on the whole fleet may take so long unasked. */
const CONFIRM_SECONDS_MAX = 600;

export async function conductComparison(plan: Plan, options: ComparisonOptions): Promise<void> {
  const outDir = options.outDir ?? defaultFolder(plan);
  checkComparisonFolder(outDir, options);
  const folders = plan.runs.map(({ variant, seed }) =>
    path.join(outDir, `${plan.variants[variant].label}-${seed}`),
  );
  for (const folder of folders) prepareOutput(folder, options);

  const threads = options.threads ?? threadsFor(plan);
  const runs: (ComparedRun | undefined)[] = plan.runs.map(() => undefined);
  const wallSeconds: number[] = [];
  let windowEnds: number[] = [];
  let need: number[] | undefined;
  const exitCode = await runAll(
    plan.runs.map(({ loaded }) => loaded),
    await progressOf(plan, options),
    {
      ...common(options, threads),
      outDir: (job) => folders[job],
      onFinished: (job, result, ran) => {
        writeResults(folders[job], resultFiles(result, ran.loaded));
        if (windowEnds.length === 0) {
          const day = dayWindows(result);
          windowEnds = day.map(({ endSeconds }) => endSeconds);
          need =
            plan.need &&
            day.map(({ startSeconds, endSeconds }) => plan.need!((startSeconds + endSeconds) / 2));
        }
        runs[job] = comparedRun(result, ran.loaded, { seed: plan.runs[job].seed, need });
        wallSeconds[job] = ran.wallSeconds;
      },
    },
  );
  if (runs.every((run) => run === undefined)) {
    process.stderr.write('Stopped before any run had finished: no results.\n');
    process.exitCode = exitCode;
    return;
  }
  const comparison = comparisonOf(plan, { runs, windowEnds, need });
  const files = writeComparison(outDir, comparison, { ...options, version: version() });
  process.stdout.write(
    options.json
      ? `${JSON.stringify(comparisonJson(comparison, version()), null, 2)}\n`
      : `${comparisonText(comparison, options)}\nFiles in ${outDir}\n  ${files.join(', ')}, and a folder of every run\n`,
  );
  process.exitCode = exitCode;
  if (exitCode === undefined) await confirm(comparison, { ...options, threads, outDir, wallSeconds });
}

/** A screen of the runs where somebody sits before it. */
function progressOf(
  { runs, variants, seeds, base }: Plan,
  { plain, json }: ComparisonOptions,
): Progress | Promise<Progress> {
  if (plain || json || !process.stdout.isTTY) return showProgress(runs.length);
  const names = runs.map(({ variant, seed }) => {
    const { label } = variants[variant];
    return seeds.length > 1 ? `${label} · ${seed}` : label;
  });
  return showBoard({ course: base.loaded.scenario, names });
}

function defaultFolder({ base, runs }: Plan): string {
  const { name, seed } = base.loaded.scenario;
  const hashes = runs.map(({ loaded }) => loaded.hash).join();
  const hash = createHash('sha256').update(hashes).digest('hex').slice(0, 8);
  return defaultOutDir(path.join('out', 'compare'), { name, seed, hash });
}

/** Many short runs are worth threads too. */
function threadsFor({ runs }: Plan): number {
  const forOne = suitableThreads(runs[0].loaded.scenario);
  return forOne === 0 && runs.length > FEW_RUNS ? Math.min(availableParallelism(), THREADS_MAX) : forOne;
}

function common({ allowExec }: ComparisonOptions, threads: number) {
  return { threads, version: version(), allowExec };
}

/** The exit code of an interruption, if there was one. */
async function runAll(
  scenarios: readonly LoadedScenario[],
  progress: Progress,
  options: JobsOptions,
): Promise<number | undefined> {
  const jobs = startJobs(scenarios, {
    ...options,
    onProgress: progress.show,
    onSnapshot: progress.onSnapshot,
    onFinished: (job, result, ran) => {
      options.onFinished(job, result, ran);
      progress.finished(options.outDir(job), job);
    },
  });
  return awaitJobs(jobs, progress);
}

function comparedRun(
  result: RunResult,
  { scenario }: LoadedScenario,
  { seed, need }: { seed: number; need: number[] | undefined },
): ComparedRun {
  return {
    seed,
    isUndrained: result.ending === 'undrained',
    measures: measure(result, need),
    costs: ownershipCosts(result, scenario),
    ready: readyReplicas(dayWindows(result)),
  };
}

interface Confirmation extends ComparisonOptions {
  threads: number;
  outDir: string;
  /** By planned run. */
  wallSeconds: readonly number[];
}

/** What was found on a part, on the whole: the best policy once more. */
async function confirm({ plan, winner, entries }: Comparison, options: Confirmation): Promise<void> {
  if (plan.part === 1 || winner === undefined || options.confirm === false) return;
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(`\n${text}\n`);
  const variant = plan.variants.findIndex(({ label }) => label === winner);
  const [seed] = plan.seeds;
  const threads = Math.max(1, options.threads);
  const threadsBefore = Math.floor(threads / Math.min(threads, plan.runs.length));
  const seconds = (options.wallSeconds[variant] * plan.part * threadsBefore) / threads;
  if (options.confirm === undefined && seconds > CONFIRM_SECONDS_MAX) {
    say(
      `Not confirmed on the whole fleet, which would take some ${Math.ceil(seconds / 60)} min: --confirm does it.`,
    );
    return;
  }
  const [loaded] = loadVariants(plan.base, [plan.variants[variant]], { seed, part: 1 });
  const folder = path.join(options.outDir, `${winner}-${seed}-whole`);
  prepareOutput(folder, options);
  process.stderr.write(`Confirming ${winner} on the whole fleet: some ${Math.ceil(seconds)} s\n`);
  process.exitCode = await runAll([loaded], showProgress(1), {
    ...common(options, options.threads),
    outDir: () => folder,
    onFinished: (_, result, ran) => {
      writeResults(folder, resultFiles(result, ran.loaded));
      const whole = measure(result, undefined);
      const small = entries.find(({ label }) => label === winner)!.runs[0].measures;
      const line = ({ totalUsd, attainment, ttftP99Seconds, replicaHours }: typeof whole, times: number) =>
        `cost ${usd(totalUsd * times)}, SLO met ${percent(attainment)}, p99 TTFT ${latency(ttftP99Seconds)}, ` +
        `${quantity(replicaHours * times)} replica-hours`;
      say(
        `${winner} on the whole fleet, ${count(whole.arrived)} requests: ${line(whole, 1)}\n` +
          `  its part, times ${plan.part}: ${line(small, plan.part)}`,
      );
    },
  });
}

// Many variants of a scenario from code, on this machine's threads or through a queue; the cache and the files of results are
// there if they are asked for.
import { availableParallelism } from 'node:os';
import { version } from '../cli/version.ts';
import { analyse, type Analysis } from '../experiment/sweep/analysis/analysis.ts';
import type { Interval } from '../experiment/sweep/analysis/interval.ts';
import type { MainEffect } from '../experiment/sweep/analysis/main-effects.ts';
import { NO_CACHE, openCache } from '../experiment/sweep/cache.ts';
import { experimentOfData, loadExperiment } from '../experiment/sweep/file/load.ts';
import { openLocal } from '../experiment/sweep/local.ts';
import { planSweep } from '../experiment/sweep/plan.ts';
import type { PointError, Summary, Value } from '../experiment/sweep/point.ts';
import { runSweep, type SweepProgress } from '../experiment/sweep/sweep.ts';
import { UserError } from '../kernel/user-error.ts';
import { makeFolder } from '../report/files.ts';
import { SUMMARY_FIELDS } from '../report/summary-json.ts';
import { prepareSweepFolder, writeSweep } from '../report/sweep/files.ts';
import { commandOf } from '../report/sweep/table.ts';

export interface SweepOptions {
  /** Points at a time, a thread each; by default one per core. */
  workers?: number;
  /** A folder in which points are kept and looked for; without one everything is simulated. */
  cache?: string;
  /** A folder into which sweep.csv, sweep.parquet, variants.csv and sweep.json go; without one none are written. */
  out?: string;
  /** Workers of a queue simulate instead: `redis://host:6379`. Needs the packages bullmq and ioredis. */
  queue?: string;
  /** Whether programs that the scenario names as policies may be run; over a queue its workers decide, and this is refused. */
  allowExec?: boolean;
  /** Ends the sweep early: sweep() then rejects with the signal's reason. What was simulated is in the cache. */
  signal?: AbortSignal;
  /** Whenever a point has come. */
  onProgress?: (progress: SweepProgress) => void;
}

export interface Sweep {
  name: string;
  /** A row per variant and seed. */
  rows: SweepRow[];
  variants: SweptVariant[];
  /** What each parameter does on average, by response. */
  effects: Record<string, MainEffect[]>;
  simulated: number;
  cached: number;
}

export interface SweepRow {
  /** From 1 on. */
  variant: number;
  seed: number;
  /** Undefined where the run failed; then there is an error. */
  summary: Summary | undefined;
  error: PointError | undefined;
  /** That makes the run again. */
  command: string;
}

export interface SweptVariant {
  /** Path of the scenario → value. */
  assignments: Record<string, Value>;
  seeds: number;
  failed: number;
  /** By key of the summary: mean over seeds, and half the width of its confidence interval. */
  responses: Record<string, Interval>;
  /** To the baseline, seed by seed; undefined for the baseline itself. */
  differences: Record<string, Interval> | undefined;
  /** Keeps every constraint, on its means. */
  isFeasible: boolean;
  isOnFront: boolean;
}

/**
 * `experiment`: the path of an experiment file, or the same as an object (docs/sweep.md), its scenario relative to the
 * working directory. Rejects with a UserError for whatever is wrong with it; a run that fails is a row with its error.
 */
export async function sweep(
  experiment: string | Record<string, unknown>,
  options: SweepOptions = {},
): Promise<Sweep> {
  const { signal = new AbortController().signal, onProgress = () => {}, cache: dir, out } = options;
  signal.throwIfAborted();
  const knownKeys = SUMMARY_FIELDS.map(({ key }) => key);
  const read =
    typeof experiment === 'string'
      ? loadExperiment(experiment, { parameters: [], overrides: [], knownKeys })
      : experimentOfData(experiment, knownKeys);
  const plan = await planSweep(read, version());
  if (out !== undefined) prepareSweepFolder(out, plan.hash);
  const cache = dir === undefined ? NO_CACHE : openCache({ dir, makeFolder, nowMs: Date.now });
  const executor = await executorOf(`${read.name}-${plan.hash}`, options);
  try {
    const result = await runSweep(plan, { executor, cache, signal, onProgress });
    signal.throwIfAborted();
    const analysis = analyse(result);
    if (out !== undefined) await writeSweep(out, analysis);
    return sweepOf(analysis);
  } finally {
    await executor.close();
  }
}

async function executorOf(name: string, { queue, workers, allowExec }: SweepOptions) {
  if (queue !== undefined) {
    if (allowExec)
      throw new UserError('allowExec: over a queue its workers decide what they run; leave one out');
    const { openQueue } = await import('../experiment/queue/executor.ts');
    return openQueue(queue, { version: version(), sweep: name });
  }
  // From the sources (tests) the built file is used: Node 20 runs no TypeScript in threads.
  const built = import.meta.url.endsWith('.ts') ? '../../dist/cli/sweep-thread.js' : '../cli/sweep-thread.js';
  const threadFile = new URL(built, import.meta.url);
  return openLocal({ threadFile, threads: workers ?? availableParallelism(), allowExec });
}

function sweepOf({ result, variants, effects }: Analysis): Sweep {
  const { experiment } = result.plan;
  return {
    name: experiment.name,
    rows: result.rows.map(({ variant, seed, summary, error }) => ({
      variant: variant.index + 1,
      seed,
      summary,
      error,
      command: commandOf(experiment.scenarioPath, variant.overrides, seed),
    })),
    variants: variants.map(({ variant, seeds, failed, responses, differences, isFeasible, isOnFront }) => ({
      assignments: variant.assignments,
      seeds,
      failed,
      responses,
      differences,
      isFeasible,
      isOnFront,
    })),
    effects,
    simulated: result.simulated,
    cached: result.cached,
  };
}

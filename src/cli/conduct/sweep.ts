// Carries out a sweep: plans it, opens cache and executor, shows how far it is, stops on signals, and leaves its files and
// a table. What was simulated is in the cache at once, so the same command goes on where an interrupted one stopped.
import { DETACH } from '../../experiment/queue/detach.ts';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { analyse } from '../../experiment/sweep/analysis/analysis.ts';
import { NO_CACHE, openCache, type SweepCache } from '../../experiment/sweep/cache.ts';
import { loadExperiment } from '../../experiment/sweep/file/load.ts';
import { openLocal, pointBytes, suitableLanes } from '../../experiment/sweep/local.ts';
import { planSweep, type SweepPlan } from '../../experiment/sweep/plan.ts';
import type { PointExecutor } from '../../experiment/sweep/point.ts';
import { runSweep, type SweepResult } from '../../experiment/sweep/sweep.ts';
import { makeFolder } from '../../report/files.ts';
import { prepareSweepFolder, sweepFolder, writeSweep } from '../../report/sweep/files.ts';
import { sweepJson } from '../../report/sweep/fields.ts';
import { sweepText } from '../../report/sweep/text.ts';
import { SUMMARY_FIELDS } from '../../report/summary-json.ts';
import type { SweepCommandOptions } from '../commands/many-runs/sweep.ts';
import { atQueue, type QueueAsked } from '../options/queue.ts';
import { stopOnSignals } from '../signals.ts';
import { sweepProgress, type ProgressShown } from '../progress/sweep.ts';
import { version } from '../version.ts';

export interface ConductSweepOptions extends Omit<SweepCommandOptions, 'seeds' | 'queue'> {
  queue: QueueAsked | undefined;
  seeds: number | number[] | undefined;
  lanes: number | undefined;
}

export const DEFAULT_CACHE = path.join('out', '.cache');

export async function conductSweep(experimentPath: string, options: ConductSweepOptions): Promise<void> {
  const experiment = loadExperiment(experimentPath, {
    parameters: options.param,
    overrides: options.set,
    seeds: options.seeds,
    knownKeys: SUMMARY_FIELDS.map(({ key }) => key),
  });
  const plan = await planSweep(experiment, version());
  const outDir = options.out ?? sweepFolder('out', { name: experiment.name, hash: plan.hash });
  if (options.shard === undefined) prepareSweepFolder(outDir, plan.hash);
  const progress = sweepProgress({ plain: options.plain ?? false });
  const bad = plan.variants.filter(({ problem }) => problem !== undefined).length;
  if (bad > 0)
    progress.say(`${bad} of ${plan.variants.length} variants have a mistake and will be rows of errors`);
  const { result, exitCode } = await simulated(plan, options, progress);
  if (exitCode !== undefined) {
    const kept = options.cache === false ? '' : '; what was simulated is kept, and the same command goes on';
    process.stderr.write(`Stopped with ${result.rows.length} runs done${kept}\n`);
    process.exitCode = exitCode;
    return;
  }
  if (options.shard !== undefined) {
    process.stdout.write(
      `Part ${options.shard}: ${result.simulated} points simulated, ${result.cached} were there. ` +
        'When all parts are in one cache, the same command without --shard makes the table.\n',
    );
    return;
  }
  const analysis = analyse(result);
  const files = await writeSweep(outDir, analysis);
  process.stdout.write(
    options.json
      ? `${JSON.stringify(sweepJson(analysis), null, 2)}\n`
      : `${sweepText(analysis)}\n\nFiles in ${outDir}\n  ${files.join(', ')}\n`,
  );
  if (result.rows.every(({ error }) => error !== undefined)) process.exitCode = 2;
}

async function simulated(
  plan: SweepPlan,
  options: ConductSweepOptions,
  progress: ProgressShown,
): Promise<{ result: SweepResult; exitCode: number | undefined }> {
  const cache = cacheOf(options);
  const controller = new AbortController();
  const control = {
    get isStopping() {
      return controller.signal.aborted;
    },
    // A worker's machine that is shut down, or a submitter's, gives up nothing: only Ctrl-C takes points out of a queue.
    stop: () => controller.abort(signals.received === 'SIGINT' ? undefined : DETACH),
  };
  const signals = stopOnSignals(control);
  const executor = await executorOf(plan, options, progress);
  try {
    const part = await partOf(options);
    const { signal } = controller;
    const result = await runSweep(plan, { executor, cache, signal, onProgress: progress.show, part });
    return { result, exitCode: control.isStopping ? signals.exitCode : undefined };
  } finally {
    progress.close();
    await executor.close();
    signals.dispose();
    if (cache.problem !== undefined) progress.say(cache.problem);
  }
}

function cacheOf({ cache }: ConductSweepOptions): SweepCache {
  if (cache === false) return NO_CACHE;
  return openCache({ dir: cache ?? DEFAULT_CACHE, makeFolder, nowMs: Date.now });
}

async function executorOf(
  plan: SweepPlan,
  options: ConductSweepOptions,
  progress: ProgressShown,
): Promise<PointExecutor> {
  const { queue } = options;
  if (queue === undefined) {
    const threadFile = new URL('../sweep-thread.js', import.meta.url);
    const threads = options.lanes ?? lanesFor(plan);
    return openLocal({ threadFile, threads, allowExec: options.allowExec });
  }
  const { openQueue } = await import('../../experiment/queue/executor.ts');
  const sweep = `${plan.experiment.name}-${plan.hash}`;
  const executor = await atQueue(queue, () =>
    openQueue(queue.url, { version: version(), sweep, attach: options.attach, onNotice: progress.say }),
  );
  // Who has forgotten what the environment says would wait for workers that nobody starts.
  if (queue.by !== '--queue')
    progress.say(`points go to the queue that ${queue.by} names; --queue none simulates them here`);
  return executor;
}

function lanesFor({ variants, experiment }: SweepPlan): number {
  const bytes = variants.map(({ prepared }) =>
    prepared === undefined ? 0 : pointBytes(prepared.loaded.scenario),
  );
  const runs =
    variants.length * (typeof experiment.seeds === 'number' ? experiment.seeds : experiment.seeds.length);
  return Math.min(suitableLanes(Math.max(...bytes)), availableParallelism(), Math.max(1, runs));
}

async function partOf({ shard }: ConductSweepOptions) {
  if (shard === undefined) return undefined;
  const { parseShard, shardOf } = await import('../../experiment/queue/shard.ts');
  const part = parseShard(shard);
  return (points: Parameters<typeof shardOf>[0]) => shardOf(points, part);
}

// Fills in the defaults that follow from other keys, and translates the completed file into what the program runs.
// Filling is idempotent: a completed file, written and read again, gives the same scenario.
import { basename } from 'node:path';
import { GPUS } from '../../catalog/gpus.ts';
import { modelOf, parameterCount, type Model } from '../../catalog/models.ts';
import { defaultNode } from '../../catalog/nodes.ts';
import type { Stack } from '../../catalog/stacks.ts';
import { isoLocal } from '../../kernel/clock.ts';
import type { BatchingSpec } from '../../fleet/spec.ts';
import { defaultCompute } from '../../perf/served.ts';
import type { PerfSpec } from '../../perf/spec.ts';
import type { PoolSpec, Scenario } from '../scenario.ts';
import type { PoolFile, ScenarioFile } from '../schema.ts';
import {
  DEFAULT_MODEL,
  DEFAULT_MODEL_LENGTH_FIXED,
  REPLICAS_PER_CELL,
  REPLICAS_PER_CELL_LEAST,
} from '../schema/fleet.ts';
import { autoscalingSpec, completeAutoscaling } from './pools/autoscaling.ts';
import type { AutoscalingFile } from './pools/autoscaling.ts';
import { completeEconomics } from './economics/complete.ts';
import type { RunSpan } from './economics/files.ts';
import { economicsSpec } from './economics/spec.ts';
import { completeModel, modelFromFile, type ModelFile } from '../schema/model.ts';
import { stackFromFile, type StackFile } from '../schema/stack.ts';
import { epochMsOf } from '../schema/time.ts';
import type { Path } from './source.ts';
import { completeSpot, spotSpec } from './pools/spot.ts';
import { completeWorkload, workloadSpec } from './workload/resolve-workload.ts';

export interface FileContext {
  filePath: string;
  /** The folder to which a path written at that key is relative. */
  folderOf(path: Path): string;
}

export type CompleteFile = ReturnType<typeof complete>;
export type CompletePool = ReturnType<typeof completePool>;

export function complete(file: ScenarioFile, context: FileContext) {
  const replicas = file.fleet.pools.reduce((sum, pool) => sum + pool.replicas, 0);
  const pools = file.fleet.pools.map((pool, i) =>
    completePool(pool, i, { replicas, autoscaling: file.autoscaling }),
  );
  return {
    ...file,
    name: file.name ?? nameFromFile(context.filePath),
    start: isoLocal(startOf(file), file.timeZone),
    workload: completeWorkload(file, context),
    fleet: { ...file.fleet, pools },
    economics: completeEconomics(file, pools, context),
    output: { ...file.output, window: file.output.window ?? Math.min(60, Math.ceil(file.duration)) },
  };
}

/** When requests arrive. */
export function spanOf(file: Pick<ScenarioFile, 'start' | 'timeZone' | 'duration'>): RunSpan {
  const fromEpochMs = startOf(file);
  return { fromEpochMs, toEpochMs: fromEpochMs + file.duration * 1000 };
}

/** 0 where the clocks do not show that moment once: a mistake that checks.ts reports. */
function startOf({ start, timeZone }: Pick<ScenarioFile, 'start' | 'timeZone'>): number {
  const epochMs = epochMsOf(start, timeZone);
  return typeof epochMs === 'number' ? epochMs : 0;
}

function nameFromFile(filePath: string): string {
  const stem = basename(filePath).replace(/\.ya?ml$/i, '');
  const name = stem.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return name.slice(0, 60) || 'scenario';
}

function catalogStack(stack: string | StackFile): string | Stack {
  return typeof stack === 'string' ? stack : stackFromFile(stack);
}

/** `all`: of all pools, and for those without autoscaling of their own. */
function completePool(
  pool: PoolFile,
  index: number,
  all: { replicas: number; autoscaling: AutoscalingFile | undefined },
) {
  const serving = pool.performance.kind === 'physical' ? completeServing(pool) : undefined;
  const scaling = pool.autoscaling ?? all.autoscaling;
  const weightBytes = serving && 2 * parameterCount(modelOf(catalogModel(serving.model)));
  const autoscaling = scaling && completeAutoscaling(scaling, pool.replicas, weightBytes);
  return {
    ...pool,
    name: pool.name ?? `pool-${index + 1}`,
    node: pool.node ?? defaultNode(pool.gpu),
    ...serving,
    cells: pool.cells === 'auto' ? automaticCells(pool.replicas, autoscaling) : pool.cells,
    share: pool.share ?? pool.replicas / all.replicas,
    autoscaling,
    spot: pool.spot && completeSpot(pool.spot, autoscaling !== undefined, weightBytes),
    maxModelLength:
      pool.maxModelLength ??
      (serving ? modelOf(catalogModel(serving.model)).maxModelLength : DEFAULT_MODEL_LENGTH_FIXED),
  };
}

/** So few that a cell is not without replicas when there are least, and evenly filled. */
function automaticCells(replicas: number, autoscaling: { min: number; initial: number } | undefined): number {
  const cells = Math.ceil(replicas / REPLICAS_PER_CELL);
  if (autoscaling === undefined) return cells;
  const least = Math.min(autoscaling.min, autoscaling.initial);
  return Math.max(1, Math.min(cells, Math.floor(least / REPLICAS_PER_CELL_LEAST)));
}

/** What the performance model of the catalog has to know. */
function completeServing(pool: PoolFile) {
  const model = completeAnyModel(pool.model ?? DEFAULT_MODEL);
  const { weights = 'fp16', speculative } = pool;
  return {
    model,
    stack: pool.stack ?? modelOf(catalogModel(model)).defaultStack,
    pp: pool.pp ?? 1,
    weights,
    compute: pool.compute ?? defaultCompute(weights, GPUS[pool.gpu]),
    kvCache: pool.kvCache ?? ('fp16' as const),
    ...(speculative && {
      speculative: { ...speculative, draftModel: completeAnyModel(speculative.draftModel) },
    }),
  };
}

function completeAnyModel(model: string | ModelFile): string | ModelFile {
  return typeof model === 'string' ? model : completeModel(model);
}

/** As the program knows it: a mapping of the file is a model of the user's own. */
function catalogModel(model: string | ModelFile): string | Model {
  return typeof model === 'string' ? model : modelFromFile(model);
}

export function scenarioOf(file: CompleteFile): Scenario {
  const { name, description, seed, timeZone, duration, fleet, routing, slo, economics, output } = file;
  return {
    name,
    description,
    seed,
    startEpochMs: startOf(file),
    timeZone,
    durationSeconds: duration,
    workload: workloadSpec(file.workload),
    pools: fleet.pools.map(poolSpec),
    routing: routing.policy,
    slo: {
      ttftSeconds: slo.ttft ?? undefined,
      tpotSeconds: slo.tpot ?? undefined,
      e2eSeconds: slo.e2e ?? undefined,
    },
    economics: economicsSpec(economics, spanOf(file)),
    windowSeconds: output.window,
    drain: output.drain,
  };
}

function poolSpec(pool: CompletePool): PoolSpec {
  const { name, node, replicas, cells, share, maxModelLength, overlong, queueLimit, ownership } = pool;
  return {
    name,
    perf: perfSpec(pool),
    node,
    replicas,
    cells,
    share,
    batching: batchingSpec(pool.batching),
    limits: { maxModelLength, overlong, queueLimit },
    ownership,
    ...(pool.autoscaling && { autoscaling: autoscalingSpec(pool.autoscaling) }),
    ...(pool.spot && { spot: spotSpec(pool) }),
  };
}

export function perfSpec(pool: CompletePool): PerfSpec {
  const { performance, gpu, tp } = pool;
  if (performance.kind === 'fixed') return { ...performance, gpu, tp };
  const { model, stack, pp, weights, compute, kvCache, speculative } = pool;
  return {
    kind: 'physical',
    model: catalogModel(model!),
    gpu,
    stack: catalogStack(stack!),
    tp,
    pp,
    weights,
    compute,
    kvCache,
    ...(speculative && {
      speculative: { ...speculative, draftModel: catalogModel(speculative.draftModel) },
    }),
  };
}

function batchingSpec(batching: CompletePool['batching']): BatchingSpec {
  if (!('batchSize' in batching)) return batching;
  const { policy, batchSize, maxDelay } = batching;
  return { policy, batchSize, maxDelaySeconds: maxDelay };
}

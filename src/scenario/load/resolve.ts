// Fills in the defaults that follow from other keys, and translates the completed file into what the program runs.
// Filling is idempotent: a completed file, written and read again, gives the same scenario.
import { basename, resolve as absolute } from 'node:path';
import { CURVES } from '../../catalog/curves.ts';
import { LENGTH_FITS } from '../../catalog/length-fits.ts';
import { modelOf } from '../../catalog/models.ts';
import { nodeOf } from '../../catalog/nodes.ts';
import { isoLocal } from '../../kernel/clock.ts';
import type { TariffSpec } from '../../economics/spec.ts';
import type { BatchingSpec } from '../../fleet/spec.ts';
import type { PerfSpec } from '../../perf/spec.ts';
import type { ArrivalsSpec, LengthSpec, TokensSpec, WorkloadSpec } from '../../workload/spec.ts';
import type { PoolSpec, Scenario } from '../scenario.ts';
import type { PoolFile, ScenarioFile, WorkloadFile } from '../schema.ts';
import { DEFAULT_MODEL, DEFAULT_MODEL_LENGTH_FIXED, REPLICAS_PER_CELL } from '../schema/fleet.ts';
import { epochMsOf } from '../schema/time.ts';
import { DEFAULT_OUTPUT_TOKENS, DEFAULT_PROMPT_TOKENS } from '../schema/workload.ts';
import { meanAndSigma } from './lognormal.ts';
import type { Path } from './source.ts';

export interface FileContext {
  filePath: string;
  /** The folder to which a path written at that key is relative. */
  folderOf(path: Path): string;
}

export type CompleteFile = ReturnType<typeof complete>;
type CompletePool = CompleteFile['fleet']['pools'][number];
type ArrivalsFile = NonNullable<WorkloadFile['arrivals']>;
export type LengthFile = NonNullable<WorkloadFile['promptTokens']>;

const SECONDS_PER_DAY = 86_400;

export function complete(file: ScenarioFile, context: FileContext) {
  const { pools } = file.fleet;
  const replicas = pools.reduce((sum, pool) => sum + pool.replicas, 0);
  const { electricity } = file.economics;
  return {
    ...file,
    name: file.name ?? nameFromFile(context.filePath),
    start: isoLocal(startOf(file), file.timeZone),
    workload: completeWorkload(file, context),
    fleet: { pools: pools.map((pool, i) => completePool(pool, i, replicas)) },
    economics: {
      ...file.economics,
      electricity:
        electricity.kind === 'flat'
          ? electricity
          : { ...electricity, timeZone: electricity.timeZone ?? file.timeZone },
      nodePrice: file.economics.nodePrice ?? nodeOf(pools[0].node).priceUsd,
    },
    output: { ...file.output, window: file.output.window ?? Math.min(60, Math.ceil(file.duration)) },
  };
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

function completeWorkload({ workload, timeZone }: ScenarioFile, context: FileContext): WorkloadFile {
  const { trace, arrivals, lengths } = workload;
  const absolutePath = (key: 'trace' | 'lengths', path: string) =>
    absolute(context.folderOf(['workload', key, 'path']), path);
  if (trace) return { trace: { ...trace, path: absolutePath('trace', trace.path) } };
  return {
    arrivals:
      arrivals?.kind === 'diurnal'
        ? { ...arrivals, timeZone: arrivals.timeZone ?? zoneOfCurve(arrivals.curve) ?? timeZone }
        : arrivals,
    ...(lengths
      ? { lengths: { ...lengths, path: absolutePath('lengths', lengths.path) } }
      : {
          promptTokens: completeLength(workload.promptTokens ?? DEFAULT_PROMPT_TOKENS),
          outputTokens: completeLength(workload.outputTokens ?? DEFAULT_OUTPUT_TOKENS),
        }),
  };
}

function zoneOfCurve(curve: string | number[]): string | undefined {
  return typeof curve === 'string' ? CURVES[curve].timeZone : undefined;
}

function completeLength(length: LengthFile): LengthFile {
  if (length.kind !== 'lognormal') return length;
  const { kind, min, max } = length;
  const found = meanAndSigma(length);
  return 'problem' in found ? length : { kind, ...found, ...(min && { min }), ...(max && { max }) };
}

function completePool(pool: PoolFile, index: number, allReplicas: number) {
  const isPhysical = pool.performance.kind === 'physical';
  const model = isPhysical ? (pool.model ?? DEFAULT_MODEL) : undefined;
  return {
    ...pool,
    name: pool.name ?? `pool-${index + 1}`,
    ...(model && { model, stack: pool.stack ?? modelOf(model).defaultStack }),
    cells: pool.cells === 'auto' ? Math.ceil(pool.replicas / REPLICAS_PER_CELL) : pool.cells,
    share: pool.share ?? pool.replicas / allReplicas,
    maxModelLength:
      pool.maxModelLength ?? (model ? modelOf(model).maxModelLength : DEFAULT_MODEL_LENGTH_FIXED),
  };
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
    economics: {
      tariff: tariffSpec(economics.electricity),
      pue: economics.pue,
      nodePriceUsd: economics.nodePrice,
      lifeYears: economics.life,
      salvageUsd: economics.salvage,
      capexOverheadShare: economics.capexOverhead,
      rentUsdPerGpuHour: economics.rent,
    },
    windowSeconds: output.window,
    drain: output.drain,
  };
}

export function workloadSpec(workload: CompleteFile['workload']): WorkloadSpec {
  const { trace, arrivals, lengths, promptTokens, outputTokens } = workload;
  if (trace) return { kind: 'trace', trace };
  const tokens: TokensSpec = lengths
    ? { kind: 'resample', path: lengths.path }
    : { kind: 'independent', prompt: lengthSpec(promptTokens!), output: lengthSpec(outputTokens!) };
  return { kind: 'synthetic', arrivals: arrivalsSpec(arrivals!), tokens };
}

export function arrivalsSpec(arrivals: ArrivalsFile): ArrivalsSpec {
  if (arrivals.kind === 'constant') return arrivals;
  const { requestsPerSecond, requestsPerDay, curve, interpolation, peakToMean, timeZone } = arrivals;
  return {
    kind: 'diurnal',
    requestsPerSecondMean: requestsPerSecond ?? requestsPerDay! / SECONDS_PER_DAY,
    curve: typeof curve === 'string' ? CURVES[curve].hours : curve,
    interpolation,
    peakToMean,
    timeZone: timeZone!,
  };
}

export function lengthSpec(length: LengthFile): LengthSpec {
  if (length.kind === 'quantiles' && typeof length.points === 'string') {
    return { ...length, points: LENGTH_FITS[length.points].points };
  }
  return length as LengthSpec;
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
  };
}

export function perfSpec({ performance, model, gpu, stack, tp }: CompletePool): PerfSpec {
  if (performance.kind === 'fixed') return { ...performance, gpu, tp };
  return { kind: 'physical', model: model!, gpu, stack: stack!, tp };
}

function batchingSpec(batching: CompletePool['batching']): BatchingSpec {
  if (!('batchSize' in batching)) return batching;
  const { policy, batchSize, maxDelay } = batching;
  return { policy, batchSize, maxDelaySeconds: maxDelay };
}

function tariffSpec(electricity: CompleteFile['economics']['electricity']): TariffSpec {
  if (electricity.kind === 'flat') return { kind: 'flat', usdPerKwh: electricity.price };
  const { kind, timeZone, price, periods } = electricity;
  return {
    kind,
    timeZone: timeZone!,
    usdPerKwh: price,
    periods: periods.map(({ price: usdPerKwh, ...hours }) => ({ ...hours, usdPerKwh })),
  };
}

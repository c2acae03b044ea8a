// The composition root: from a scenario to the objects that simulate and measure it. Nothing else knows both what a
// scenario may say and which class does it.
import { nodeOf } from '../catalog/nodes.ts';
import type { EconomicsSpec } from '../economics/spec.ts';
import { AttainmentLog } from '../fleet/attainment.ts';
import { Cell } from '../fleet/cell.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { createEngine } from '../fleet/engine.ts';
import type { Engine, EngineOptions, LatencyHistograms } from '../fleet/engine-interface.ts';
import { createMembers } from '../fleet/members.ts';
import { RequestRecorder } from '../fleet/records/recorder.ts';
import type { RecordedCell } from '../fleet/records/recorder.ts';
import { createSampler } from '../fleet/records/sampler.ts';
import { RunTracer } from '../fleet/records/tracer.ts';
import type { TraceSpec } from '../fleet/records/tracer.ts';
import { ReplicaRecord } from '../fleet/replicas/replica-record.ts';
import type { SloSpec } from '../fleet/spec.ts';
import { BLOCK_TOKENS } from '../fleet/requests/request-entry.ts';
import { Histogram } from '../kernel/histogram.ts';
import { RandomStream } from '../kernel/random.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import type { PoolPhysics } from '../metrics/pool-use.ts';
import { createPerfModel } from '../perf/create.ts';
import { emptyStepSeconds } from '../perf/empty-step.ts';
import { powerModel } from '../perf/power.ts';
import { gpusPerReplica } from '../perf/spec.ts';
import { utilisationModel } from '../perf/utilisation.ts';
import { batchingShape } from '../policies/batching/registry.ts';
import { ROUTERS } from '../policies/routing/registry.ts';
import type { BurstableSource } from '../workload/bursts.ts';
import { createBurstableSource } from '../workload/create.ts';
import type { PoolSpec, Scenario } from './scenario.ts';

/** Cells of a run that one thread simulates, and what they share. */
export interface CellGroup {
  /** In the order of their plans. */
  cells: Cell[];
  /** In the same order: where their requests come from. */
  sources: BurstableSource[];
  attainment: AttainmentLog;
  /** By pool; undefined where the group has no cells of it. */
  latencies: (LatencyHistograms | undefined)[];
  /** By pool: whether a controller looks at it. */
  scraped: boolean[];
  /** By pool; undefined where nobody wants to know. */
  recorders: (RequestRecorder | undefined)[];
  tracers: (RunTracer | undefined)[];
  /** By cell: where its replicas begin in the engine of its pool. */
  firsts: number[];
}

/** What somebody wants to know beside the counts. */
export interface WatchSpec {
  /** Part of all requests that is recorded, in (0, 1]. */
  recordedPart?: number;
  trace?: TraceSpec;
}

export function buildCells(scenario: Scenario, plans: readonly CellPlan[], watch: WatchSpec = {}): CellGroup {
  const attainment = new AttainmentLog();
  const latencies: (LatencyHistograms | undefined)[] = scenario.pools.map(() => undefined);
  const built = new Map<CellPlan, { cell: Cell; source: BurstableSource }>();
  const firsts = new Map<CellPlan, number>();
  const recorders: CellGroup['recorders'] = scenario.pools.map(() => undefined);
  const tracers: CellGroup['tracers'] = scenario.pools.map(() => undefined);
  for (const pool of scenario.pools.keys()) {
    const ofPool = plans.filter((plan) => plan.pool === pool);
    if (ofPool.length === 0) continue;
    let end = 0;
    for (const plan of ofPool) {
      firsts.set(plan, end);
      end += plan.replicas * ReplicaRecord.SIZE;
    }
    latencies[pool] = newHistograms();
    const recorded = ofPool.map((plan) => recordedCell(scenario, plan, firsts.get(plan)!, watch));
    recorders[pool] = watch.recordedPart === undefined ? undefined : new RequestRecorder(recorded);
    const numbers = numbersOf(ofPool);
    tracers[pool] = watch.trace && new RunTracer(watch.trace, { pool, numbers });
    const engine = buildEngine(scenario, ofPool, {
      attainment,
      latencies: latencies[pool],
      observer: recorders[pool],
      tracer: tracers[pool],
    });
    recorders[pool]?.attach(engine);
    tracers[pool]?.attach(engine);
    for (const plan of ofPool) built.set(plan, buildCell(scenario, plan, engine, firsts.get(plan)!));
  }
  const scraped = scenario.pools.map(({ autoscaling }) => autoscaling !== undefined);
  return {
    cells: plans.map((plan) => built.get(plan)!.cell),
    sources: plans.map((plan) => built.get(plan)!.source),
    firsts: plans.map((plan) => firsts.get(plan)!),
    attainment,
    latencies,
    scraped,
    recorders,
    tracers,
  };
}

export function recordedCell(
  { seed }: Scenario,
  { index, firstReplica }: CellPlan,
  first: number,
  { recordedPart = 1 }: WatchSpec,
): RecordedCell {
  return { index, firstReplica, first, sampler: createSampler(seed, index, recordedPart) };
}

/** Of their replicas in the pool, in the order in which the engine has them. */
function numbersOf(plans: readonly CellPlan[]): Int32Array {
  const numbers = plans.flatMap(({ firstReplica, replicas }) =>
    Array.from({ length: replicas }, (_, i) => firstReplica + i),
  );
  return Int32Array.from(numbers);
}

/** One engine for all of a pool's cells: V8 compiles the only one best (see engine.ts). */
function buildEngine(
  scenario: Scenario,
  plans: readonly CellPlan[],
  shared: Pick<EngineOptions, 'attainment' | 'latencies' | 'observer' | 'tracer'>,
): Engine {
  const pool = scenario.pools[plans[0].pool];
  const shape = batchingShape(pool.batching);
  return createEngine({
    replicaNumbers: numbersOf(plans),
    poolReplicas: pool.replicas,
    maxSequences: shape.maxSequences,
    pagedKv: shape.pagedKv,
    queueLimit: pool.limits.queueLimit,
    perf: createPerfModel(pool.perf, `${scenario.seed}/pool/${plans[0].pool}/service`),
    createBatching: shape.create,
    compiled: shape.compiled,
    slo: sloTicks(scenario.slo),
    ...shared,
  });
}

function buildCell(scenario: Scenario, plan: CellPlan, engine: Engine, first: number) {
  const { seed } = scenario;
  const { limits, autoscaling, spot } = scenario.pools[plan.pool];
  // A controller opens them one by one.
  const members = createMembers(first, plan.replicas, autoscaling === undefined ? plan.replicas : 0);
  const router = new ROUTERS[scenario.routing](
    engine,
    members,
    new RandomStream(seed, `cell/${plan.index}/routing`),
  );
  const source = createBurstableSource({
    spec: scenario.workload,
    share: { cell: plan.index, share: plan.share, shareStart: plan.shareStart },
    seed,
    startEpochMs: scenario.startEpochMs,
    durationSeconds: scenario.durationSeconds,
  });
  // Replicas of a pool that does not scale can go by an event, or with their node.
  const killed = autoscaling?.killed ?? spot?.replacement?.killed ?? 'retry';
  return { cell: new Cell(engine, members, { router, source, limits, killed }), source };
}

function newHistograms(): LatencyHistograms {
  return { ttft: new Histogram(), tpot: new Histogram(), itl: new Histogram(), e2e: new Histogram() };
}

function sloTicks(slo: SloSpec): { ttft: number; tpot: number; e2e: number } {
  const ticks = (seconds: number | undefined) => (seconds === undefined ? Infinity : secondsToTicks(seconds));
  return { ttft: ticks(slo.ttftSeconds), tpot: ticks(slo.tpotSeconds), e2e: ticks(slo.e2eSeconds) };
}

export function nodesOfPool(pool: PoolSpec): { nodes: number; gpus: number; gpusUsed: number } {
  const node = nodeOf(pool.node);
  const gpusUsed = pool.replicas * gpusPerReplica(pool.perf);
  const nodes = Math.ceil(gpusUsed / node.gpus);
  return { nodes, gpus: nodes * node.gpus, gpusUsed };
}

export function poolPhysics(pool: PoolSpec, { offWatts }: Pick<EconomicsSpec, 'offWatts'>): PoolPhysics {
  const power = powerModel(pool.perf, pool.node);
  const { nodes, gpus, gpusUsed } = nodesOfPool(pool);
  const node = nodeOf(pool.node);
  return {
    replicas: pool.replicas,
    nodes,
    power,
    utilisation: utilisationModel(pool.perf),
    kvBlocks: (createPerfModel(pool.perf, '').kvTokens / BLOCK_TOKENS) * pool.replicas,
    spareWatts: (gpus - gpusUsed) * (node.idleWatts / node.gpus),
    idleGpuShareWatts: node.idleWatts / node.gpus,
    gpusPerNode: node.gpus,
    gpusPerReplica: gpusPerReplica(pool.perf),
    // A rented node that is off is somebody else's.
    offNodeWatts: pool.ownership === 'owned' ? offWatts : 0,
    emptyStepSeconds: emptyStepSeconds(pool.perf),
  };
}

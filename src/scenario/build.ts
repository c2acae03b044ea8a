// The composition root: from a scenario to the objects that simulate and measure it. Nothing else knows both what a
// scenario may say and which class does it.
import { nodeOf } from '../catalog/nodes.ts';
import { AttainmentLog } from '../fleet/attainment.ts';
import { Cell } from '../fleet/cell.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { createEngine } from '../fleet/engine.ts';
import type { Engine, LatencyHistograms } from '../fleet/engine.ts';
import { createMembers } from '../fleet/members.ts';
import type { SloSpec } from '../fleet/spec.ts';
import { BLOCK_TOKENS } from '../fleet/request-pool.ts';
import { Histogram } from '../kernel/histogram.ts';
import { RandomStream } from '../kernel/random.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import type { PoolPhysics } from '../metrics/accumulator.ts';
import { createPerfModel } from '../perf/create.ts';
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
}

export function buildCells(scenario: Scenario, plans: readonly CellPlan[]): CellGroup {
  const attainment = new AttainmentLog();
  const latencies: (LatencyHistograms | undefined)[] = scenario.pools.map(() => undefined);
  const built = new Map<CellPlan, { cell: Cell; source: BurstableSource }>();
  for (const pool of scenario.pools.keys()) {
    const ofPool = plans.filter((plan) => plan.pool === pool);
    if (ofPool.length === 0) continue;
    latencies[pool] = newHistograms();
    const engine = buildEngine(scenario, ofPool, { attainment, latencies: latencies[pool] });
    let first = 0;
    for (const plan of ofPool) {
      built.set(plan, buildCell(scenario, plan, engine, first));
      first += plan.replicas;
    }
  }
  const scraped = scenario.pools.map(({ autoscaling }) => autoscaling !== undefined);
  const cells = plans.map((plan) => built.get(plan)!.cell);
  const sources = plans.map((plan) => built.get(plan)!.source);
  return { cells, sources, attainment, latencies, scraped };
}

/** One engine for all of a pool's cells: V8 compiles the only one best (see engine.ts). */
function buildEngine(
  scenario: Scenario,
  plans: readonly CellPlan[],
  shared: { attainment: AttainmentLog; latencies: LatencyHistograms },
): Engine {
  const pool = scenario.pools[plans[0].pool];
  const shape = batchingShape(pool.batching);
  const numbers = plans.flatMap(({ firstReplica, replicas }) =>
    Array.from({ length: replicas }, (_, i) => firstReplica + i),
  );
  return createEngine({
    replicaNumbers: Int32Array.from(numbers),
    poolReplicas: pool.replicas,
    maxSequences: shape.maxSequences,
    pagedKv: shape.pagedKv,
    queueLimit: pool.limits.queueLimit,
    perf: createPerfModel(pool.perf, `${scenario.seed}/pool/${plans[0].pool}/service`),
    createBatching: shape.create,
    slo: sloTicks(scenario.slo),
    ...shared,
  });
}

function buildCell(scenario: Scenario, plan: CellPlan, engine: Engine, first: number) {
  const { seed } = scenario;
  const { limits, autoscaling } = scenario.pools[plan.pool];
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
  // Replicas of a pool that does not scale can go by an event.
  const killed = autoscaling?.killed ?? 'retry';
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

export function poolPhysics(pool: PoolSpec): PoolPhysics {
  const power = powerModel(pool.perf, pool.node);
  const { gpus, gpusUsed } = nodesOfPool(pool);
  const node = nodeOf(pool.node);
  return {
    replicas: pool.replicas,
    power,
    utilisation: utilisationModel(pool.perf),
    kvBlocks: (createPerfModel(pool.perf, '').kvTokens / BLOCK_TOKENS) * pool.replicas,
    spareWatts: (gpus - gpusUsed) * (node.idleWatts / node.gpus),
    idleGpuShareWatts: node.idleWatts / node.gpus,
    gpusPerNode: node.gpus,
    gpusPerReplica: gpusPerReplica(pool.perf),
  };
}

// The composition root: from a scenario to the objects that simulate and measure it. Nothing else knows both what a
// scenario may say and which class does it.
import { nodeOf } from '../catalog/nodes.ts';
import { AttainmentLog } from '../fleet/attainment.ts';
import { Cell } from '../fleet/cell.ts';
import type { CellPlan } from '../fleet/cell-plan.ts';
import { Engine } from '../fleet/engine.ts';
import type { SloSpec } from '../fleet/spec.ts';
import { Size } from '../fleet/layout.ts';
import { RandomStream } from '../kernel/random.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import type { PoolPhysics } from '../metrics/accumulator.ts';
import { createPerfModel } from '../perf/create.ts';
import { powerModel } from '../perf/power.ts';
import { utilisationModel } from '../perf/utilisation.ts';
import { batchingShape } from '../policies/batching/registry.ts';
import { ROUTERS } from '../policies/routing/registry.ts';
import { createArrivalSource } from '../workload/create.ts';
import type { PoolSpec, Scenario } from './scenario.ts';

/** Cells of a run that one thread simulates, and the attainment log that they share. */
export interface CellGroup {
  cells: Cell[];
  attainment: AttainmentLog;
}

/** `windowEndsTicks`: ends of the workload's windows. */
export function buildCells(
  scenario: Scenario,
  plans: readonly CellPlan[],
  windowEndsTicks: Float64Array,
): CellGroup {
  const attainment = new AttainmentLog(windowEndsTicks);
  return { cells: plans.map((plan) => buildCell(scenario, plan, attainment)), attainment };
}

function buildCell(scenario: Scenario, plan: CellPlan, attainment: AttainmentLog): Cell {
  const { seed } = scenario;
  const pool = scenario.pools[plan.pool];
  const shape = batchingShape(pool.batching);
  const engine = new Engine({
    replicas: plan.replicas,
    maxSequences: shape.maxSequences,
    pagedKv: shape.pagedKv,
    queueLimit: pool.limits.queueLimit,
    perf: createPerfModel(pool.perf, `${seed}/cell/${plan.index}/service`),
    slo: sloTicks(scenario.slo),
    attainment,
  });
  engine.batching = shape.create(engine);
  const router = new ROUTERS[scenario.routing](engine, new RandomStream(seed, `cell/${plan.index}/routing`));
  const source = createArrivalSource({
    spec: scenario.workload,
    share: { cell: plan.index, share: plan.share, shareStart: plan.shareStart },
    seed,
    startEpochMs: scenario.startEpochMs,
    durationSeconds: scenario.durationSeconds,
  });
  return new Cell(engine, router, source, pool.limits);
}

function sloTicks(slo: SloSpec): { ttft: number; tpot: number; e2e: number } {
  const ticks = (seconds: number | undefined) => (seconds === undefined ? Infinity : secondsToTicks(seconds));
  return { ttft: ticks(slo.ttftSeconds), tpot: ticks(slo.tpotSeconds), e2e: ticks(slo.e2eSeconds) };
}

export function nodesOfPool(pool: PoolSpec): { nodes: number; gpus: number; gpusUsed: number } {
  const node = nodeOf(pool.node);
  const gpusUsed = pool.replicas * pool.perf.tp;
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
    kvBlocks: (createPerfModel(pool.perf, '').kvTokens / Size.BLOCK_TOKENS) * pool.replicas,
    spareWatts: (gpus - gpusUsed) * (node.idleWatts / node.gpus),
  };
}

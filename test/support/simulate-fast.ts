// Runs a CellCase through the program's own cell, one observer noting every request's fate.
import { AttainmentLog } from '../../src/fleet/attainment.ts';
import { Cell } from '../../src/fleet/cell.ts';
import { Engine } from '../../src/fleet/engine.ts';
import type { RequestObserver } from '../../src/fleet/engine.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { batchingShape } from '../../src/policies/batching/registry.ts';
import { ROUTERS } from '../../src/policies/routing/registry.ts';
import type { ArrivalSource } from '../../src/workload/spec.ts';
import type { CellCase, RequestOutcome } from './cell-case.ts';

/** Windows are `windowTicks` long (default 10 s); more of them follow until every request has left. */
export function simulateFast(c: CellCase, options: { windowTicks?: number } = {}): RequestOutcome[] {
  const outcomes = c.requests.map((request): RequestOutcome => ({
    outcome: 'finished',
    replica: -1,
    promptTokens: request.promptTokens,
    outputTokens: request.outputTokens,
    firstTokenTicks: -1,
    finishTicks: -1,
    preemptions: 0,
  }));
  const { cell } = createCell(c, {
    routed: (request, replica) => (outcomes[request].replica = replica),
    rejected: (request, reason) => (outcomes[request].outcome = reason),
    firstToken: (request, at) => (outcomes[request].firstTokenTicks = at),
    preempted: (request) => outcomes[request].preemptions++,
    finished: (request, at, promptTokens, outputTokens) =>
      Object.assign(outcomes[request], { finishTicks: at, promptTokens, outputTokens }),
  });
  const windowTicks = options.windowTicks ?? secondsToTicks(10);
  const lastArrival = c.requests.at(-1)?.atTicks ?? 0;
  for (let end = windowTicks; ; end += windowTicks) {
    cell.advanceTo(end);
    if (end > lastArrival && cell.inSystem === 0) return outcomes;
  }
}

/** A cell that serves the case's requests. */
export function createCell(c: CellCase, observer?: RequestObserver): { cell: Cell; engine: Engine } {
  const shape = batchingShape(c.batching);
  const attainment = new AttainmentLog(Float64Array.of(2 ** 53));
  const slo = { ttft: Infinity, tpot: Infinity, e2e: Infinity };
  const engine = new Engine({
    replicas: c.replicas,
    maxSequences: shape.maxSequences,
    pagedKv: shape.pagedKv,
    queueLimit: c.limits.queueLimit,
    perf: c.perf,
    slo,
    attainment,
    observer,
  });
  engine.batching = shape.create(engine);
  const router = new ROUTERS[c.routing](engine, new RandomStream(c.seed, 'routing'));
  return { cell: new Cell(engine, router, listSource(c.requests), c.limits), engine };
}

/** Requests from a list in time order. */
export function listSource(requests: CellCase['requests']): ArrivalSource {
  let next = 0;
  return {
    fill(batch, untilTicks) {
      batch.count = 0;
      while (next < requests.length && batch.count < batch.atTicks.length) {
        const request = requests[next];
        if (request.atTicks >= untilTicks) break;
        batch.atTicks[batch.count] = request.atTicks;
        batch.promptTokens[batch.count] = request.promptTokens;
        batch.outputTokens[batch.count] = request.outputTokens;
        batch.count++;
        next++;
      }
    },
  };
}

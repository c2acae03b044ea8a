// The kernel against the reference kernel of the tests, which simulates one event at a time and audits each. Both serve
// the same kind of requests on the same small fleet, in turn.
import { simulateReference } from '../../test/reference/simulator/cell.ts';
import type { CellCase } from '../../test/support/cell-case.ts';
import { emptyBatch } from '../../test/support/collect-arrivals.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { cpuPerRequest } from './cpu.ts';
import { Fleet } from './fleet.ts';
import type { Program } from './program.ts';
import type { Effort } from './tasks.ts';

export function measureReference(
  program: Program,
  scenario: Scenario,
  { effort, requests }: { effort: Effort; requests: number },
): { referenceNs: number[]; ns: number[] } {
  const fleet = new Fleet(program, scenario);
  cpuPerRequest(() => fleet.advance(), effort.warmUpMs);
  const reference = caseOf(program, scenario, requests);
  const simulate = () => simulateReference(reference).length;
  simulate();
  const referenceNs: number[] = [];
  const ns: number[] = [];
  for (let sample = 0; sample < effort.samples; sample++) {
    referenceNs.push(cpuPerRequest(simulate, 0));
    ns.push(cpuPerRequest(() => fleet.advance(), effort.sampleMs));
  }
  return { referenceNs, ns };
}

/** The scenario's first requests, for its first pool. */
function caseOf({ createArrivalSource }: Program, scenario: Scenario, requests: number): CellCase {
  const { seed, workload: spec, startEpochMs, durationSeconds, routing } = scenario;
  const [{ replicas, batching, limits, perf }] = scenario.pools;
  const share = { cell: 0, share: 1, shareStart: 0 };
  const batch = emptyBatch(requests);
  const source = createArrivalSource({ spec, share, seed, startEpochMs, durationSeconds });
  source.fill(batch, Infinity);
  return {
    replicas,
    batching,
    limits,
    routing,
    perf: createPerfModel(perf, 'reference'),
    seed,
    requests: Array.from({ length: requests }, (_, i) => ({
      atTicks: batch.atTicks[i],
      promptTokens: batch.promptTokens[i],
      outputTokens: batch.outputTokens[i],
    })),
  };
}

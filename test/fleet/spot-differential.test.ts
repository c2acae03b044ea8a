// The fast kernel against the reference where nodes are taken back: the openings, closings and kills that the actuator plans
// for a pool of constant size on spot nodes, given to both.
import { describe, expect, it } from 'vitest';
import { Lifecycles } from '../../src/control/lifecycles.ts';
import { Reclaims } from '../../src/control/nodes/reclaims.ts';
import type { ReplicaChange } from '../../src/fleet/cell.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { autoscaling } from '../control/spec.ts';
import { simulateReference } from '../reference/simulator/cell.ts';
import { createToyPerf, PLAIN_TOY } from '../reference/toy-perf.ts';
import type { CellCase } from '../support/cell-case.ts';
import { simulateFast } from '../support/simulate-fast.ts';

const PLACES = 4;
const SECONDS = 360;

/** Two nodes of two replicas, taken back every 50 s or so, which is less than they need for half of what they have. */
function changes(): ReplicaChange[] {
  const constant = (meanSeconds: number) => ({ meanSeconds, sdSeconds: 0 });
  const coldStart = { ...autoscaling().coldStart, provision: constant(4), load: constant(2) };
  const spot = { share: 1, reclaimsPerNodeHour: 3600 / 50, noticeSeconds: 0.5 };
  const lifecycles = new Lifecycles({
    spec: autoscaling({ initialReplicas: PLACES, coldStart }),
    cellEnds: [PLACES],
    replicasPerNode: 2,
    random: new RandomStream(1, 'cold-start'),
    reclaims: new Reclaims(spot, { seed: 5, name: 'pool/0/spot' }),
    replacesReclaimed: true,
  });
  // All are open at the start of a case.
  const planned = lifecycles.changesUntil(SECONDS).filter(({ atSeconds }) => atSeconds > 0);
  const told = planned.map(({ atSeconds, replica, kind }): ReplicaChange => {
    return { atTicks: secondsToTicks(atSeconds), place: replica, kind };
  });
  // Whoever is held in the end is served.
  const closed = [...lifecycles.replicas.entries()].filter(([, { state }]) => state !== 'ready');
  const atTicks = secondsToTicks(SECONDS + 60);
  return [...told, ...closed.map(([place]): ReplicaChange => ({ atTicks, place, kind: 'open' }))];
}

const CASE: CellCase = {
  replicas: PLACES,
  batching: {
    policy: 'continuous',
    maxBatchedTokens: 256,
    maxSequences: 32,
    longPrefillThreshold: 0,
    requireFullPromptFree: true,
  },
  limits: { maxModelLength: 1000, overlong: 'reject', queueLimit: 1000 },
  routing: 'least-outstanding',
  perf: createToyPerf({ ...PLAIN_TOY, base: secondsToTicks(0.03) }),
  seed: 1,
  requests: Array.from({ length: 1500 }, (_, i) => ({
    atTicks: secondsToTicks((SECONDS * i) / 1500),
    promptTokens: 20 + (i % 70),
    outputTokens: 1 + ((i * 7) % 120),
  })),
  changes: changes(),
};

describe('requests on spot nodes', () => {
  it.each(['retry', 'lose'] as const)('meet the same fate in both, and as many are cut off: %s', (killed) => {
    let cutOff = 0;
    const c = { ...CASE, killed };
    const slow = simulateReference(c, { drained: (_place, _atTicks, count) => (cutOff += count) });
    expect(simulateFast(c)).toEqual(slow);
    const lost = slow.filter(({ outcome }) => outcome === 'lost').length;
    const retries = slow.reduce((sum, outcome) => sum + outcome.retries, 0);
    expect(lost + retries).toBeGreaterThan(30);
    expect(killed === 'lose' ? lost : retries).toBe(cutOff);
    expect(CASE.changes!.filter(({ kind }) => kind === 'kill').length).toBeGreaterThan(20);
  });
});

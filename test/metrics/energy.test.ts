// Energy is the integral of power: the accumulator's closed form against a step-by-step integration over the reference
// kernel's steps, with every step cut at the windows' edges by time.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks, ticksToSeconds } from '../../src/kernel/ticks.ts';
import { Lifecycles } from '../../src/control/lifecycles.ts';
import type { PlannedChange } from '../../src/control/lifecycles.ts';
import { Accumulator } from '../../src/metrics/accumulator.ts';
import type { PoolJoules, PoolPhysics } from '../../src/metrics/pool-use.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { powerModel } from '../../src/perf/power.ts';
import type { PerfModel, PhysicalPerfSpec } from '../../src/perf/spec.ts';
import { utilisationModel } from '../../src/perf/utilisation.ts';
import type { BatchingSpec } from '../../src/fleet/spec.ts';
import { autoscaling } from '../control/spec.ts';
import { simulateReference } from '../reference/simulator/cell.ts';
import type { TimedStep } from '../reference/simulator/replica.ts';
import type { CellCase } from '../support/cell-case.ts';
import { createCell } from '../support/simulate-fast.ts';

const spec: PhysicalPerfSpec = {
  kind: 'physical',
  model: 'llama2-70b',
  gpu: 'a100-80gb',
  stack: 'vllm-0.2',
  tp: 4,
};
const REPLICAS = 3;
const WINDOW_SECONDS = 0.7;

const batchings: BatchingSpec[] = [
  { policy: 'none' },
  { policy: 'static', batchSize: 4, maxDelaySeconds: 0.1 },
  { policy: 'dynamic', batchSize: 4, maxDelaySeconds: 0.1 },
  {
    policy: 'continuous',
    maxBatchedTokens: 512,
    maxSequences: 32,
    longPrefillThreshold: 0,
    requireFullPromptFree: true,
  },
];

function busyCase(batching: BatchingSpec, perf: PerfModel): CellCase {
  const random = new RandomStream(11, 'energy');
  let at = 0;
  const requests = Array.from({ length: 120 }, () => {
    at += Math.round(random.exponential() * secondsToTicks(0.15));
    return { atTicks: at, promptTokens: 1 + random.below(1500), outputTokens: 1 + random.below(60) };
  });
  const limits = { maxModelLength: 4096, overlong: 'reject' as const, queueLimit: 1000 };
  return { replicas: REPLICAS, batching, limits, routing: 'power-of-two', perf, seed: 3, requests };
}

const physics: PoolPhysics = {
  replicas: REPLICAS,
  nodes: REPLICAS,
  power: powerModel(spec, 'dgx-a100'),
  utilisation: utilisationModel(spec),
  kvBlocks: Infinity,
  spareWatts: 750,
  idleGpuShareWatts: 187.5,
  gpusPerNode: 8,
  gpusPerReplica: 8,
  offNodeWatts: 40,
  emptyStepSeconds: 0.02,
};

const windowSeconds = (w: number) => w * WINDOW_SECONDS;

/** Parts by window of the time between, in seconds. */
function parts(fromSeconds: number, toSeconds: number, windows: number): number[] {
  return Array.from({ length: windows }, (_, w) => {
    const from = Math.max(fromSeconds, windowSeconds(w));
    return Math.max(0, Math.min(toSeconds, windowSeconds(w + 1)) - from);
  });
}

/** Joules by window that steps take beyond an idle replica, summed step by step; and when who was drained. */
function integrateSlowly(c: CellCase, windows: number) {
  const { power } = physics;
  const joules = Array.from({ length: windows }, () => 0);
  const drained: { replica: number; atSeconds: number }[] = [];
  const add = (step: TimedStep, fromTicks: number, sign: 1 | -1) => {
    const seconds = ticksToSeconds(step.endTicks - step.startTicks);
    const decodeSeconds = ticksToSeconds(step.decodeTicks);
    const traffic =
      step.decodes > 0 ? power.joulesPerDecodeStep + power.joulesPerContextToken * step.contextTokens : 0;
    const stepJoules =
      power.decodeGpuWatts * decodeSeconds + power.prefillGpuWatts * (seconds - decodeSeconds) + traffic;
    const watts = stepJoules / seconds - power.idleGpuWatts;
    for (const [w, part] of parts(
      ticksToSeconds(fromTicks),
      ticksToSeconds(step.endTicks),
      windows,
    ).entries())
      joules[w] += sign * watts * part;
  };
  simulateReference(c, {
    step: (step) => add(step, step.startTicks, 1),
    // Of a step that is cut off the rest does not happen.
    cutOff: (step, atTicks) => add(step, atTicks, -1),
    drained: (replica, atTicks) => drained.push({ replica, atSeconds: ticksToSeconds(atTicks) }),
  });
  return { joules, drained };
}

describe('energy', () => {
  for (const batching of batchings) {
    it(`is the integral of power in every window, with ${batching.policy} batching`, () => {
      const c = busyCase(batching, createPerfModel(spec, ''));
      const { cell } = createCell(c);
      const sums = new Accumulator([physics]);
      const fast: number[] = [];
      let drained = false;
      for (let w = 0; !drained; w++) {
        const counts = cell.advanceTo(secondsToTicks((w + 1) * WINDOW_SECONDS));
        sums.begin(WINDOW_SECONDS);
        sums.addCell(0, counts);
        fast.push(sums.uses()[0].joules.it);
        drained =
          secondsToTicks((w + 1) * WINDOW_SECONDS) > c.requests.at(-1)!.atTicks && cell.inSystem === 0;
      }
      const { joules: slow } = integrateSlowly(c, fast.length);
      const { hostWatts, idleGpuWatts } = physics.power;
      const idle = ((hostWatts + idleGpuWatts) * REPLICAS + physics.spareWatts) * WINDOW_SECONDS;
      expect(fast.length).toBeGreaterThan(20);
      for (const [w, joules] of fast.entries()) expect(joules / (idle + slow[w])).toBeCloseTo(1, 8);
    });
  }

  it('of a node at rest is its idle power', () => {
    const c = { ...busyCase({ policy: 'none' }, createPerfModel(spec, '')), replicas: 2, requests: [] };
    const { cell } = createCell(c);
    const sums = new Accumulator([{ ...physics, replicas: 2, spareWatts: 0 }]);
    sums.begin(3600);
    sums.addCell(0, cell.advanceTo(secondsToTicks(3600)));
    // Two replicas of four GPUs fill a node of 1500 W.
    const [{ joules }] = sums.uses();
    const all = 1500 * 3600;
    expect(joules).toEqual({
      it: all,
      stepFree: all,
      serving: 0,
      idle: all,
      loading: 0,
      draining: 0,
      off: 0,
    });
  });
});

/** Wanted from the end of a window on; further apart than a cold start takes. */
const WANTED = new Map([
  [6, 3],
  [14, 1],
  [22, 3],
  [30, 2],
  [38, 3],
]);

const scaling = autoscaling({
  initialReplicas: 2,
  maxReplicas: REPLICAS,
  coldStart: {
    provision: { meanSeconds: 2, sdSeconds: 0 },
    load: { meanSeconds: 1, sdSeconds: 0 },
    reload: { meanSeconds: 0.4, sdSeconds: 0 },
    noCapacityProbability: 0,
    retrySeconds: 60,
  },
  emptyNodeSeconds: 6.1,
  drainGraceSeconds: 0.5,
});

/** The program's own account of a fleet that scales: changes, and by window joules and seconds of nodes. */
function scaleFast(c: CellCase) {
  const { cell } = createCell(c);
  const lifecycles = new Lifecycles({
    spec: scaling,
    cellEnds: [REPLICAS],
    replicasPerNode: 1,
    random: new RandomStream(1, 'energy'),
  });
  const sums = new Accumulator([physics]);
  const changes: PlannedChange[] = [];
  const joules: number[] = [];
  const states: PoolJoules[] = [];
  const nodeSeconds: number[] = [];
  for (let w = 0; w < 50; w++) {
    const end = windowSeconds(w + 1);
    const due = lifecycles.changesUntil(end);
    changes.push(...due);
    const counts = cell.advanceTo(secondsToTicks(end), due.map(changeOf));
    for (const { place, atTicks } of cell.takeDrained()) lifecycles.drained(place, ticksToSeconds(atTicks));
    const wanted = WANTED.get(w);
    if (wanted !== undefined) lifecycles.reconcile(wanted, end);
    sums.begin(WINDOW_SECONDS, [{ ...lifecycles.takeAccount(end), states: lifecycles.counts(), wanted: 0 }]);
    sums.addCell(0, counts);
    const [use] = sums.uses();
    joules.push(use.joules.it);
    states.push(use.joules);
    nodeSeconds.push(use.nodeSeconds!);
  }
  return { changes, joules, states, nodeSeconds };
}

const changeOf = ({ atSeconds, replica, kind }: PlannedChange) => ({
  atTicks: secondsToTicks(atSeconds),
  place: replica,
  kind,
});

/** When each replica was on, from its order to its last request, by what the cell was told and what it did. */
function onTimes(changes: PlannedChange[], drained: { replica: number; atSeconds: number }[]) {
  const decisions = [0, ...[...WANTED.keys()].map((w) => windowSeconds(w + 1))];
  return changes
    .filter(({ kind }) => kind === 'open')
    .map(({ replica, atSeconds }) => {
      const left = drained.find((leaving) => leaving.replica === replica && leaving.atSeconds > atSeconds);
      const ordered = decisions.findLast((decision) => decision <= atSeconds)!;
      return { replica, from: ordered, to: left?.atSeconds ?? Infinity };
    });
}

/** By state, of the whole; what can be said of each by itself. */
function expectParts({ it, stepFree, ...byState }: PoolJoules, nodeSeconds: number): void {
  const values = Object.values(byState);
  expect(values.reduce((sum, joules) => sum + joules, 0) / it).toBeCloseTo(1, 9);
  for (const joules of values) expect(joules).toBeGreaterThan(-1e-6);
  expect(byState.off).toBeCloseTo(physics.offNodeWatts * (REPLICAS * WINDOW_SECONDS - nodeSeconds), 6);
  expect(stepFree).toBeGreaterThanOrEqual(byState.idle + byState.loading + byState.off - 1e-6);
  expect(stepFree).toBeLessThanOrEqual(it - byState.serving + 1e-6);
}

describe('energy of a fleet that scales', () => {
  for (const batching of batchings) {
    it(`is the integral of power over the replicas and nodes that are on, with ${batching.policy} batching`, () => {
      const c: CellCase = {
        ...busyCase(batching, createPerfModel(spec, '')),
        initiallyOpen: 0,
        killed: 'retry',
      };
      const { changes, joules, states, nodeSeconds } = scaleFast(c);
      const slow = integrateSlowly({ ...c, changes: changes.map(changeOf) }, joules.length);
      const times = onTimes(changes, slow.drained);
      const { hostWatts, idleGpuWatts } = physics.power;
      const expected = slow.joules;
      const nodes = joules.map(() => 0);
      for (const { replica, from, to } of times) {
        // Its node stays on until it is needed again, or long enough has passed.
        const again = times.find((later) => later.replica === replica && later.from > from)?.from ?? Infinity;
        const off = Math.min(to + scaling.emptyNodeSeconds, again);
        for (const [w, seconds] of parts(from, to, joules.length).entries())
          expected[w] += (hostWatts + idleGpuWatts) * seconds;
        for (const [w, seconds] of parts(from, off, joules.length).entries()) nodes[w] += seconds;
        for (const [w, seconds] of parts(to, off, joules.length).entries())
          expected[w] += 8 * physics.idleGpuShareWatts * seconds;
      }
      // Nodes that are off draw a little.
      for (const [w, seconds] of nodes.entries())
        expected[w] += physics.offNodeWatts * (REPLICAS * WINDOW_SECONDS - seconds);
      for (const [w, found] of joules.entries()) expect(found / expected[w]).toBeCloseTo(1, 8);
      for (const [w, parts] of states.entries()) expectParts(parts, nodes[w]);
      for (const [w, found] of nodeSeconds.entries()) expect(found).toBeCloseTo(nodes[w], 8);
      // A node went off, one was held and used again, and a replica was taken away with what it had.
      expect(Math.min(...nodes)).toBeLessThan(2 * WINDOW_SECONDS);
      const killed = changes.filter(({ kind }) => kind === 'kill').map(({ atSeconds }) => atSeconds);
      expect(slow.drained.some(({ atSeconds }) => killed.some((at) => Math.abs(at - atSeconds) < 1e-9))).toBe(
        true,
      );
    });
  }
});

// Energy is the integral of power: the accumulator's closed form against a step-by-step integration over the reference
// kernel's steps, with every step cut at the windows' edges by time.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks, ticksToSeconds } from '../../src/kernel/ticks.ts';
import { Accumulator } from '../../src/metrics/accumulator.ts';
import type { PoolPhysics } from '../../src/metrics/accumulator.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { powerModel } from '../../src/perf/power.ts';
import type { PerfModel, PhysicalPerfSpec } from '../../src/perf/spec.ts';
import { utilisationModel } from '../../src/perf/utilisation.ts';
import type { BatchingSpec } from '../../src/fleet/spec.ts';
import { simulateReference } from '../reference/reference-cell.ts';
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
  power: powerModel(spec, 'dgx-a100'),
  utilisation: utilisationModel(spec),
  kvBlocks: Infinity,
  spareWatts: 750,
};

/** Joules by window, summed step by step. */
function integrateSlowly(c: CellCase, windows: number): number[] {
  const { power } = physics;
  const joules = Array.from({ length: windows }, () => 0);
  const busySeconds = Array.from({ length: windows }, () => 0);
  simulateReference(c, (step) => {
    const seconds = ticksToSeconds(step.endTicks - step.startTicks);
    const decodeSeconds = ticksToSeconds(step.decodeTicks);
    const traffic =
      step.decodes > 0 ? power.joulesPerDecodeStep + power.joulesPerContextToken * step.contextTokens : 0;
    const stepJoules =
      power.decodeGpuWatts * decodeSeconds + power.prefillGpuWatts * (seconds - decodeSeconds) + traffic;
    for (let w = 0; w < windows; w++) {
      const from = Math.max(step.startTicks, secondsToTicks(w * WINDOW_SECONDS));
      const to = Math.min(step.endTicks, secondsToTicks((w + 1) * WINDOW_SECONDS));
      if (to <= from) continue;
      joules[w] += (stepJoules * (to - from)) / (step.endTicks - step.startTicks);
      busySeconds[w] += ticksToSeconds(to - from);
    }
  });
  return joules.map(
    (busyJoules, w) =>
      busyJoules +
      (power.hostWatts * REPLICAS + physics.spareWatts) * WINDOW_SECONDS +
      power.idleGpuWatts * (REPLICAS * WINDOW_SECONDS - busySeconds[w]),
  );
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
        fast.push(sums.energy().itJoules[0]);
        drained =
          secondsToTicks((w + 1) * WINDOW_SECONDS) > c.requests.at(-1)!.atTicks && cell.inSystem === 0;
      }
      const slow = integrateSlowly(c, fast.length);
      expect(fast.length).toBeGreaterThan(20);
      for (const [w, joules] of fast.entries()) expect(joules / slow[w]).toBeCloseTo(1, 8);
    });
  }

  it('of a node at rest is its idle power', () => {
    const c = { ...busyCase({ policy: 'none' }, createPerfModel(spec, '')), replicas: 2, requests: [] };
    const { cell } = createCell(c);
    const sums = new Accumulator([{ ...physics, replicas: 2, spareWatts: 0 }]);
    sums.begin(3600);
    sums.addCell(0, cell.advanceTo(secondsToTicks(3600)));
    // Two replicas of four GPUs fill a node of 1500 W.
    expect(sums.energy()).toEqual({ itJoules: [1500 * 3600], idleJoules: [1500 * 3600] });
  });
});

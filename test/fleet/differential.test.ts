// The fast kernel against the reference: every request's fate, destination, first token, finish and preemptions must be
// the same numbers, over random cells in which the rare things are common, and over a few large ones. FUZZ_RUNS and
// FUZZ_SEED choose how many and which; a failure prints the smallest recipe that shows it. For hours of them: npm run fuzz.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplicaChange } from '../../src/fleet/cell.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { Coverage, ROUTINGS } from '../reference/coverage.ts';
import { differenceOf, differentialProperty } from '../reference/differential.ts';
import { simulateReference } from '../reference/simulator/cell.ts';
import { PLAIN_TOY, createToyPerf } from '../reference/toy-perf.ts';
import { simulateFast } from '../support/simulate-fast.ts';
import type { BatchingSpec } from '../../src/fleet/spec.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';

const numRuns = Number(process.env.FUZZ_RUNS ?? 2000);

describe('the fast kernel', () => {
  it('agrees with the reference on random cells, however and however late in a run it is looked at', () => {
    const coverage = new Coverage();
    fc.assert(differentialProperty(coverage), { numRuns });
    const { cases, requests, preemptions } = coverage;
    const seed = fc.readConfigureGlobal().seed;
    console.log(`seed ${seed}: ${cases} random cells, ${requests} requests, ${preemptions} preemptions`);
    if (numRuns >= 1000) expect(coverage.missing()).toEqual([]);
  });

  it.each(ROUTINGS)(
    'agrees with the reference on a busy hour of short-cached nodes, routed by %s',
    (routing) => {
      const model = createPerfModel(
        { kind: 'physical', model: 'gpt3-175b', gpu: 'a100-80gb', stack: 'fastertransformer', tp: 8 },
        'busy hour',
      );
      const perf = { kvTokens: 16 * 400, clientDelayTicks: 0, plan: model.plan.bind(model) };
      for (const longPrefillThreshold of [0, 256]) {
        const batching: BatchingSpec = {
          policy: 'continuous',
          maxBatchedTokens: 512,
          maxSequences: 64,
          longPrefillThreshold,
          requireFullPromptFree: longPrefillThreshold === 0,
        };
        const limits = { maxModelLength: 2048, overlong: 'truncate', queueLimit: 100 } as const;
        const requests = poissonRequests(1500, 2.4, { prompt: 500, output: 220 });
        const c: CellCase = { replicas: 5, batching, limits, routing, perf, seed: 3, requests };
        const outcomes = simulateReference(c);
        expectSame(simulateFast(c), outcomes);
        expect(outcomes.some((outcome) => outcome.preemptions > 0)).toBe(true);
        if (longPrefillThreshold > 0) continue;
        const scaled: CellCase = { ...c, initiallyOpen: 3, changes: rollingRestart(), killed: 'retry' };
        const retried = simulateReference(scaled);
        expectSame(simulateFast(scaled), retried);
        expect(retried.some((outcome) => outcome.retries > 0)).toBe(true);
      }
    },
  );

  it.each([1, 2, 254, 255, 256])(
    'agrees with the reference on batches of up to %i sequences',
    (maxSequences) => {
      const perf = createToyPerf({
        ...PLAIN_TOY,
        base: 50,
        perDecode: 2,
        perContextToken: 1,
        perPrefillToken: 1,
      });
      const batching: BatchingSpec = {
        policy: 'continuous',
        maxBatchedTokens: 2048,
        maxSequences,
        longPrefillThreshold: 0,
        requireFullPromptFree: true,
      };
      const requests = Array.from({ length: 700 }, (_, i) => ({
        atTicks: 3 * i,
        promptTokens: 1 + ((7 * i) % 40),
        outputTokens: 1 + ((11 * i) % 250),
      }));
      const limits = { maxModelLength: 4096, overlong: 'reject', queueLimit: 10_000 } as const;
      const c: CellCase = { replicas: 1, batching, limits, routing: 'round-robin', perf, seed: 1, requests };
      let largest = 0;
      const outcomes = simulateReference(c, { step: (work) => (largest = Math.max(largest, work.decodes)) });
      expectSame(simulateFast(c), outcomes);
      expect(largest).toBe(maxSequences);
    },
  );
});

/** One after the other closes, is taken away after 10 s, and opens again; two come on top. */
function rollingRestart(): ReplicaChange[] {
  const at = (seconds: number) => secondsToTicks(seconds);
  const restarts = [0, 1, 2, 3, 4].flatMap((place): ReplicaChange[] => [
    { place, kind: 'close', atTicks: at(100 + 60 * place) },
    { place, kind: 'kill', atTicks: at(110 + 60 * place) },
    { place, kind: 'open', atTicks: at(150 + 60 * place) },
  ]);
  return [3, 4].map((place): ReplicaChange => ({ place, kind: 'open', atTicks: at(50) })).concat(restarts);
}

function poissonRequests(count: number, perSecond: number, mean: { prompt: number; output: number }) {
  const stream = new RandomStream(11, 'differential test');
  let atSeconds = 0;
  return Array.from({ length: count }, () => {
    atSeconds += stream.exponential() / perSecond;
    return {
      atTicks: secondsToTicks(atSeconds),
      promptTokens: Math.ceil(mean.prompt * stream.exponential()),
      outputTokens: Math.ceil(mean.output * stream.exponential()),
    };
  });
}

function expectSame(fast: RequestOutcome[], reference: RequestOutcome[]): void {
  expect(differenceOf(fast, reference)).toBeUndefined();
}

// The fast kernel against the reference: every request's fate, destination, first token, finish and preemptions must be
// the same numbers, over random cells in which the rare things are common, and over a few large ones. FUZZ_RUNS and
// FUZZ_SEED choose how many and which; a failure prints its seed and the smallest recipe that shows it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/kernel/random.ts';
import { secondsToTicks } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { caseOf, recipes } from '../reference/random-case.ts';
import { simulateReference } from '../reference/reference-cell.ts';
import { PLAIN_TOY, createToyPerf } from '../reference/toy-perf.ts';
import { simulateFast } from '../support/simulate-fast.ts';
import type { BatchingSpec, RoutingPolicy } from '../../src/fleet/spec.ts';
import type { StepWork } from '../reference/reference-replica.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';

const numRuns = Number(process.env.FUZZ_RUNS ?? 4000);

/** What a run has exercised, by name: a test that never preempts shows nothing about preemption. */
class Coverage {
  private readonly counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  addStep(work: StepWork, batching: BatchingSpec): void {
    const partial = work.prefillSequences - (work.logitRows - work.decodes);
    if (partial > 0) this.add('step with a partial prompt');
    if (partial > 1) this.add('step with several partial prompts');
    if (work.decodes > 0 && work.prefillSequences > 0) this.add('step with prompts and decodes');
    if (batching.policy !== 'continuous') return;
    if (work.decodes === batching.maxSequences && work.decodes > 1) this.add('full batch');
    if (work.decodes + work.prefillTokens === batching.maxBatchedTokens) this.add('spent budget');
  }

  addOutcomes(c: CellCase, outcomes: RequestOutcome[]): void {
    this.add(`${c.batching.policy} ${c.routing}`);
    outcomes.forEach((outcome, i) => {
      const request = c.requests[i];
      this.add(outcome.outcome);
      if (outcome.preemptions > 0) this.add('preempted');
      if (outcome.preemptions > 1) this.add('preempted more than once');
      if (outcome.promptTokens < request.promptTokens) this.add('prompt cut');
      else if (outcome.outputTokens < request.outputTokens) this.add('output cut');
      if (outcome.outcome === 'finished' && outcome.outputTokens === 1) this.add('one-token output');
      if (i > 0 && request.atTicks === c.requests[i - 1].atTicks) this.add('equal time stamps');
    });
  }
}

const BATCHINGS: BatchingSpec['policy'][] = ['none', 'static', 'dynamic', 'continuous'];
const ROUTINGS: RoutingPolicy[] = ['round-robin', 'random', 'power-of-two', 'least-outstanding'];
const EXPECTED = [
  'preempted',
  'preempted more than once',
  'full batch',
  'spent budget',
  'equal time stamps',
  'one-token output',
  'step with a partial prompt',
  'step with several partial prompts',
  'step with prompts and decodes',
  'finished',
  'queue-full',
  'too-long',
  'exceeds-kv',
  'prompt cut',
  'output cut',
  ...BATCHINGS.flatMap((batching) => ROUTINGS.map((routing) => `${batching} ${routing}`)),
];

describe('the fast kernel', () => {
  it('agrees with the reference on random cells', () => {
    const coverage = new Coverage();
    fc.assert(
      fc.property(recipes, (recipe) => {
        const c = caseOf(recipe);
        const outcomes = simulateReference(c, (work) => coverage.addStep(work, c.batching));
        coverage.addOutcomes(c, outcomes);
        expectSame(simulateFast(c), outcomes);
      }),
      { numRuns },
    );
    if (numRuns >= 1000) expect(EXPECTED.filter((what) => coverage.of(what) === 0)).toEqual([]);
  });

  it('agrees however often and how late in a run it is looked at', () => {
    // 2^52 ticks are 12 days.
    const startTicks = fc.constantFrom(0, 0, 2 ** 40, 2 ** 52);
    fc.assert(
      fc.property(recipes, startTicks, fc.integer({ min: 1, max: 300 }), (recipe, start, windows) => {
        const c = caseOf(recipe, start);
        const outcomes = simulateReference(c);
        const ends = outcomes.map((outcome) => outcome.finishTicks);
        const endTicks = Math.max(1, c.requests.at(-1)!.atTicks, ...ends);
        expectSame(simulateFast(c, { windowTicks: Math.ceil(endTicks / windows) }), outcomes);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
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
        const requests = poissonRequests(1500, 1.8, { prompt: 500, output: 220 });
        const c: CellCase = { replicas: 5, batching, limits, routing, perf, seed: 3, requests };
        const outcomes = simulateReference(c);
        expectSame(simulateFast(c), outcomes);
        expect(outcomes.some((outcome) => outcome.preemptions > 0)).toBe(true);
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
      const outcomes = simulateReference(c, (work) => (largest = Math.max(largest, work.decodes)));
      expectSame(simulateFast(c), outcomes);
      expect(largest).toBe(maxSequences);
    },
  );
});

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

/** The lengths of a rejected request are nobody's: truncation may have cut them before the queue was found full. */
function expectSame(fast: RequestOutcome[], reference: RequestOutcome[]): void {
  expect(fast.length).toBe(reference.length);
  const fates: (keyof RequestOutcome)[] = [
    'outcome',
    'replica',
    'firstTokenTicks',
    'finishTicks',
    'preemptions',
  ];
  const lengths: (keyof RequestOutcome)[] = ['promptTokens', 'outputTokens'];
  for (const [i, expected] of reference.entries()) {
    const fields = expected.outcome === 'finished' ? [...fates, ...lengths] : fates;
    if (fields.every((field) => fast[i][field] === expected[field])) continue;
    expect({ request: i, ...fast[i] }).toEqual({ request: i, ...expected });
  }
}

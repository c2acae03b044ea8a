import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  effectiveBatch,
  serviceRate,
  solveChain,
  type ReplicaModel,
} from '../../../../src/policies/scaling/llm/queueing/chain.ts';
import {
  learntStepTimes,
  remember,
  sampleOf,
} from '../../../../src/policies/scaling/llm/queueing/learning.ts';
import {
  highestRate,
  latenciesAt,
  replicasFor,
  sizeReplica,
} from '../../../../src/policies/scaling/llm/queueing/sizing.ts';

describe('the birth-death chain', () => {
  it('is M/M/1/K with one server: by hand, 4/7, 2/7, 1/7 of 0, 1, 2 in the system at half load', () => {
    const chain = solveChain(1, [2], 1);
    expect(chain.blocked).toBeCloseTo(1 / 7, 14);
    expect(chain.throughput).toBeCloseTo(6 / 7, 14);
    expect(chain.inSystem).toBeCloseTo(4 / 7, 14);
    expect(chain.inService).toBeCloseTo(3 / 7, 14);
    expect(chain.serviceSeconds).toBeCloseTo(0.5, 14);
    expect(chain.waitSeconds).toBeCloseTo(1 / 6, 14);
  });

  it('tends to M/M/1 with much room: waiting rho / (mu - lambda)', () => {
    expect(solveChain(0.8, [1], 2000).waitSeconds).toBeCloseTo(0.8 / 0.2, 9);
  });

  it('tends to M/M/c: Erlang C of 3 servers at an offered load of 2 is 4/9', () => {
    // Waiting = C / (c mu - lambda) = (4/9) / (3 - 2).
    expect(solveChain(2, [1, 2, 3], 2000).waitSeconds).toBeCloseTo(4 / 9, 9);
  });

  it('is M/M/c/c without room to wait: Erlang B of 5 at 3 is 0.1101', () => {
    expect(solveChain(3, [1, 2, 3, 4, 5], 0).blocked).toBeCloseTo(0.110_054_3, 6);
  });

  it('serves at the full batch’s rate when overloaded, however long the queue', () => {
    expect(solveChain(1000, [1, 2, 3], 5000).throughput).toBeCloseTo(3, 6);
  });

  it('keeps Little’s law', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.integer({ min: 0, max: 200 }),
        (rates, arrivals, room) => {
          const chain = solveChain(arrivals, rates, room);
          const inSystem = chain.throughput * (chain.waitSeconds + chain.serviceSeconds);
          expect(inSystem / chain.inSystem).toBeCloseTo(1, 6);
        },
      ),
    );
  });
});

// A prefill of 1000 tokens: 0.01 + 0.04 n; nine steps of 0.02 + 0.001 n.
const model: ReplicaModel = {
  alphaSeconds: 0.02,
  betaSeconds: 0.001,
  gammaSeconds: 0.01,
  deltaSeconds: 0.000_04,
  avgInputTokens: 1000,
  avgOutputTokens: 10,
  maxBatchSize: 8,
  maxQueueSize: 80,
};

describe('one replica', () => {
  it('takes a prefill and output tokens - 1 steps per request', () => {
    // n = 1: 0.05 + 9 * 0.021 = 0.239; n = 8: 0.33 + 9 * 0.028 = 0.582.
    expect(serviceRate(model, 1)).toBeCloseTo(1 / 0.239, 10);
    expect(highestRate(model)).toBeCloseTo(8 / 0.582, 10);
    // Without a prompt the only token is a step.
    expect(serviceRate({ ...model, avgInputTokens: 0, avgOutputTokens: 1 }, 2)).toBeCloseTo(2 / 0.022, 10);
  });

  it('finds the batch of a service time', () => {
    expect(effectiveBatch(model, 0.239)).toBeCloseTo(1, 10);
    expect(effectiveBatch(model, 0.582)).toBeCloseTo(8, 10);
    expect(effectiveBatch(model, 99)).toBe(8);
    expect(effectiveBatch(model, 0)).toBe(0);
  });

  it('is alone with its request at low rates', () => {
    const idle = latenciesAt(model, 1e-6);
    expect(idle.itlSeconds).toBeCloseTo(0.021, 6);
    expect(idle.ttftSeconds).toBeCloseTo(0.05, 5);
  });

  it('gets slower with more requests', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.98, noNaN: true }), (part) => {
        const less = latenciesAt(model, part * highestRate(model));
        const more = latenciesAt(model, (part + 0.01) * highestRate(model));
        expect(more.ttftSeconds).toBeGreaterThan(less.ttftSeconds);
        expect(more.itlSeconds).toBeGreaterThanOrEqual(less.itlSeconds);
      }),
    );
  });
});

describe('sizing', () => {
  const none = { ttftSeconds: null, itlSeconds: null, safetyShare: 0.1 };

  it('keeps a tenth of the highest rate free', () => {
    expect(sizeReplica(model, none).requestsPerSecond).toBeCloseTo(0.9 * highestRate(model), 10);
  });

  it('finds the rate at which a target is just met', () => {
    const byTtft = sizeReplica(model, { ...none, ttftSeconds: 0.3 });
    expect(byTtft.at?.ttftSeconds).toBeCloseTo(0.3, 8);
    const byItl = sizeReplica(model, { ...none, itlSeconds: 0.025 });
    expect(byItl.at?.itlSeconds).toBeCloseTo(0.025, 8);
    const both = sizeReplica(model, { ...none, ttftSeconds: 0.3, itlSeconds: 0.025 });
    expect(both.requestsPerSecond).toBe(
      Math.min(byTtft.requestsPerSecond ?? NaN, byItl.requestsPerSecond ?? NaN),
    );
  });

  it('finds none where an idle replica misses the target', () => {
    const sizing = sizeReplica(model, { ...none, itlSeconds: 0.0205 });
    expect(sizing).toEqual({ requestsPerSecond: null, at: null });
    expect(replicasFor(5, sizing)).toBeNull();
  });

  it('divides the rate, rounded up', () => {
    expect(replicasFor(10, { requestsPerSecond: 2.5, at: null })).toBe(4);
    expect(replicasFor(10.1, { requestsPerSecond: 2.5, at: null })).toBe(5);
    expect(replicasFor(0, { requestsPerSecond: 2.5, at: null })).toBe(0);
  });
});

describe('step times learnt from what is measured', () => {
  const rates = (meanBatch: number | null, itl: number | null, ttft: number | null = 0.5) => ({
    meanBatch,
    meanPromptTokens: 100,
    ttft: { meanSeconds: ttft },
    itl: { meanSeconds: itl },
  });

  it('are the line of ITL over batch and the quickest prefill per token and sequence', () => {
    // ITL 0.25 + 0.125 n; TTFT 0.5 at 100 tokens and 1, 2, 4 sequences.
    let samples: readonly NonNullable<ReturnType<typeof sampleOf>>[] = [];
    for (const n of [1, 2, 4]) samples = remember(samples, sampleOf(rates(n, 0.25 + 0.125 * n)));
    const learnt = learntStepTimes(samples);
    expect(learnt?.alphaSeconds).toBeCloseTo(0.25, 12);
    expect(learnt?.betaSeconds).toBeCloseTo(0.125, 12);
    expect(learnt?.gammaSeconds).toBe(0);
    expect(learnt?.deltaSeconds).toBeCloseTo(0.5 / 400, 12);
  });

  it('need three windows with something measured', () => {
    expect(sampleOf(rates(null, 0.1))).toBeNull();
    expect(sampleOf(rates(2, null))).toBeNull();
    expect(sampleOf({ ...rates(2, 0.1), ttft: null })).toBeNull();
    const sample = sampleOf(rates(2, 0.1));
    expect(remember([], null)).toEqual([]);
    expect(learntStepTimes(sample ? [sample, sample] : [])).toBeNull();
  });

  it('forget all but the last sixty windows', () => {
    let samples: readonly NonNullable<ReturnType<typeof sampleOf>>[] = [];
    for (let n = 1; n <= 70; n++) samples = remember(samples, sampleOf(rates(n, 0.1)));
    expect(samples.length).toBe(60);
    expect(samples[0].batch).toBe(11);
  });
});

// Batches formed as a whole are bulk-service queues: a free server takes all that wait, b at most (Bailey, 1954), or
// waits for b (Neuts' general rule). Three theories: the geometric queue of M/M^[1,b]/1, its ratio a root of a
// polynomial; E_b/M/1 for full batches; and for any service time that depends on the batch, the chain of those left
// behind at the end of each batch, solved numerically. With it, what padding costs: a static batch keeps its places until
// the longest output ends, a dynamic one does not. Gross and Harris, Fundamentals of Queueing Theory (1998), 3.2.
import { describe, expect, it } from 'vitest';
import { ticksToSeconds } from '../../../src/kernel/ticks.ts';
import { createPerfModel } from '../../../src/perf/create.ts';
import { PLAIN_TOY, createToyPerf } from '../../reference/toy-perf.ts';
import { expectDocumented } from '../documented.ts';
import { estimate, expectTheory, simulateQueue, type Estimate, type Served } from './estimate.ts';
import type { PerfModel } from '../../../src/perf/spec.ts';

const UNIT_TICKS = 2 ** 22;

/** A batch takes a unit of time whatever its size, constant or exponential. */
function batchService(distribution: 'constant' | 'exponential'): PerfModel {
  const secondsPerOutputToken = ticksToSeconds(UNIT_TICKS);
  return createPerfModel(
    { kind: 'fixed', gpu: 'a100-80gb', tp: 1, secondsPerRequest: 0, secondsPerOutputToken, distribution },
    'bulk service',
  );
}

interface Batches {
  distribution: 'constant' | 'exponential';
  batchSize: number;
  /** Waits for a full batch. */
  full?: boolean;
  /** Arrivals in the time of a batch service. */
  arrivalRate: number;
}

function waitInBatches({ distribution, batchSize, full, arrivalRate }: Batches): Estimate {
  const gapTicks = UNIT_TICKS / arrivalRate;
  const served = simulateQueue({
    batching: { policy: 'static', batchSize, maxDelaySeconds: full ? 1e9 : 0 },
    perf: batchService(distribution),
    requests: distribution === 'constant' ? 80_000 : 200_000,
    gapTicks,
    draw: () => ({ promptTokens: 1, outputTokens: 1 }),
  });
  return estimate(served, (r) => (r.finishTicks - r.atTicks) / UNIT_TICKS - 1, { gapTicks });
}

/** M/M^[1,b]/1, service rate 1: the queue is geometric, its ratio the root of r^(b+1) − (λ+1)r + λ in (0, 1). */
function waitOfPartialBatches(arrivalRate: number, batchSize: number): number {
  const polynomial = (r: number) => power(r, batchSize + 1) - (arrivalRate + 1) * r + arrivalRate;
  const ratio = rootOf(polynomial, 0, 1 - 1e-9);
  const noneWaiting = 1 / (1 / arrivalRate + 1 / (1 - ratio));
  return (noneWaiting * ratio) / ((1 - ratio) * (1 - ratio)) / arrivalRate;
}

/** Full batches arrive as an E_b/M/1; before that a request waits for those who come after it. */
function waitOfFullBatches(arrivalRate: number, batchSize: number): number {
  const transform = (s: number) => power(arrivalRate / (arrivalRate + 1 - s), batchSize) - s;
  const sigma = rootOf(transform, 0, 1 - 1e-6);
  return (batchSize - 1) / (2 * arrivalRate) + sigma / (1 - sigma);
}

interface Outcome {
  time: number;
  probability: number;
}

/**
 * Mean wait until the batch starts, and the sizes of the batches that a request finds itself in: those left behind at the
 * end of a batch are a Markov chain. `service[j]`: distribution of the time that a batch of j takes.
 */
function bulkQueue(arrivalRate: number, service: Outcome[][]): { wait: number; sizeShares: number[] } {
  const batchSize = service.length - 1;
  const states = 250;
  const arrivals = service.map((outcomes) => arrivalsDuring(outcomes, arrivalRate, states));
  let now = Array.from({ length: states }, (_, x) => Number(x === 0));
  for (let iteration = 0; iteration < 3000; iteration++) {
    const next = zeros(states);
    for (const [x, mass] of now.entries()) {
      if (mass < 1e-15) continue;
      const behind = Math.max(0, x - batchSize);
      const law = arrivals[Math.min(Math.max(x, 1), batchSize)];
      for (let a = 0; behind + a < states; a++) next[behind + a] += mass * law[a];
    }
    now = next;
  }
  let [waiting, cycle] = [0, now[0] / arrivalRate];
  const sizes = zeros(batchSize + 1);
  for (const [x, mass] of now.entries()) {
    const size = Math.min(Math.max(x, 1), batchSize);
    const { mean, squareMean } = moments(service[size]);
    waiting += mass * (Math.max(0, x - batchSize) * mean + (arrivalRate * squareMean) / 2);
    cycle += mass * mean;
    sizes[size] += mass * size;
  }
  const requests = sizes.reduce((sum, n) => sum + n, 0);
  expect(requests / cycle).toBeCloseTo(arrivalRate, 6);
  return { wait: waiting / cycle / arrivalRate, sizeShares: sizes.map((n) => n / requests) };
}

function arrivalsDuring(outcomes: Outcome[], arrivalRate: number, states: number): number[] {
  const law = zeros(states);
  for (const { time, probability } of outcomes) {
    let poisson = Math.exp(-arrivalRate * time);
    for (let n = 0; n < states; n++) {
      law[n] += probability * poisson;
      poisson *= (arrivalRate * time) / (n + 1);
    }
  }
  return law;
}

function moments(outcomes: Outcome[]): { mean: number; squareMean: number } {
  const sum = (value: (time: number) => number) =>
    outcomes.reduce((total, { time, probability }) => total + probability * value(time), 0);
  return { mean: sum((t) => t), squareMean: sum((t) => t * t) };
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

/** By bisection; f is positive at `low`, negative just below `high`. */
function rootOf(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < 100; i++) {
    const middle = (a + b) / 2;
    if (f(middle) > 0) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

function power(x: number, n: number): number {
  return n === 0 ? 1 : x * power(x, n - 1);
}

describe('a server that takes all that wait, b at most', () => {
  const cases = [
    { batchSize: 4, arrivalRate: 2 },
    { batchSize: 8, arrivalRate: 4.8 },
  ];

  it.each(cases)('is M/M^[1,b]/1, b $batchSize, $arrivalRate arrivals a service', (c) => {
    const theory = waitOfPartialBatches(c.arrivalRate, c.batchSize);
    const wait = waitInBatches({ ...c, distribution: 'exponential' });
    expectTheory(wait, theory);
    expectDocumented(`M/M^[1,${c.batchSize}]/1, λ ${c.arrivalRate}`, [theory, wait.mean, wait.halfWidth]);
  });

  it.each(cases)('is M/D^[1,b]/1, b $batchSize, $arrivalRate arrivals a service', (c) => {
    const unit = Array.from({ length: c.batchSize + 1 }, () => [{ time: 1, probability: 1 }]);
    const theory = bulkQueue(c.arrivalRate, unit).wait;
    const wait = waitInBatches({ ...c, distribution: 'constant' });
    expectTheory(wait, theory);
    expectDocumented(`M/D^[1,${c.batchSize}]/1, λ ${c.arrivalRate}`, [theory, wait.mean, wait.halfWidth]);
  });

  it('has theories that agree: the root and the chain', () => {
    // The exponential service as a mixture of many constants, cut at 40 means.
    const exponential = Array.from({ length: 20_000 }, (_, i) => {
      const time = (i + 0.5) / 500;
      return { time, probability: Math.exp(-i / 500) - Math.exp(-(i + 1) / 500) };
    });
    const service = Array.from({ length: 5 }, () => exponential);
    expect(bulkQueue(2, service).wait / waitOfPartialBatches(2, 4)).toBeCloseTo(1, 4);
    // With b = 1 both rules are M/M/1.
    expect(waitOfPartialBatches(0.7, 1)).toBeCloseTo(0.7 / 0.3, 9);
    expect(waitOfFullBatches(0.7, 1)).toBeCloseTo(0.7 / 0.3, 6);
  });
});

describe('a server that waits for full batches', () => {
  it.each([
    { batchSize: 4, arrivalRate: 2 },
    { batchSize: 8, arrivalRate: 4.8 },
  ])('is E_b/M/1 behind the filling, b $batchSize, $arrivalRate arrivals a service', (c) => {
    const theory = waitOfFullBatches(c.arrivalRate, c.batchSize);
    const wait = waitInBatches({ ...c, distribution: 'exponential', full: true });
    expectTheory(wait, theory);
    expectDocumented(`M/M^[${c.batchSize},${c.batchSize}]/1, λ ${c.arrivalRate}`, [
      theory,
      wait.mean,
      wait.halfWidth,
    ]);
  });
});

describe('batches of answers of different lengths', () => {
  // A step takes `base` and `perRow` for every row in it; outputs of 5, 20 or 80 tokens; four requests at most.
  const [base, perRow] = [3, 1];
  const outputs = [
    { tokens: 5, probability: 0.5 },
    { tokens: 20, probability: 0.3 },
    { tokens: 80, probability: 0.2 },
  ];
  const stepTicks = 10_000;
  const perf = createToyPerf({ ...PLAIN_TOY, base: base * stepTicks, perLogitRow: perRow * stepTicks });
  const batchSize = 4;
  const arrivalRate = 1 / 150;

  /** All the ways in which so many requests can have drawn their outputs. */
  function draws(count: number): { tokens: number[]; probability: number }[] {
    if (count === 0) return [{ tokens: [], probability: 1 }];
    return draws(count - 1).flatMap((rest) =>
      outputs.map((o) => ({
        tokens: [...rest.tokens, o.tokens],
        probability: rest.probability * o.probability,
      })),
    );
  }

  const batchTime = {
    static: (tokens: number[]) => Math.max(...tokens) * (base + perRow * tokens.length),
    dynamic: (tokens: number[]) =>
      Math.max(...tokens) * base + perRow * tokens.reduce((sum, n) => sum + n, 0),
  };
  const ttft: Record<string, number> = {};

  it.each(['static', 'dynamic'] as const)('wait, with the %s policy, as their chain says', (policy) => {
    const service = Array.from({ length: batchSize + 1 }, (_, size) =>
      size === 0
        ? []
        : draws(size).map(({ tokens, probability }) => ({ time: batchTime[policy](tokens), probability })),
    );
    const { wait, sizeShares } = bulkQueue(arrivalRate, service);
    const prefill = sizeShares.reduce((sum, share, size) => sum + share * (base + perRow * size), 0);
    const theory = wait + prefill;
    ttft[policy] = theory;
    const gapTicks = stepTicks / arrivalRate;
    const served = simulateQueue({
      batching: { policy, batchSize, maxDelaySeconds: 0 },
      perf,
      requests: 200_000,
      gapTicks,
      draw: (stream) => {
        const u = stream.uniform();
        return { promptTokens: 1, outputTokens: u < 0.5 ? 5 : u < 0.8 ? 20 : 80 };
      },
    });
    const toFirstToken = (r: Served) => (r.firstTokenTicks - r.atTicks) / stepTicks;
    const simulated = estimate(served, toFirstToken, { gapTicks });
    expectTheory(simulated, theory);
    expectDocumented(`M/G^[1,4]/1, ${policy} batches`, [theory, simulated.mean, simulated.halfWidth]);
  });

  it('wait longer where places are kept', () => {
    expect(ttft.static).toBeGreaterThan(1.5 * ttft.dynamic);
  });
});

// Queueing theory as oracle: the kernel with Poisson arrivals and the service times of a textbook queue must show that
// queue's mean times. Each estimate is the mean over independent runs with fixed seeds; theory must lie within its
// 99.9 % confidence interval, and the interval must be narrow enough to mean something. On every run Little's law holds
// exactly. Formulas: Kleinrock, Queueing Systems I (1975); Mitzenmacher, The power of two choices (1996).
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/kernel/random.ts';
import { ticksToSeconds } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { PLAIN_TOY, createToyPerf } from '../reference/toy-perf.ts';
import { simulateFast } from '../support/simulate-fast.ts';
import type { BatchingSpec, RoutingPolicy } from '../../src/fleet/spec.ts';
import type { FixedPerfSpec, PerfModel } from '../../src/perf/spec.ts';
import type { CellCase, RequestOutcome } from '../support/cell-case.ts';

const RUNS = 20;
const REQUESTS_PER_RUN = 20_000;
const WARM_UP = 2_000;
/** Student's t for 99.9 % (two-sided) and 19 degrees of freedom. */
const STUDENT_T = 3.883;
/** One unit of time below: a millisecond or so. */
const UNIT_TICKS = 2 ** 22;

interface Queue {
  replicas: number;
  routing: RoutingPolicy;
  batching: BatchingSpec;
  perf: (seed: string) => PerfModel;
  /** Mean time between arrivals at the whole cell. */
  gapTicks: number;
  outputTokens: (stream: RandomStream) => number;
  /** Expected service of a request with so many output tokens: what is beyond is the wait. */
  serviceTicks: (outputTokens: number) => number;
}

const singleServer: Queue = {
  replicas: 1,
  routing: 'round-robin',
  batching: { policy: 'none' },
  perf: fixedService({ distribution: 'exponential', secondsPerOutputToken: ticksToSeconds(UNIT_TICKS) }),
  gapTicks: UNIT_TICKS / 0.6,
  outputTokens: () => 1,
  serviceTicks: (outputTokens) => outputTokens * UNIT_TICKS,
};

function fixedService(spec: Partial<FixedPerfSpec>): (seed: string) => PerfModel {
  const whole: FixedPerfSpec = {
    kind: 'fixed',
    gpu: 'a100-80gb',
    tp: 1,
    secondsPerRequest: 0,
    secondsPerOutputToken: 0,
    distribution: 'constant',
    ...spec,
  };
  return (seed) => createPerfModel(whole, seed);
}

/** A step takes one tick whatever is in it: servers that each serve a token per tick. */
const oneTickSteps = createToyPerf(PLAIN_TOY);

function caseOfRun(queue: Queue, run: number): CellCase {
  const stream = new RandomStream(run, 'queueing theory');
  let at = 0;
  const requests = Array.from({ length: REQUESTS_PER_RUN }, () => {
    at += queue.gapTicks * stream.exponential();
    return { atTicks: Math.round(at), promptTokens: 1, outputTokens: queue.outputTokens(stream) };
  });
  const limits = { maxModelLength: 2 ** 30, overlong: 'reject', queueLimit: 2 ** 30 } as const;
  const { replicas, routing, batching } = queue;
  return { replicas, routing, batching, limits, perf: queue.perf(`run ${run}`), seed: run, requests };
}

/** Mean wait in ticks and the half width of its confidence interval. */
function estimateWait(queue: Queue, inspect?: (c: CellCase, outcomes: RequestOutcome[]) => void): Estimate {
  const means: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const c = caseOfRun(queue, run);
    const outcomes = simulateFast(c);
    expectLittlesLaw(c, outcomes);
    inspect?.(c, outcomes);
    let sum = 0;
    for (let i = WARM_UP; i < outcomes.length; i++) {
      const { atTicks, outputTokens } = c.requests[i];
      sum += outcomes[i].finishTicks - atTicks - queue.serviceTicks(outputTokens);
    }
    means.push(sum / (outcomes.length - WARM_UP));
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / RUNS;
  const variance = means.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (RUNS - 1);
  return { mean, halfWidth: STUDENT_T * Math.sqrt(variance / RUNS) };
}

/** L = λW: the area under the number in the system is the sum of the times in it, tick for tick. */
function expectLittlesLaw(c: CellCase, outcomes: RequestOutcome[]): void {
  const arrivals = Float64Array.from(c.requests, (request) => request.atTicks);
  const departures = Float64Array.from(outcomes, (outcome) => outcome.finishTicks).toSorted();
  let [area, inSystem, lastTicks, sojourns, arrived] = [0, 0, 0, 0, 0];
  for (const departure of departures) {
    for (; arrived < arrivals.length && arrivals[arrived] <= departure; arrived++) {
      area += inSystem * (arrivals[arrived] - lastTicks);
      lastTicks = arrivals[arrived];
      inSystem++;
    }
    area += inSystem * (departure - lastTicks);
    lastTicks = departure;
    inSystem--;
    if (inSystem < 0) throw new Error(`more departures than arrivals at ${departure}`);
  }
  for (const [i, outcome] of outcomes.entries()) sojourns += outcome.finishTicks - arrivals[i];
  expect(inSystem).toBe(0);
  expect(area).toBe(sojourns);
}

interface Estimate {
  mean: number;
  halfWidth: number;
}

/** `ticks` as theory has it, two where it gives bounds; `precision`: an interval that is wider is no answer. */
function expectMean(estimate: Estimate, ticks: number | [low: number, high: number], precision = 0.06): void {
  const { mean, halfWidth } = estimate;
  const [low, high] = typeof ticks === 'number' ? [ticks, ticks] : ticks;
  expect(halfWidth / mean).toBeLessThan(precision);
  expect(mean + halfWidth).toBeGreaterThanOrEqual(low);
  expect(mean - halfWidth).toBeLessThanOrEqual(high);
}

/** Mean wait in M/G/1 from the moments of the service time (Pollaczek and Khinchine). */
function waitOfMG1(gap: number, serviceMean: number, serviceSquareMean: number): number {
  return serviceSquareMean / gap / (2 * (1 - serviceMean / gap));
}

/** Mean wait in M/M/c (Erlang C). */
function waitOfMMc(servers: number, gap: number, serviceMean: number): number {
  const offered = serviceMean / gap;
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (offered * blocking) / (k + offered * blocking);
  const waiting = blocking / (1 - (offered / servers) * (1 - blocking));
  return (waiting * serviceMean) / (servers - offered);
}

describe('one server without batching', () => {
  it('with exponential service is M/M/1', () => {
    expectMean(estimateWait(singleServer), waitOfMMc(1, singleServer.gapTicks, UNIT_TICKS));
    expect(waitOfMMc(1, 1 / 0.6, 1)).toBeCloseTo(0.6 / 0.4, 12);
  });

  it('with constant service is M/D/1, every single wait included', () => {
    const perf = fixedService({ secondsPerOutputToken: ticksToSeconds(UNIT_TICKS) });
    const estimate = estimateWait({ ...singleServer, perf }, (c, outcomes) =>
      expectCentralQueue(c, outcomes, { servers: 1, tokenTicks: UNIT_TICKS, stepTicks: 0 }),
    );
    expectMean(estimate, waitOfMG1(singleServer.gapTicks, UNIT_TICKS, UNIT_TICKS * UNIT_TICKS));
  });

  it('with three exponential tokens is M/E3/1', () => {
    const queue: Queue = { ...singleServer, gapTicks: (3 * UNIT_TICKS) / 0.6, outputTokens: () => 3 };
    expectMean(estimateWait(queue), waitOfMG1(queue.gapTicks, 3 * UNIT_TICKS, 12 * UNIT_TICKS * UNIT_TICKS));
  });

  it('with few long answers among short ones is M/G/1', () => {
    // A unit for the prompt, one for each of 1 (80 %) or 15 (20 %) tokens: service 2 or 16.
    const seconds = ticksToSeconds(UNIT_TICKS);
    const service = (0.8 * 2 + 0.2 * 16) * UNIT_TICKS;
    const queue: Queue = {
      ...singleServer,
      perf: fixedService({ secondsPerRequest: seconds, secondsPerOutputToken: seconds }),
      gapTicks: service / 0.6,
      outputTokens: (stream) => (stream.uniform() < 0.8 ? 1 : 15),
      serviceTicks: (outputTokens) => (1 + outputTokens) * UNIT_TICKS,
    };
    const serviceSquare = (0.8 * 4 + 0.2 * 256) * UNIT_TICKS * UNIT_TICKS;
    expectMean(estimateWait(queue), waitOfMG1(queue.gapTicks, service, serviceSquare));
  });
});

describe('several servers behind a router', () => {
  it('chosen at random are as many M/M/1', () => {
    const queue: Queue = { ...singleServer, replicas: 4, routing: 'random', gapTicks: UNIT_TICKS / 0.6 / 4 };
    expectMean(estimateWait(queue), waitOfMMc(1, UNIT_TICKS / 0.6, UNIT_TICKS));
  });

  it('taking turns are as many E2/M/1', () => {
    // σ solves σ = (2λ / (2λ + μ(1 - σ)))², λ the rate at one of the two; the mean wait is σ / (μ(1 - σ)).
    const queue: Queue = { ...singleServer, replicas: 2, gapTicks: UNIT_TICKS / 0.7 / 2 };
    let sigma = 0.5;
    for (let i = 0; i < 200; i++) {
      const transform = 1.4 / (1.4 + 1 - sigma);
      sigma = transform * transform;
    }
    expectMean(estimateWait(queue), (UNIT_TICKS * sigma) / (1 - sigma));
  });

  it('joined at the shorter of two queues are the Markov chain solved numerically', () => {
    const queue: Queue = {
      ...singleServer,
      replicas: 2,
      routing: 'least-outstanding',
      gapTicks: UNIT_TICKS / 1.4,
    };
    const wait = (sojournOfShorterQueue(1.4) - 1) * UNIT_TICKS;
    // Between a common queue and a blind split.
    expect(wait).toBeGreaterThan(waitOfMMc(2, queue.gapTicks, UNIT_TICKS));
    expect(wait).toBeLessThan(waitOfMMc(1, 2 * queue.gapTicks, UNIT_TICKS));
    expectMean(estimateWait(queue), wait);
  });

  it('joined at the shorter of two drawn ones approach the mean-field limit', () => {
    // Time Σ ρ^(2^i - 2), i = 1, 2, …, for infinitely many servers; Mitzenmacher's 100 servers at 0.7 took 0.4 % more.
    const rho = 0.7;
    const replicas = 200;
    const queue: Queue = {
      ...singleServer,
      replicas,
      routing: 'power-of-two',
      gapTicks: UNIT_TICKS / rho / replicas,
    };
    const limit = [0, 2, 6, 14, 30, 62].reduce((sum, n) => sum + Math.exp(n * Math.log(rho)), 0);
    expect(limit).toBeCloseTo(1.6145, 4);
    expectMean(estimateWait(queue), [(limit - 1) * UNIT_TICKS, (limit * 1.004 - 1) * UNIT_TICKS]);
  });
});

describe('a continuous batch with one-tick steps', () => {
  // Sequences are servers with a common queue, an output of N tokens is a service of N ticks. Outputs are exponential
  // times rounded up, and a request waits for the next tick where others are being served: up to two ticks more than
  // M/M/c in every service, never less.
  const meanTicks = 10_000;

  it.each([1, 2, 4])('of at most %i sequences is M/M/c, every single wait included', (servers) => {
    const queue: Queue = {
      ...singleServer,
      batching: {
        policy: 'continuous',
        maxBatchedTokens: 1000,
        maxSequences: servers,
        longPrefillThreshold: 0,
        requireFullPromptFree: true,
      },
      perf: () => oneTickSteps,
      gapTicks: meanTicks / 0.7 / servers,
      outputTokens: (stream) => Math.ceil(meanTicks * stream.exponential()),
      serviceTicks: (outputTokens) => outputTokens,
    };
    const estimate = estimateWait(queue, (c, outcomes) =>
      expectCentralQueue(c, outcomes, { servers, tokenTicks: 1, stepTicks: 1 }),
    );
    const low = waitOfMMc(servers, queue.gapTicks, meanTicks);
    const high = 1 + waitOfMMc(servers, queue.gapTicks, meanTicks + 2);
    expectMean(estimate, [low, high], 0.1);
  });
});

interface CentralQueue {
  servers: number;
  tokenTicks: number;
  /** Steps that others are in: whoever arrives during one joins at the next. */
  stepTicks: 0 | 1;
}

/** First come, first served by whichever server is free first (Kiefer and Wolfowitz), in whole ticks. */
function expectCentralQueue(c: CellCase, outcomes: RequestOutcome[], queue: CentralQueue): void {
  let freeTicks = new Float64Array(queue.servers);
  for (const [i, { atTicks, outputTokens }] of c.requests.entries()) {
    freeTicks = freeTicks.toSorted();
    // A boundary comes before an arrival of the same tick, so with others in service the next one is a tick away.
    const allIdle = freeTicks[queue.servers - 1] <= atTicks;
    const joinTicks = Math.max(freeTicks[0], allIdle ? atTicks : atTicks + queue.stepTicks);
    freeTicks[0] = joinTicks + outputTokens * queue.tokenTicks;
    if (outcomes[i].finishTicks !== freeTicks[0])
      throw new Error(`request ${i} of run ${c.seed} finished wrongly`);
  }
}

/** Mean time in two exponential servers of rate 1, arrivals of a rate joining the shorter queue: by power iteration. */
function sojournOfShorterQueue(arrivalRate: number): number {
  const size = 80;
  const total = arrivalRate + 2;
  let now = new Float64Array(size * size);
  now[0] = 1;
  for (let iteration = 0; iteration < 5000; iteration++) {
    const next = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        const mass = now[a * size + b] / total;
        if (mass === 0) continue;
        const joined = a <= b ? (a + 1) * size + b : a * size + b + 1;
        next[a + b < 2 * size - 2 ? joined : a * size + b] += mass * arrivalRate;
        next[Math.max(a - 1, 0) * size + b] += mass;
        next[a * size + Math.max(b - 1, 0)] += mass;
      }
    }
    now = next;
  }
  let inSystem = 0;
  for (const [state, probability] of now.entries()) {
    inSystem += probability * (Math.floor(state / size) + (state % size));
  }
  return inSystem / arrivalRate;
}

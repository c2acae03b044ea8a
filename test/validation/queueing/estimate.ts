// Mean of a simulated queue with its confidence interval, by batch means: one long run, its beginning left out, cut into
// batches so long that their means are nearly independent. Seeds are fixed: a test gives the same numbers every time.
import { expect } from 'vitest';
import { RandomStream } from '../../../src/kernel/random.ts';
import { simulateFast } from '../../support/simulate-fast.ts';
import type { BatchingSpec } from '../../../src/fleet/spec.ts';
import type { PerfModel } from '../../../src/perf/spec.ts';
import type { CellCase } from '../../support/cell-case.ts';

const BATCHES = 25;
/** Student's t for 99.9 % (two-sided), by degrees of freedom. */
const STUDENT_T = { 23: 3.768, 24: 3.745 };
const WARM_UP_SHARE = 0.1;

export interface Estimate {
  mean: number;
  /** Of the 99.9 % confidence interval. */
  halfWidth: number;
}

export interface Queue {
  batching: BatchingSpec;
  perf: PerfModel;
  requests: number;
  /** Mean time between arrivals. */
  gapTicks: number;
  draw: (stream: RandomStream) => { promptTokens: number; outputTokens: number };
}

export interface Served {
  atTicks: number;
  promptTokens: number;
  outputTokens: number;
  firstTokenTicks: number;
  finishTicks: number;
}

/** One replica that serves Poisson arrivals of drawn sizes. */
export function simulateQueue(queue: Queue): Served[] {
  const stream = new RandomStream(1, 'validation');
  let at = 0;
  const requests = Array.from({ length: queue.requests }, () => {
    at += queue.gapTicks * stream.exponential();
    return { atTicks: Math.round(at), ...queue.draw(stream) };
  });
  return serve({ batching: queue.batching, perf: queue.perf, requests });
}

export function serve(c: Pick<CellCase, 'batching' | 'perf' | 'requests'>): Served[] {
  const limits = { maxModelLength: 2 ** 30, overlong: 'reject', queueLimit: 2 ** 30 } as const;
  const outcomes = simulateFast({ replicas: 1, routing: 'round-robin', limits, seed: 1, ...c });
  expect(outcomes.every(({ outcome }) => outcome === 'finished')).toBe(true);
  return outcomes.map(({ firstTokenTicks, finishTicks }, i) => ({
    ...c.requests[i],
    firstTokenTicks,
    finishTicks,
  }));
}

interface Options {
  /** The estimate is then the ratio of the sums of value and weight. */
  weight?: (request: Served) => number;
  /** Mean gap between arrivals. What a batch's own gaps explain of its deviation is taken out (control variate). */
  gapTicks?: number;
}

export function estimate(
  served: Served[],
  value: (request: Served) => number,
  { weight = () => 1, gapTicks }: Options = {},
): Estimate {
  const first = Math.floor(served.length * WARM_UP_SHARE);
  const length = Math.floor((served.length - first) / BATCHES);
  const batches = Array.from({ length: BATCHES }, (_, batch) => {
    const from = first + batch * length;
    const sum = (of: (request: Served) => number) => {
      let total = 0;
      for (let i = from; i < from + length; i++) total += of(served[i]);
      return total;
    };
    const gap = (served[from + length - 1].atTicks - served[from - 1].atTicks) / length;
    return { mean: sum(value) / sum(weight), gap };
  });
  const means = batches.map(({ mean }) => mean);
  if (gapTicks === undefined) return interval(means, BATCHES - 1, STUDENT_T[24]);
  const gaps = batches.map(({ gap }) => gap);
  const slope = covariance(means, gaps) / covariance(gaps, gaps);
  return interval(
    batches.map(({ mean, gap }) => mean - slope * (gap - gapTicks)),
    BATCHES - 2,
    STUDENT_T[23],
  );
}

function interval(values: number[], degrees: number, studentT: number): Estimate {
  const variance = (covariance(values, values) * values.length) / degrees;
  return { mean: meanOf(values), halfWidth: studentT * Math.sqrt(variance / values.length) };
}

function covariance(x: number[], y: number[]): number {
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  return meanOf(x.map((value, i) => (value - meanX) * (y[i] - meanY)));
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Theory lies in the interval, and the interval is narrow enough to mean something. */
export function expectTheory({ mean, halfWidth }: Estimate, theory: number, precision = 0.1): void {
  const message = `theory ${theory}, simulated ${mean} ± ${halfWidth}`;
  expect(halfWidth, message).toBeLessThan(precision * mean);
  expect(Math.abs(mean - theory), message).toBeLessThanOrEqual(halfWidth);
}

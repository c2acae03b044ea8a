// How many replicas a rate of requests needs so that the mean TTFT and ITL of each, by the queue of chain.ts, meet their
// targets: the highest rate of one replica that does is bisected, and the rate divided by it.
// Source: the queue analyser of llm-d's workload variant autoscaler (inferno), pkg/analyzer and pkg/core, 2025.
import { effectiveBatch, prefillSeconds, serviceRate, solveChain, stepSeconds } from './chain.ts';
import type { ReplicaModel } from './chain.ts';

/** The rates looked at end so far (a part) from none and from the highest. */
const EDGE = 0.001;
const BISECTIONS = 50;

export interface Latencies {
  ttftSeconds: number;
  itlSeconds: number;
  waitSeconds: number;
  batch: number;
  throughput: number;
  utilization: number;
}

/** Requests per second of a full batch. */
export function highestRate(model: ReplicaModel): number {
  return serviceRate(model, model.maxBatchSize);
}

function serviceRates(model: ReplicaModel): number[] {
  return Array.from({ length: model.maxBatchSize }, (_, index) => serviceRate(model, index + 1));
}

/** At a rate of requests per second > 0. */
export function latenciesAt(model: ReplicaModel, requestsPerSecond: number): Latencies {
  return latenciesOf(model, serviceRates(model), requestsPerSecond);
}

function latenciesOf(model: ReplicaModel, rates: readonly number[], requestsPerSecond: number): Latencies {
  const chain = solveChain(requestsPerSecond, rates, model.maxQueueSize);
  const batch = effectiveBatch(model, chain.serviceSeconds);
  return {
    ttftSeconds: chain.waitSeconds + prefillSeconds(model, batch),
    itlSeconds: stepSeconds(model, batch),
    waitSeconds: chain.waitSeconds,
    batch,
    throughput: chain.throughput,
    utilization: chain.inService / model.maxBatchSize,
  };
}

export interface Targets {
  /** Means; null: no target. */
  ttftSeconds: number | null;
  itlSeconds: number | null;
  /** Kept free of the highest rate, whatever the targets. */
  safetyShare: number;
}

export interface Sizing {
  /** Null: even an idle replica misses a target. */
  requestsPerSecond: number | null;
  at: Latencies | null;
}

export function sizeReplica(model: ReplicaModel, targets: Targets): Sizing {
  const rates = serviceRates(model);
  const meets = (rate: number) => {
    const { ttftSeconds, itlSeconds } = latenciesOf(model, rates, rate);
    return ttftSeconds <= (targets.ttftSeconds ?? Infinity) && itlSeconds <= (targets.itlSeconds ?? Infinity);
  };
  let low = rates[0] * EDGE;
  let high = rates[rates.length - 1] * (1 - Math.max(EDGE, targets.safetyShare));
  if (!meets(low)) return { requestsPerSecond: null, at: null };
  if (meets(high)) low = high;
  for (let i = 0; i < BISECTIONS && low < high; i++) {
    const middle = (low + high) / 2;
    if (meets(middle)) low = middle;
    else high = middle;
  }
  return { requestsPerSecond: low, at: latenciesOf(model, rates, low) };
}

/** Replicas for a rate; null if no number of them meets the targets. */
export function replicasFor(requestsPerSecond: number, sizing: Sizing): number | null {
  if (sizing.requestsPerSecond === null) return null;
  return Math.ceil(requestsPerSecond / sizing.requestsPerSecond);
}

// NVIDIA Dynamo planner, load mode with latency targets: up if the estimate of every worker is above its SLA; down if
// after one fewer (load times N/(N-1)) every estimate stays below 80 % of it and the KV cache holds. The estimates come
// from a straight line fitted to what was measured, as the original fits its passes. Left out: chunks of long prompts.
// Source: ai-dynamo/dynamo, planner, load_scaling.py and perf_model, 2026.
import { step, waits, type LoadDecision } from './load.ts';

export interface SlaWorker {
  /** Latency now, and after one worker fewer; null: cannot be told. */
  estimate: number | null;
  estimateAfter: number | null;
  /** KV tokens that it holds or that wait for it; null: they do not matter (prefill). */
  kvTokens: number | null;
}

export interface SlaInput {
  workers: readonly SlaWorker[];
  numWorkers: number;
  expectedWorkers: number | null;
  /** Same unit as the estimates. */
  sla: number;
  /** Part of the estimates that does not depend on load, and so has no part in the margin. */
  own: number;
  loadScalingDownSensitivity: number;
  maxKvTokens: number | null;
  minEndpoint: number;
}

/** A load once its N workers are N - 1; whole tokens. */
export function consolidated(load: number, numWorkers: number): number {
  return numWorkers > 1 ? Math.trunc(load * (numWorkers / (numWorkers - 1))) : load;
}

export function decideSla(input: SlaInput): LoadDecision {
  const wait = waits(input);
  if (wait !== null) return { desired: null, reason: wait };
  const { workers, numWorkers, sla, own } = input;
  const estimates = workers.map((worker) => worker.estimate).filter((estimate) => estimate !== null);
  if (estimates.length === 0) return { desired: null, reason: 'insufficient_data' };
  const budget = (sla - own) * input.loadScalingDownSensitivity;
  const safe = workers.every(({ estimateAfter, kvTokens }) => {
    if (kvTokens !== null && input.maxKvTokens !== null) {
      if (consolidated(kvTokens, numWorkers) >= input.maxKvTokens) return false;
    }
    return estimateAfter !== null && estimateAfter - own < budget;
  });
  return step(input, { up: estimates.every((estimate) => estimate > sla), down: safe && budget > 0 });
}

/** Load and what it took. */
export interface Measurement {
  load: number;
  latency: number;
}

export interface Line {
  base: number;
  slope: number;
}

/** Least squares; null below `minObservations`. A falling line is taken as level: more load never helps. */
export function fitLine(measurements: readonly Measurement[], minObservations: number): Line | null {
  const n = measurements.length;
  if (n < minObservations || n === 0) return null;
  const mean = (of: keyof Measurement) => measurements.reduce((sum, point) => sum + point[of], 0) / n;
  const load = mean('load');
  const latency = mean('latency');
  let products = 0;
  let squares = 0;
  for (const point of measurements) {
    products += (point.load - load) * (point.latency - latency);
    squares += (point.load - load) * (point.load - load);
  }
  const slope = squares > 0 ? Math.max(0, products / squares) : 0;
  return { base: latency - slope * load, slope };
}

/** What the line says of a load now and after one worker fewer. */
export function estimates(line: Line | null, load: number, numWorkers: number) {
  if (line === null) return { estimate: null, estimateAfter: null };
  return {
    estimate: line.base + line.slope * load,
    estimateAfter: line.base + line.slope * consolidated(load, numWorkers),
  };
}

// How many replicas one metric asks for: the horizontal autoscaler's replica calculator. Values are whole milli-units,
// computed in doubles in the original's order; ratios of utilisation are taken after truncation to whole percents.
// Source: Kubernetes pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go (v1.34, 2025).
import {
  groupPods,
  readyPodCount,
  requestsOf,
  type Pod,
  type ReadinessOptions,
  type Sample,
} from './pods.ts';

/** The original counts replicas in 32 bits. */
const REPLICAS_MAX = 2_147_483_647;

export interface Tolerance {
  up: number;
  down: number;
}

/** What any calculation needs beside the metric. */
export interface Scale extends ReadinessOptions {
  currentReplicas: number;
  /** Pods that exist, as the target's status counts them. */
  statusReplicas: number;
  pods: readonly Pod[];
  tolerance: Tolerance;
}

/** A metric of pods; its target in milli-units, or for a utilisation in percent of the requests. */
export interface PodsMetric {
  /** Null for a Pods metric: readiness then plays no part. */
  resource: string | null;
  container: string | null;
  target: { kind: 'Utilization'; percent: number } | { kind: 'AverageValue'; milli: number };
  /** Null: the metrics cannot be had. */
  samples: readonly Sample[] | null;
}

/** One value, or the sum of several series, for all pods: an Object or External metric. */
export interface ValueMetric {
  target: { kind: 'Value' | 'AverageValue'; milli: number };
  valuesMilli: readonly number[] | null;
  timestamp: number | null;
}

export type Calculation =
  | {
      replicas: number;
      /** Per pod, or for the target Value in all: percent of the requests for a utilisation, else milli-units. */
      usage: number;
      /** For a utilisation: milli-units per pod. */
      rawUsage: number | null;
      /** Usage over target, of what was measured; null for a value per replica where there is none. */
      ratio: number | null;
      timestamp: number | null;
    }
  | { invalid: string };

export function isWithin(ratio: number, { up, down }: Tolerance): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

/** A count of replicas: rounded up, within the original's range. */
export function ceilReplicas(count: number): number {
  return Math.min(Math.ceil(count), REPLICAS_MAX);
}

export function replicasForPods(metric: PodsMetric, scale: Scale): Calculation {
  const { resource, container, target, samples } = metric;
  if (samples === null) return { invalid: 'unable to get metrics' };
  if (scale.pods.length === 0) return { invalid: 'no pods' };
  const bySample = new Map(samples.map((sample) => [sample.pod, sample]));
  const { counted, unready, missing } = groupPods(scale.pods, bySample, resource, scale);
  if (counted.length === 0) return { invalid: 'no samples of pods that count (they may be unready)' };
  const requests =
    target.kind === 'Utilization' ? requestsOf(scale.pods, resource ?? '', container) : undefined;
  if (requests && 'invalid' in requests) return requests;

  const values = new Map(counted.map((name) => [name, bySample.get(name)!.milli]));
  const first = usageOf(values, target, requests);
  if ('invalid' in first) return first;
  const answer = (replicas: number) => ({ replicas, ...first, timestamp: samples[0].timestamp });
  const { ratio } = first;
  const { currentReplicas, tolerance } = scale;

  const withUnready = unready.length > 0 && ratio > 1;
  if (!withUnready && missing.length === 0) {
    return answer(isWithin(ratio, tolerance) ? currentReplicas : ceilReplicas(ratio * counted.length));
  }
  if (ratio < 1) for (const name of missing) values.set(name, assumedOnScaleDown(name, target, requests));
  if (ratio > 1) for (const name of [...missing, ...unready]) values.set(name, 0);
  const second = usageOf(values, target, requests);
  if ('invalid' in second) return second;
  const turned = (ratio < 1 && second.ratio > 1) || (ratio > 1 && second.ratio < 1);
  if (isWithin(second.ratio, tolerance) || turned) return answer(currentReplicas);
  const replicas = ceilReplicas(second.ratio * values.size);
  const isBackwards =
    (second.ratio < 1 && replicas > currentReplicas) || (second.ratio > 1 && replicas < currentReplicas);
  return answer(isBackwards ? currentReplicas : replicas);
}

type Requests = ReadonlyMap<string, number> | undefined;

/** On a scale-down a pod without a sample counts as using all it asked for, or the target if that is more. */
function assumedOnScaleDown(name: string, target: PodsMetric['target'], requests: Requests): number {
  if (target.kind === 'AverageValue') return target.milli;
  return Math.trunc((requests!.get(name)! * Math.max(100, target.percent)) / 100);
}

function usageOf(
  values: ReadonlyMap<string, number>,
  target: PodsMetric['target'],
  requests: Requests,
): { usage: number; rawUsage: number | null; ratio: number } | { invalid: string } {
  let used = 0;
  let requested = 0;
  for (const [name, milli] of values) {
    used += milli;
    requested += requests?.get(name) ?? 0;
  }
  const mean = Math.trunc(used / values.size);
  if (target.kind === 'AverageValue') return { usage: mean, rawUsage: null, ratio: mean / target.milli };
  if (requested === 0) return { invalid: 'the pods request nothing of the resource' };
  const percent = Math.trunc((used * 100) / requested);
  return { usage: percent, rawUsage: mean, ratio: percent / target.percent };
}

export function replicasForValue({ target, valuesMilli, timestamp }: ValueMetric, scale: Scale): Calculation {
  if (valuesMilli === null) return { invalid: 'unable to get the metric' };
  const { currentReplicas, statusReplicas, tolerance, pods } = scale;
  const value = valuesMilli.reduce((sum, milli) => sum + milli, 0);
  if (target.kind === 'AverageValue') {
    // Without replicas the ratio is infinite or not a number: never within.
    const ratio = value / (target.milli * statusReplicas);
    const replicas = isWithin(ratio, tolerance) ? statusReplicas : ceilReplicas(value / target.milli);
    if (statusReplicas === 0) return { replicas, usage: value, rawUsage: null, ratio: null, timestamp };
    return { replicas, usage: Math.ceil(value / statusReplicas), rawUsage: null, ratio, timestamp };
  }
  const ratio = value / target.milli;
  const answer = (replicas: number) => ({ replicas, usage: value, rawUsage: null, ratio, timestamp });
  if (currentReplicas === 0) return answer(ceilReplicas(ratio));
  if (isWithin(ratio, tolerance)) return answer(currentReplicas);
  if (pods.length === 0) return { invalid: 'no pods' };
  return answer(ceilReplicas(ratio * readyPodCount(pods)));
}

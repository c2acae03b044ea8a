// Several metrics make one proposal: the largest valid one. A metric that cannot be computed forbids a scale-down, and
// if none can, nothing is done. Also: metrics as Kubernetes writes them, with the data a calculation needs beside them.
// Source: Kubernetes pkg/controller/podautoscaler/horizontal.go (v1.34, 2025): computeReplicasForMetrics.
import { milliOf } from '../quantity.ts';
import type { Sample } from './pods.ts';
import {
  replicasForPods,
  replicasForValue,
  type Calculation,
  type PodsMetric,
  type Scale,
} from './replicas.ts';

/** Of autoscaling/v2; quantities in units. */
export interface MetricTarget {
  type: 'Utilization' | 'AverageValue' | 'Value';
  averageUtilization?: number;
  averageValue?: number;
  value?: number;
}

export interface Named {
  metric: { name: string };
  target: MetricTarget;
}

export type MetricSpec =
  | { type: 'Resource'; resource: { name: string; target: MetricTarget } }
  | {
      type: 'ContainerResource';
      containerResource: { name: string; container: string; target: MetricTarget };
    }
  | { type: 'Pods'; pods: Named }
  | { type: 'Object'; object: Named }
  | { type: 'External'; external: Named };

export interface MetricData {
  /** Of pods, for the types Resource, ContainerResource and Pods; null where the metrics cannot be had. */
  samples: readonly Sample[] | null;
  /** One per series, for the types Object and External. */
  valuesMilli: readonly number[] | null;
  timestamp: number | null;
}

export type MeasuredMetric = MetricSpec & MetricData;

/** What is computed against which target. */
export function partsOf(spec: MetricSpec): { name: string; target: MetricTarget } {
  switch (spec.type) {
    case 'Resource':
      return spec.resource;
    case 'ContainerResource':
      return spec.containerResource;
    case 'Pods':
      return { name: spec.pods.metric.name, target: spec.pods.target };
    case 'Object':
      return { name: spec.object.metric.name, target: spec.object.target };
    case 'External':
      return { name: spec.external.metric.name, target: spec.external.target };
  }
}

export function calculate(metric: MeasuredMetric, scale: Scale): Calculation {
  const { name, target } = partsOf(metric);
  const { samples, valuesMilli, timestamp } = metric;
  if (metric.type === 'Object' || metric.type === 'External') {
    const kind = target.type === 'Value' ? 'Value' : 'AverageValue';
    const milli = milliOf((target.value ?? target.averageValue)!);
    return replicasForValue({ target: { kind, milli }, valuesMilli, timestamp }, scale);
  }
  const podsTarget: PodsMetric['target'] =
    target.type === 'Utilization'
      ? { kind: 'Utilization', percent: target.averageUtilization! }
      : { kind: 'AverageValue', milli: milliOf(target.averageValue!) };
  const container = metric.type === 'ContainerResource' ? metric.containerResource.container : null;
  const resource = metric.type === 'Pods' ? null : name;
  return replicasForPods({ resource, container, target: podsTarget, samples }, scale);
}

export interface Proposal {
  /** Null: hold. */
  replicas: number | null;
  /** The metric that asked for the most; the first, if several did. */
  metric: string | null;
  timestamp: number | null;
  invalidCount: number;
  /** The first that could not be computed, in the words of the condition ScalingActive. */
  invalidReason: string | null;
  calculations: Calculation[];
}

export function propose(metrics: readonly MeasuredMetric[], scale: Scale): Proposal {
  const calculations = metrics.map((metric) => calculate(metric, scale));
  const firstInvalid = calculations.findIndex((calculation) => 'invalid' in calculation);
  const invalidCount = calculations.filter((calculation) => 'invalid' in calculation).length;
  const proposal: Proposal = {
    replicas: null,
    metric: null,
    timestamp: null,
    invalidCount,
    invalidReason: firstInvalid < 0 ? null : `FailedGet${metrics[firstInvalid].type}Metric`,
    calculations,
  };
  for (const [i, calculation] of calculations.entries()) {
    if ('invalid' in calculation) continue;
    if (proposal.replicas !== null && calculation.replicas <= proposal.replicas) continue;
    proposal.replicas = calculation.replicas;
    proposal.metric = partsOf(metrics[i]).name;
    proposal.timestamp = calculation.timestamp;
  }
  const wouldShrink = proposal.replicas !== null && proposal.replicas < scale.currentReplicas;
  return invalidCount > 0 && wouldShrink ? { ...proposal, replicas: null, metric: null } : proposal;
}

// What a KEDA trigger reports: a value for the autoscaler underneath, and whether it is active. One that fails again and
// again reports its fallback. Values are cut to milli-units, as the original does.
// Source: KEDA v2.17 (2025), pkg/scalers/scaler.go, pkg/fallback/fallback.go. Left out: the caching of metrics, the
// formulas of scalingModifiers.
import type { MeasuredMetric } from '../hpa/metrics.ts';
import { measuredMilli } from '../quantity.ts';
import { fallbackReplicas, type Fallback } from './scale.ts';

export interface MeasuredTrigger {
  name: string;
  metricType: 'AverageValue' | 'Value';
  target: number;
  activationThreshold: number;
  /** Null: it could not be read. */
  value: number | null;
  /** Of a cron trigger, which has no threshold. */
  inInterval: boolean | null;
}

/** Strictly above its threshold, or within the interval of its schedule. */
export function isActive({ value, activationThreshold, inInterval }: MeasuredTrigger): boolean {
  return inInterval ?? (value !== null && value > activationThreshold);
}

export interface Health {
  /** In a row. */
  failures: number;
  isFallback: boolean;
  value: number | null;
}

interface FallbackScale {
  currentReplicas: number;
  readyReplicas: number;
}

/** The trigger's value, or after more than `failureThreshold` failures in a row what asks for the fallback's replicas. */
export function withFallback(
  { value, target, metricType }: Pick<MeasuredTrigger, 'value' | 'target' | 'metricType'>,
  failuresBefore: number,
  fallback: Fallback | null,
  { currentReplicas, readyReplicas }: FallbackScale,
): Health {
  if (value !== null) return { failures: 0, isFallback: false, value };
  const failures = failuresBefore + 1;
  const isFallback = fallback !== null && failures > fallback.failureThreshold;
  if (!isFallback) return { failures, isFallback, value };
  const wanted = target * fallbackReplicas(fallback, currentReplicas);
  if (metricType === 'AverageValue') return { failures, isFallback, value: wanted };
  // A Value is multiplied with the ready pods by the autoscaler; without any it cannot say how many it wants.
  return {
    failures,
    isFallback: readyReplicas > 0,
    value: readyReplicas > 0 ? wanted / readyReplicas : null,
  };
}

/** The metric that the autoscaler reads of the trigger. */
export function externalMetric(
  { name, metricType, target }: MeasuredTrigger,
  value: number | null,
): MeasuredMetric {
  const goal = measuredMilli(target) / 1000;
  return {
    type: 'External',
    external: {
      metric: { name },
      target:
        metricType === 'Value'
          ? { type: 'Value', value: goal }
          : { type: 'AverageValue', averageValue: goal },
    },
    samples: null,
    valuesMilli: value === null ? null : [measuredMilli(value)],
    timestamp: null,
  };
}

// One sync of a horizontal autoscaler: from its specification, the metrics and its memory to the count it sets, with
// the conditions it reports. Source: Kubernetes pkg/controller/podautoscaler/horizontal.go (v1.34, 2025):
// reconcileAutoscaler. Left out: failing writes to the cluster, and the wish of a person who set 0 by hand to be left
// alone when the minimum is 0.
import {
  limitWithBehavior,
  recordScaling,
  stabilizeBothWays,
  withDefaults,
  type WrittenBehavior,
} from './behavior.ts';
import type { Recommendation, ScaleEvent } from './history.ts';
import { propose, type MeasuredMetric, type Proposal } from './metrics.ts';
import {
  limitWithoutBehavior,
  stabilizeDown,
  type Bounds,
  type Limited,
  type Stabilized,
} from './normalize.ts';
import type { Scale } from './replicas.ts';

/** JSON. */
export interface HpaState {
  /** Null before the first sync. */
  recommendations: Recommendation[] | null;
  scaleUpEvents: ScaleEvent[];
  scaleDownEvents: ScaleEvent[];
}

export const HPA_START: HpaState = { recommendations: null, scaleUpEvents: [], scaleDownEvents: [] };

export interface SyncOptions {
  downscaleStabilizationSeconds: number;
  tolerance: number;
}

export interface HpaSpec {
  minReplicas: number;
  maxReplicas: number;
  metrics: readonly MeasuredMetric[];
  /** Null: none; `{}` is one of defaults only. */
  behavior:
    (WrittenBehavior & { scaleUp?: { tolerance?: number }; scaleDown?: { tolerance?: number } }) | null;
}

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited' | 'ScaledToZero';

export interface Condition {
  status: boolean;
  reason: string;
}

export interface SyncResult {
  desiredReplicas: number;
  /** Whether the count is set at all. */
  rescale: boolean;
  /** Why it is changed. */
  reason: string | null;
  proposal: Proposal | null;
  conditions: Partial<Record<ConditionType, Condition>>;
  state: HpaState;
}

/** The tolerance of `scale` is replaced by the specification's own. */
export function sync(
  spec: HpaSpec,
  scale: Omit<Scale, 'tolerance'>,
  options: SyncOptions,
  before: HpaState,
): SyncResult {
  const { currentReplicas, now } = scale;
  const { minReplicas, maxReplicas } = spec;
  const recommendations = before.recommendations ?? [{ replicas: currentReplicas, at: now }];
  const state = { ...before, recommendations };
  const result = { proposal: null, conditions: {}, state };
  if (currentReplicas === 0 && minReplicas > 0) {
    const conditions = { ScalingActive: { status: false, reason: 'ScalingDisabled' } };
    return { ...result, desiredReplicas: 0, rescale: false, reason: null, conditions };
  }
  const outside = currentReplicas > maxReplicas ? maxReplicas : Math.max(currentReplicas, minReplicas);
  if (outside !== currentReplicas) {
    const reason =
      currentReplicas > maxReplicas
        ? 'Current number of replicas above Spec.MaxReplicas'
        : 'Current number of replicas below Spec.MinReplicas';
    return rescaled({ ...result, desiredReplicas: outside, rescale: true, reason }, spec, scale, options);
  }
  const tolerance = {
    up: spec.behavior?.scaleUp?.tolerance ?? options.tolerance,
    down: spec.behavior?.scaleDown?.tolerance ?? options.tolerance,
  };
  const proposal = propose(spec.metrics, { ...scale, tolerance });
  if (proposal.replicas === null) {
    const conditions = { ScalingActive: { status: false, reason: proposal.invalidReason ?? 'NoMetrics' } };
    const held = { desiredReplicas: currentReplicas, rescale: false, reason: null };
    return { ...result, ...held, proposal, conditions };
  }
  const { stabilized, limited } = normalized(proposal.replicas, state, spec, {
    currentReplicas,
    now,
    windowSeconds: options.downscaleStabilizationSeconds,
  });
  const desiredReplicas = limited.replicas;
  return rescaled(
    {
      desiredReplicas,
      rescale: desiredReplicas !== currentReplicas,
      reason: reasonOf(proposal, currentReplicas),
      proposal,
      conditions: {
        AbleToScale: { status: true, reason: stabilized.reason },
        ScalingActive: { status: true, reason: 'ValidMetricFound' },
        ScalingLimited: { status: desiredReplicas !== stabilized.replicas, reason: limited.reason },
      },
      state: { ...state, recommendations: stabilized.recommendations },
    },
    spec,
    scale,
    options,
  );
}

function reasonOf({ replicas, metric }: Proposal, currentReplicas: number): string | null {
  if (replicas! > currentReplicas) return `${metric} above target`;
  return replicas! < currentReplicas ? 'All metrics below target' : null;
}

function normalized(
  desired: number,
  { recommendations, scaleUpEvents, scaleDownEvents }: HpaState,
  { behavior: written, minReplicas, maxReplicas }: HpaSpec,
  { currentReplicas, now, windowSeconds }: { currentReplicas: number; now: number; windowSeconds: number },
): { stabilized: Stabilized; limited: Limited } {
  const bounds: Bounds = { currentReplicas, minReplicas, maxReplicas };
  if (written === null) {
    const stabilized = stabilizeDown(desired, recommendations!, { now, windowSeconds });
    return { stabilized, limited: limitWithoutBehavior(stabilized.replicas, bounds) };
  }
  const behavior = withDefaults(written, windowSeconds);
  const stabilized = stabilizeBothWays(desired, recommendations!, {
    currentReplicas,
    upSeconds: behavior.scaleUp.stabilizationWindowSeconds,
    downSeconds: behavior.scaleDown.stabilizationWindowSeconds,
    now,
  });
  const recent = { events: { up: scaleUpEvents, down: scaleDownEvents }, now };
  return { stabilized, limited: limitWithBehavior(stabilized.replicas, bounds, behavior, recent) };
}

/** A change becomes an event, but only where there is a behavior to read it. */
function rescaled(
  result: SyncResult,
  { behavior }: HpaSpec,
  { currentReplicas, now }: Omit<Scale, 'tolerance'>,
  { downscaleStabilizationSeconds }: SyncOptions,
): SyncResult {
  if (!result.rescale) return result;
  const conditions = {
    ...result.conditions,
    AbleToScale: { status: true, reason: 'SucceededRescale' },
    ...(result.desiredReplicas === 0 && { ScaledToZero: { status: true, reason: 'ScaledToZero' } }),
  };
  if (behavior === null) return { ...result, conditions };
  const events = recordScaling(
    { up: result.state.scaleUpEvents, down: result.state.scaleDownEvents },
    withDefaults(behavior, downscaleStabilizationSeconds),
    { from: currentReplicas, to: result.desiredReplicas, now },
  );
  const state = { ...result.state, scaleUpEvents: [...events.up], scaleDownEvents: [...events.down] };
  return { ...result, conditions, state };
}

// The autoscaler's `behavior`: windows that hold a change back in either direction, and policies that limit its rate.
// Source: Kubernetes pkg/controller/podautoscaler/horizontal.go and pkg/apis/autoscaling/v2/defaults.go (v1.34, 2025).
import { changeWithin, remember, type Recommendation, type ScaleEvent } from './history.ts';
import type { Bounds, Limited, Stabilized } from './normalize.ts';
import { ceilReplicas } from './replicas.ts';

export interface ScalingPolicyRule {
  type: 'Pods' | 'Percent';
  value: number;
  periodSeconds: number;
}

export interface ScalingRules {
  stabilizationWindowSeconds: number;
  selectPolicy: 'Max' | 'Min' | 'Disabled';
  policies: readonly ScalingPolicyRule[];
}

export interface Behavior {
  scaleUp: ScalingRules;
  scaleDown: ScalingRules;
}

/** As written: what is left out takes its default, `policies` as a whole list. */
export interface WrittenBehavior {
  scaleUp?: Partial<ScalingRules>;
  scaleDown?: Partial<ScalingRules>;
}

export function withDefaults(
  { scaleUp, scaleDown }: WrittenBehavior,
  downscaleStabilizationSeconds: number,
): Behavior {
  return {
    scaleUp: {
      stabilizationWindowSeconds: scaleUp?.stabilizationWindowSeconds ?? 0,
      selectPolicy: scaleUp?.selectPolicy ?? 'Max',
      policies: scaleUp?.policies ?? [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: scaleDown?.stabilizationWindowSeconds ?? downscaleStabilizationSeconds,
      selectPolicy: scaleDown?.selectPolicy ?? 'Max',
      policies: scaleDown?.policies ?? [{ type: 'Percent', value: 100, periodSeconds: 15 }],
    },
  };
}

interface Stabilizing {
  currentReplicas: number;
  upSeconds: number;
  downSeconds: number;
  now: number;
}

/**
 * The current count, moved no further than both windows agree: up to the least recommendation of the one, down to the
 * largest of the other. Ages are strictly below the window here.
 */
export function stabilizeBothWays(
  desired: number,
  recommendations: readonly Recommendation[],
  { currentReplicas, upSeconds, downSeconds, now }: Stabilizing,
): Stabilized {
  let least = desired;
  let largest = desired;
  for (const { replicas, at } of recommendations) {
    if (now - at < upSeconds) least = Math.min(least, replicas);
    if (now - at < downSeconds) largest = Math.max(largest, replicas);
  }
  const replicas = Math.min(Math.max(currentReplicas, least), largest);
  const held = desired >= currentReplicas ? 'ScaleUpStabilized' : 'ScaleDownStabilized';
  return {
    replicas,
    reason: replicas === desired ? 'ReadyForNewScale' : held,
    recommendations: remember(
      recommendations,
      { replicas: desired, at: now },
      ({ at }) => now - at > Math.max(upSeconds, downSeconds),
    ),
  };
}

export interface ScaleEvents {
  up: readonly ScaleEvent[];
  down: readonly ScaleEvent[];
}

/** The replicas that the policies allow to have by now, counted from what there was at the start of their periods. */
export function scaleLimit(
  direction: 'up' | 'down',
  currentReplicas: number,
  { selectPolicy, policies }: ScalingRules,
  { events, now }: { events: ScaleEvents; now: number },
): number {
  if (selectPolicy === 'Disabled') return currentReplicas;
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const added = changeWithin(events.up, now, periodSeconds);
    const removed = changeWithin(events.down, now, periodSeconds);
    const start = currentReplicas - added + removed;
    if (direction === 'up') {
      return type === 'Pods' ? start + value : ceilReplicas(start * (1 + value / 100));
    }
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  // The largest change is the largest count upwards, the smallest downwards.
  const wantsLargest = (selectPolicy === 'Max') === (direction === 'up');
  return wantsLargest ? Math.max(...proposals) : Math.min(...proposals);
}

export function limitWithBehavior(
  desired: number,
  { currentReplicas, minReplicas, maxReplicas }: Bounds,
  behavior: Behavior,
  recent: { events: ScaleEvents; now: number },
): Limited {
  if (desired > currentReplicas) {
    const limit = Math.max(scaleLimit('up', currentReplicas, behavior.scaleUp, recent), currentReplicas);
    if (desired > Math.min(maxReplicas, limit)) {
      return limit < maxReplicas
        ? { replicas: limit, reason: 'ScaleUpLimit' }
        : { replicas: maxReplicas, reason: 'TooManyReplicas' };
    }
  }
  if (desired < currentReplicas) {
    const limit = Math.min(scaleLimit('down', currentReplicas, behavior.scaleDown, recent), currentReplicas);
    if (desired < Math.max(minReplicas, limit)) {
      return limit > minReplicas
        ? { replicas: limit, reason: 'ScaleDownLimit' }
        : { replicas: minReplicas, reason: 'TooFewReplicas' };
    }
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}

/** The events after a scaling; outdated ones are older than the longest period of their direction. */
export function recordScaling(
  events: ScaleEvents,
  behavior: Behavior,
  { from, to, now }: { from: number; to: number; now: number },
): ScaleEvents {
  const isUp = to > from;
  const { policies } = isUp ? behavior.scaleUp : behavior.scaleDown;
  const longest = Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds));
  const isOutdated = ({ at }: ScaleEvent) => now - at > longest;
  const event = { change: Math.abs(to - from), at: now };
  return isUp
    ? { ...events, up: remember(events.up, event, isOutdated) }
    : { ...events, down: remember(events.down, event, isOutdated) };
}

// From what the metrics ask for to what is set, where the autoscaler has no `behavior`: the largest recommendation of
// the last minutes, at most twice the current count (or 4), within the bounds.
// Source: Kubernetes pkg/controller/podautoscaler/horizontal.go (v1.34, 2025): normalizeDesiredReplicas.
import { remember, type Recommendation } from './history.ts';

/** Why the answer is what it is, in the original's words. */
export type LimitReason =
  'DesiredWithinRange' | 'ScaleUpLimit' | 'ScaleDownLimit' | 'TooManyReplicas' | 'TooFewReplicas';

export type StabilityReason = 'ReadyForNewScale' | 'ScaleUpStabilized' | 'ScaleDownStabilized';

export interface Limited {
  replicas: number;
  reason: LimitReason;
}

export interface Stabilized {
  replicas: number;
  reason: StabilityReason;
  recommendations: Recommendation[];
}

const SCALE_UP_FACTOR = 2;
const SCALE_UP_MINIMUM = 4;

/** The largest of `desired` and the recommendations of age <= the window; then `desired` joins the history. */
export function stabilizeDown(
  desired: number,
  recommendations: readonly Recommendation[],
  { now, windowSeconds }: { now: number; windowSeconds: number },
): Stabilized {
  const isOutdated = ({ at }: Recommendation) => now - at > windowSeconds;
  const recent = recommendations.filter((recommendation) => !isOutdated(recommendation));
  const replicas = recent.reduce((largest, { replicas }) => Math.max(largest, replicas), desired);
  return {
    replicas,
    reason: replicas === desired ? 'ReadyForNewScale' : 'ScaleDownStabilized',
    recommendations: remember(recommendations, { replicas: desired, at: now }, isOutdated),
  };
}

export interface Bounds {
  currentReplicas: number;
  minReplicas: number;
  maxReplicas: number;
}

export function limitWithoutBehavior(desired: number, bounds: Bounds): Limited {
  const { currentReplicas, minReplicas, maxReplicas } = bounds;
  const upLimit = Math.max(SCALE_UP_FACTOR * currentReplicas, SCALE_UP_MINIMUM);
  if (desired < minReplicas) return { replicas: minReplicas, reason: 'TooFewReplicas' };
  if (desired > Math.min(maxReplicas, upLimit)) {
    return maxReplicas > upLimit
      ? { replicas: upLimit, reason: 'ScaleUpLimit' }
      : { replicas: maxReplicas, reason: 'TooManyReplicas' };
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}

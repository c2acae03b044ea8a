// What Knative makes of the decider's answer: bounds, initial scale, and the slow way to zero. A revision is active,
// inactive (zero is wanted, or reached) or activating (pods are wanted, too few are ready). It goes to zero only after
// it has been idle, and requests have been sent to the activator, for long enough that none can get lost.
// Left out: probing the activator (it is in the path or not), and the objects that stand for all this in Kubernetes.
// Source: knative/serving, pkg/reconciler/autoscaling/kpa/scaler.go and kpa.go, v1.16 (2024).

export type Activity = 'active' | 'inactive' | 'activating';

export interface ScaleInput {
  /** The decider's; -1: it had no data. */
  desiredScale: number;
  minScale: number;
  /** 0: no bound. */
  maxScale: number;
  initialScale: number;
  initialScaleAttained: boolean;
  reachable: boolean;
  enableScaleToZero: boolean;
  activity: Activity;
  /** How long it has been in that state. */
  activitySeconds: number;
  stableWindowSeconds: number;
  scaleToZeroGracePeriodSeconds: number;
  scaleToZeroPodRetentionPeriodSeconds: number;
  activationTimeoutSeconds: number;
  targetBurstCapacity: number;
  /** Whether requests go by the activator, and since how long. */
  activatorInPath: boolean;
  proxySeconds: number;
}

export interface Scaled {
  /** What the state machine goes on with: 0 marks the revision inactive even while nothing is applied yet; -1: unknown. */
  desiredScale: number;
  /** Pods to set; null leaves what is. */
  replicas: number | null;
  reason: string;
}

export function scale(input: ScaleInput): Scaled {
  if (input.desiredScale < 0 && input.activity !== 'activating') {
    return unchanged(input.desiredScale, 'no metrics yet');
  }
  const { min, startsUp } = lowerBound(input);
  const { desiredScale, maxScale } = input;
  if (desiredScale < min) {
    if (min > 0) return applied(min, startsUp ? `initial scale ${min}` : `min-scale ${min}`);
  } else if (maxScale > 0 && desiredScale > maxScale) {
    return applied(maxScale, `max-scale ${maxScale}`);
  }
  return desiredScale > 0 ? applied(desiredScale, 'within bounds') : toZero(input);
}

function lowerBound(input: ScaleInput): { min: number; startsUp: boolean } {
  if (!input.reachable) return { min: 0, startsUp: false };
  const { minScale, initialScale } = input;
  const startsUp = initialScale > 1 && !input.initialScaleAttained && initialScale > minScale;
  return { min: startsUp ? initialScale : minScale, startsUp };
}

function toZero(input: ScaleInput): Scaled {
  const { activity, activitySeconds } = input;
  if (!input.enableScaleToZero) return applied(1, 'scale to zero is disabled');
  if (activity === 'activating') {
    const isLate = activitySeconds > input.activationTimeoutSeconds;
    return isLate ? applied(0, 'activation timed out') : unchanged(-1, 'activating');
  }
  if (activity === 'active') {
    // The last pod stays for a stable window; then requests are sent by the activator, with the pod still there.
    const isIdle = activitySeconds >= input.stableWindowSeconds;
    return isIdle ? unchanged(0, 'idle: becomes inactive') : applied(1, 'idle, but active too briefly');
  }
  const hasActivator = input.activatorInPath || input.targetBurstCapacity === -1;
  if (!hasActivator) return unchanged(0, 'activator not in the path yet');
  const grace = input.scaleToZeroGracePeriodSeconds;
  const retention = input.reachable ? input.scaleToZeroPodRetentionPeriodSeconds : 0;
  if (activitySeconds >= Math.max(grace, retention)) return applied(0, 'inactive for the grace period');
  if (retention > 0 && activitySeconds < retention) return unchanged(0, 'last pod is retained');
  if (input.proxySeconds >= grace) return applied(0, 'activator in the path for the grace period');
  return unchanged(0, 'inactive, within the grace period');
}

function applied(replicas: number, reason: string): Scaled {
  return { desiredScale: replicas, replicas, reason };
}

function unchanged(desiredScale: number, reason: string): Scaled {
  return { desiredScale, replicas: null, reason };
}

export interface ActivityInput {
  /** `desiredScale` of what scale() said. */
  want: number;
  readyPods: number;
  minScale: number;
  initialScale: number;
  initialScaleAttained: boolean;
  activity: Activity;
}

/** The state a revision is in after a decision; initial scale counts until it was attained once. */
export function nextActivity(input: ActivityInput): { activity: Activity; initialScaleAttained: boolean } {
  const { want, readyPods, minScale, activity } = input;
  const needed = Math.max(minScale, input.initialScaleAttained ? 1 : input.initialScale);
  const isReady = readyPods >= needed;
  const initialScaleAttained = input.initialScaleAttained || isReady;
  if (want === 0 || needed === 0) return { activity: 'inactive', initialScaleAttained };
  // Without metrics an inactive revision stays inactive, whatever is ready.
  if (want < 0 && activity === 'inactive') return { activity, initialScaleAttained };
  return { activity: isReady ? 'active' : 'activating', initialScaleAttained };
}

/** Requests go by the activator at zero, and while the pods could not take a burst. */
export function needsActivator(want: number, excessBurstCapacity: number, activity: Activity): boolean {
  return want === 0 || excessBurstCapacity < 0 || (want < 0 && activity === 'inactive');
}

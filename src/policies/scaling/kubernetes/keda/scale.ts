// KEDA's own part of scaling, beside the horizontal autoscaler: from zero (or the idle count) when a trigger becomes
// active, back to it when none has been for the cooldown. Everything between is left to the autoscaler.
// Source: KEDA v2.17 (2025), pkg/scaling/executor/scale_scaledobjects.go. Where a trigger fails and none is active, the
// original goes to the fallback at once; the policy hands the fallback in only past its threshold of failures.

export type FallbackBehavior =
  'static' | 'currentReplicas' | 'currentReplicasIfHigher' | 'currentReplicasIfLower';

export interface Fallback {
  failureThreshold: number;
  replicas: number;
  behavior: FallbackBehavior;
}

export interface ScaleInput {
  currentReplicas: number;
  minReplicaCount: number;
  idleReplicaCount: number | null;
  isActive: boolean;
  /** Whether some trigger could not be read. */
  isError: boolean;
  fallback: Omit<Fallback, 'failureThreshold'> | null;
  /** When a trigger was last active; null: never. */
  lastActiveTime: number | null;
  /** When the object was created, for the initial cooldown. */
  creationTimestamp: number;
  now: number;
  cooldownPeriod: number;
  initialCooldownPeriod: number;
  /** Set: a person has paused the scaling at this count. */
  pausedReplicaCount: number | null;
}

export type ScaleReason =
  | 'Paused'
  | 'ScaledFromZeroOrIdle'
  | 'PartialTriggerError'
  | 'Active'
  | 'Fallback'
  | 'TriggerError'
  | 'ScaledToIdle'
  | 'ScaledToZero'
  | 'CoolingDown'
  | 'ScaledToMinimum'
  | 'AtRest'
  | 'Inactive';

export interface ScaleOutput {
  /** Null: the autoscaler decides. */
  replicas: number | null;
  reason: ScaleReason;
  lastActiveTime: number | null;
}

export function requestScale(input: ScaleInput): ScaleOutput {
  const { currentReplicas, minReplicaCount, idleReplicaCount, lastActiveTime, fallback } = input;
  const set = (replicas: number | null, reason: ScaleReason) => ({ replicas, reason, lastActiveTime });
  if (input.pausedReplicaCount !== null) return set(input.pausedReplicaCount, 'Paused');
  if (input.isActive) return requestActive(input);
  if (input.isError && fallback && fallback.replicas !== 0) {
    return set(fallbackReplicas(fallback, currentReplicas), 'Fallback');
  }
  if (input.isError && !fallback) return set(null, 'TriggerError');
  if (minReplicaCount === 0 || idleReplicaCount !== null) {
    const floor = idleReplicaCount ?? 0;
    if (currentReplicas <= floor) return set(currentReplicas, 'AtRest');
    if (isCooling(input)) return set(null, 'CoolingDown');
    return set(floor, idleReplicaCount === null ? 'ScaledToZero' : 'ScaledToIdle');
  }
  if (currentReplicas < minReplicaCount) return set(minReplicaCount, 'ScaledToMinimum');
  return set(null, 'Inactive');
}

function requestActive(input: ScaleInput): ScaleOutput {
  const { currentReplicas, minReplicaCount, idleReplicaCount, now } = input;
  if (currentReplicas === 0 || (idleReplicaCount !== null && currentReplicas < minReplicaCount)) {
    const replicas = Math.max(1, minReplicaCount);
    return { replicas, reason: 'ScaledFromZeroOrIdle', lastActiveTime: now };
  }
  if (input.isError) {
    return { replicas: null, reason: 'PartialTriggerError', lastActiveTime: input.lastActiveTime };
  }
  return { replicas: null, reason: 'Active', lastActiveTime: now };
}

/** Never active is cooled down, but for the initial cooldown. */
function isCooling({
  lastActiveTime,
  now,
  cooldownPeriod,
  creationTimestamp,
  initialCooldownPeriod,
}: ScaleInput) {
  if (lastActiveTime !== null) return now - lastActiveTime <= cooldownPeriod;
  return initialCooldownPeriod > 0 && now - creationTimestamp <= initialCooldownPeriod;
}

export function fallbackReplicas(
  { replicas, behavior }: Omit<Fallback, 'failureThreshold'>,
  currentReplicas: number,
): number {
  switch (behavior) {
    case 'static':
      return replicas;
    case 'currentReplicas':
      return currentReplicas;
    case 'currentReplicasIfHigher':
      return Math.max(currentReplicas, replicas);
    case 'currentReplicasIfLower':
      return Math.min(currentReplicas, replicas);
  }
}

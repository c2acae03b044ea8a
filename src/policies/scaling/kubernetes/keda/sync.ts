// KEDA as a whole at one moment: its own loop (activation, cooldown, idle count) when it is due to poll, and the
// horizontal autoscaler that it created when that is due, with a minimum of at least 1. Where KEDA itself sets the
// count, the autoscaler waits for its next sync.
// Source: KEDA v2.17 (2025), pkg/scaling and controllers/keda/hpa.go.
import { readyPodCount } from '../hpa/pods.ts';
import type { Scale } from '../hpa/replicas.ts';
import {
  HPA_START,
  sync,
  type HpaSpec,
  type HpaState,
  type SyncOptions,
  type SyncResult,
} from '../hpa/sync.ts';
import { requestScale, type Fallback, type ScaleReason } from './scale.ts';
import { externalMetric, isActive, withFallback, type MeasuredTrigger } from './triggers.ts';

export interface KedaSpec {
  minReplicaCount: number;
  maxReplicaCount: number;
  idleReplicaCount: number | null;
  cooldownPeriod: number;
  initialCooldownPeriod: number;
  fallback: Fallback | null;
  behavior: HpaSpec['behavior'];
}

/** JSON. */
export interface KedaState {
  hpa: HpaState;
  createdAt: number | null;
  lastActiveTime: number | null;
  /** In a row, by trigger. */
  failures: Record<string, number>;
  /** At rest the autoscaler below is not to lift the idle count to the minimum. */
  isAtRest: boolean;
}

export const KEDA_START: KedaState = {
  hpa: HPA_START,
  createdAt: null,
  lastActiveTime: null,
  failures: {},
  isAtRest: false,
};

export interface KedaResult {
  /** Null: hold. */
  desiredReplicas: number | null;
  isActive: boolean;
  /** Of KEDA's own loop; null when it was not due. */
  reason: ScaleReason | null;
  /** Null when it was not due or had to wait. */
  hpa: SyncResult | null;
  state: KedaState;
}

export interface Due {
  poll: boolean;
  sync: boolean;
}

const RESTING: readonly ScaleReason[] = ['AtRest', 'ScaledToZero', 'ScaledToIdle'];

type PlainScale = Omit<Scale, 'tolerance'>;

export function kedaSync(
  spec: KedaSpec,
  triggers: readonly MeasuredTrigger[],
  scale: PlainScale,
  { due, options, state: before }: { due: Due; options: SyncOptions; state: KedaState },
): KedaResult {
  const active = triggers.some(isActive);
  let state: KedaState = { ...before, createdAt: before.createdAt ?? scale.now };
  let reason: ScaleReason | null = null;
  if (due.poll) {
    const own = poll(spec, triggers, scale, state);
    reason = own.reason;
    state = { ...state, lastActiveTime: own.lastActiveTime, isAtRest: RESTING.includes(own.reason) };
    if (own.replicas !== null && own.replicas !== scale.currentReplicas) {
      return { desiredReplicas: own.replicas, isActive: active, reason, hpa: null, state };
    }
  }
  if (!due.sync || (state.isAtRest && !active)) {
    return { desiredReplicas: null, isActive: active, reason, hpa: null, state };
  }
  const { hpa, failures } = syncBelow(spec, triggers, scale, { options, state });
  const isHeld = !hpa.rescale && hpa.proposal?.replicas == null;
  return {
    desiredReplicas: isHeld ? null : hpa.desiredReplicas,
    isActive: active,
    reason,
    hpa,
    state: { ...state, hpa: hpa.state, failures },
  };
}

function poll(spec: KedaSpec, triggers: readonly MeasuredTrigger[], scale: PlainScale, state: KedaState) {
  const { fallback } = spec;
  const failed = triggers.filter(({ value }) => value === null);
  const isPatient = fallback !== null && failed.every(({ name }) => !isExceeded(state, name, fallback));
  return requestScale({
    currentReplicas: scale.currentReplicas,
    minReplicaCount: spec.minReplicaCount,
    idleReplicaCount: spec.idleReplicaCount,
    isActive: triggers.some(isActive),
    isError: failed.length > 0,
    fallback: isPatient ? null : fallback,
    lastActiveTime: state.lastActiveTime,
    creationTimestamp: state.createdAt!,
    now: scale.now,
    cooldownPeriod: spec.cooldownPeriod,
    initialCooldownPeriod: spec.initialCooldownPeriod,
    pausedReplicaCount: null,
  });
}

function isExceeded({ failures }: KedaState, name: string, { failureThreshold }: Fallback): boolean {
  return (failures[name] ?? 0) > failureThreshold;
}

function syncBelow(
  { fallback, minReplicaCount, maxReplicaCount, behavior }: KedaSpec,
  triggers: readonly MeasuredTrigger[],
  scale: PlainScale,
  { options, state }: { options: SyncOptions; state: KedaState },
) {
  const { currentReplicas } = scale;
  const readyReplicas = readyPodCount(scale.pods);
  const failures: Record<string, number> = {};
  const metrics = triggers.map((trigger) => {
    const before = state.failures[trigger.name] ?? 0;
    const health = withFallback(trigger, before, fallback, { currentReplicas, readyReplicas });
    failures[trigger.name] = health.failures;
    return externalMetric(trigger, health.value);
  });
  const minReplicas = Math.max(1, minReplicaCount);
  const spec = { minReplicas, maxReplicas: maxReplicaCount, metrics, behavior };
  return { hpa: sync(spec, scale, options, state.hpa), failures };
}

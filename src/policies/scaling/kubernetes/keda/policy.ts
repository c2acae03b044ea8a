// KEDA as a policy: its own loop and that of the autoscaler underneath, each at its own interval, on the signals of the
// observation. During an outage of the metrics every trigger but cron fails.
import { scalingPolicy, type Observation } from '../../policy.ts';
import { needsOf, signalOf } from '../../signals.ts';
import { explain } from '../hpa/policy.ts';
import { observedScale } from '../observed.ts';
import { cronWindow } from './cron.ts';
import { kedaParameters, signalOfTrigger, type KedaParameters, type Trigger } from './parameters.ts';
import { KEDA_START, kedaSync, type KedaResult, type KedaSpec, type KedaState } from './sync.ts';
import type { MeasuredTrigger } from './triggers.ts';

interface State extends KedaState {
  polledAt: number | null;
  syncedAt: number | null;
}

/** The autoscaler takes what a cron trigger reports per replica. */
const CRON_TARGET = 1;
const CRON_RESTING = 1;

export const kedaPolicy = scalingPolicy<KedaParameters, State>({
  name: 'keda',
  summary:
    'KEDA: from and to zero by activity, between them an autoscaler on queue, schedule or other triggers',
  source: 'KEDA v2.17 (2025), keda.sh',
  parameters: kedaParameters,
  needs: ({ triggers, signals }) =>
    needsOf(
      triggers.flatMap((trigger) =>
        trigger.type === 'cron' ? [] : (signalOfTrigger(trigger, signals)?.signal ?? []),
      ),
    ),
  intervalSeconds: ({ pollingInterval, syncPeriod }) => greatestCommonDivisor(pollingInterval, syncPeriod),
  start: () => ({ ...KEDA_START, polledAt: null, syncedAt: null }),
  recommend: (parameters, observation, state) => {
    const { pollingInterval, syncPeriod, tolerance, downscaleStabilization } = parameters;
    const now = observation.atSeconds;
    const due = {
      poll: state.polledAt === null || now - state.polledAt >= pollingInterval,
      sync: state.syncedAt === null || now - state.syncedAt >= syncPeriod,
    };
    const { scale } = observedScale(observation, []);
    // The metrics of pods, to which these belong, play no part.
    const readiness = { cpuInitializationPeriodSeconds: 0, initialReadinessDelaySeconds: 0 };
    const triggers = parameters.triggers.map((trigger, i) => measured(trigger, i, parameters, observation));
    const result = kedaSync(
      specOf(parameters, observation),
      triggers,
      { ...scale, ...readiness },
      {
        due,
        options: { tolerance, downscaleStabilizationSeconds: downscaleStabilization },
        state,
      },
    );
    return {
      desiredReplicas: result.desiredReplicas,
      reason: reasonOf(result, triggers),
      state: {
        ...result.state,
        polledAt: due.poll ? now : state.polledAt,
        syncedAt: due.sync ? now : state.syncedAt,
      },
    };
  },
});

function specOf(parameters: KedaParameters, { pool }: Observation): KedaSpec {
  const { idleReplicaCount = null, fallback = null, cooldownPeriod, initialCooldownPeriod } = parameters;
  return {
    minReplicaCount: parameters.minReplicaCount ?? pool.minReplicas,
    maxReplicaCount: parameters.maxReplicaCount ?? pool.maxReplicas,
    idleReplicaCount,
    cooldownPeriod,
    initialCooldownPeriod,
    fallback,
    behavior: parameters.advanced?.horizontalPodAutoscalerConfig?.behavior ?? null,
  };
}

function measured(
  trigger: Trigger,
  index: number,
  { signals }: KedaParameters,
  observation: Observation,
): MeasuredTrigger {
  const { metricType } = trigger;
  const name = trigger.name ?? `s${index}-${trigger.type}`;
  if (trigger.type === 'cron') {
    const { start, end, timezone, desiredReplicas } = trigger.metadata;
    const { active } = cronWindow(start, end, observation.epochMs, timezone);
    const value = active ? desiredReplicas : CRON_RESTING;
    // Whatever its metricType: the count is always per replica.
    return {
      name,
      metricType: 'AverageValue',
      target: CRON_TARGET,
      activationThreshold: 0,
      value,
      inInterval: active,
    };
  }
  const mapped = signalOfTrigger(trigger, signals);
  if (!mapped) throw new Error(`trigger ${name} is mapped to no signal`);
  const { total } = signalOf(observation, mapped.signal);
  const { target, activationThreshold } =
    trigger.type === 'prometheus'
      ? { target: trigger.metadata.threshold, activationThreshold: trigger.metadata.activationThreshold }
      : { target: trigger.metadata.targetValue, activationThreshold: trigger.metadata.activationTargetValue };
  const value = total === null ? null : total * mapped.factor;
  return { name, metricType, target, activationThreshold, value, inInterval: null };
}

const OWN_REASONS: Partial<Record<NonNullable<KedaResult['reason']>, string>> = {
  ScaledFromZeroOrIdle: 'active: up from rest',
  Fallback: 'triggers fail: fallback',
  TriggerError: 'triggers fail: hold',
  ScaledToIdle: 'no activity for the cooldown: to the idle count',
  ScaledToZero: 'no activity for the cooldown: to zero',
  ScaledToMinimum: 'below the minimum',
  AtRest: 'no activity: at rest',
};

function reasonOf({ reason, hpa }: KedaResult, triggers: readonly MeasuredTrigger[]): string {
  const own = reason === null ? undefined : OWN_REASONS[reason];
  const below =
    hpa &&
    explain(
      hpa,
      triggers.map(({ name }) => name),
    );
  return own ?? below ?? (reason === null ? 'not due' : 'left to the autoscaler');
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

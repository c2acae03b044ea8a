// The inputs of the rules keda/…: triggers, counts and fallbacks, as one writes them.
import { choice, derived, flag, list, quantity, section, text } from '../../../../settings/keys.ts';
import type { Pod } from '../hpa/pods.ts';
import type { Scale } from '../hpa/replicas.ts';
import { count, nowInput, toleranceInput } from '../hpa/rules/inputs.ts';
import type { MeasuredTrigger } from './triggers.ts';

export const number = (description: string) => quantity('count', {}, description);
export const metricType = choice(['AverageValue', 'Value'], 'Per replica, or as it is.').default(
  'AverageValue',
);

export const triggerInput = section(
  {
    name: derived(text('Its name.', 'queue'), 'its place in the list'),
    metricType,
    target: number('The threshold.').default(1),
    activationThreshold: number('Active strictly above it.').default(0),
    value: number('What it reports; null: it fails.').nullable().default(null),
    inInterval: flag('Of a cron trigger: whether it is in its interval.').nullable().default(null),
  },
  'A trigger.',
);

export const triggersInput = list(triggerInput, { min: 0, max: 1000 }, 'The triggers.').transform(
  (triggers) =>
    triggers.map((trigger, i): MeasuredTrigger => ({ ...trigger, name: trigger.name ?? `s${i}` })),
);

export const scaleInputs = {
  currentReplicas: count('The count that is set now.'),
  statusReplicas: derived(count('The pods that exist.'), 'currentReplicas'),
  readyReplicas: derived(count('The ready ones.'), 'currentReplicas'),
  tolerance: toleranceInput,
  ...nowInput,
};

export const boundsInputs = {
  minReplicaCount: count('The lower bound.').default(0),
  maxReplicaCount: count('The upper bound.').default(100),
};

export interface WrittenScale {
  currentReplicas: number;
  statusReplicas?: number;
  readyReplicas?: number;
  tolerance: number;
  now: number;
}

export function scaleOf({
  currentReplicas,
  statusReplicas,
  readyReplicas,
  tolerance,
  now,
}: WrittenScale): Scale {
  const statusCount = statusReplicas ?? currentReplicas;
  const readyCount = readyReplicas ?? currentReplicas;
  const pods = Array.from({ length: Math.max(statusCount, readyCount) }, (_, i): Pod => {
    const ready = {
      status: i < readyCount ? ('True' as const) : ('False' as const),
      lastTransitionTime: now,
    };
    return {
      name: `pod-${i}`,
      phase: 'Running',
      deletionTimestamp: null,
      startTime: now,
      ready,
      containers: [],
    };
  });
  return {
    currentReplicas,
    statusReplicas: statusCount,
    pods,
    now,
    tolerance: { up: tolerance, down: tolerance },
    cpuInitializationPeriodSeconds: 0,
    initialReadinessDelaySeconds: 0,
  };
}

export const fallbackKeys = {
  replicas: count('The replicas to fall back to.'),
  behavior: choice(
    ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'],
    'Whether the count as it is takes its place.',
  ).default('static'),
};
export const failureThreshold = count('More failures in a row than these.');
export const fallbackInput = section({ failureThreshold, ...fallbackKeys }, 'What to do when triggers fail.');

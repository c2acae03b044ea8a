// Rules of KEDA on what triggers report, on the autoscaler underneath, and on both together.
import { z } from 'zod';
import { flag, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { calculate, propose } from '../hpa/metrics.ts';
import { count, eventInputs, period, recommendationsInput, seconds } from '../hpa/rules/inputs.ts';
import { anyBehaviorKey } from '../hpa/spec-keys.ts';
import {
  boundsInputs,
  fallbackInput,
  metricType,
  number,
  scaleInputs,
  scaleOf,
  triggersInput,
} from './rule-inputs.ts';
import { KEDA_START, kedaSync } from './sync.ts';
import { externalMetric, withFallback } from './triggers.ts';

const SOURCE = 'KEDA v2.17 (2025)';

const triggerRule = rule({
  name: 'keda/trigger',
  summary: 'how many replicas one trigger asks for, by the formula of the autoscaler',
  source: `${SOURCE}; Kubernetes v1.34 (2025), pkg/controller/podautoscaler/replica_calculator.go`,
  input: section(
    { metricType, target: number('The threshold.'), value: number('What it reports.'), ...scaleInputs },
    'A trigger and the count.',
  ),
  evaluate: ({ metricType, target, value, ...scale }) => {
    const trigger = { name: 'trigger', metricType, target, activationThreshold: 0, value, inInterval: null };
    const calculation = calculate(externalMetric(trigger, value), scaleOf(scale));
    return { replicas: 'invalid' in calculation ? null : calculation.replicas };
  },
  example: { input: { target: 5, value: 20, currentReplicas: 1 }, output: { replicas: 4 } },
});

const hpaRule = rule({
  name: 'keda/hpa',
  summary: 'the largest count that a trigger asks for, within [max(1, min), max]; null holds',
  source: `${SOURCE}, controllers/keda/hpa.go`,
  input: section(
    { triggers: triggersInput, ...scaleInputs, ...boundsInputs },
    'Triggers, the count and the bounds.',
  ),
  evaluate: ({ triggers, minReplicaCount, maxReplicaCount, ...scale }) => {
    const metrics = triggers.map((trigger) => externalMetric(trigger, trigger.value));
    const { replicas } = propose(metrics, scaleOf(scale));
    if (replicas === null) return { replicas };
    return { replicas: Math.min(Math.max(replicas, 1, minReplicaCount), maxReplicaCount) };
  },
  example: {
    input: {
      triggers: [
        { target: 5, value: 20 },
        { target: 10, value: 70 },
      ],
      currentReplicas: 3,
      maxReplicaCount: 6,
    },
    output: { replicas: 6 },
  },
});

const fallbackRule = rule({
  name: 'keda/fallback',
  summary: 'what a trigger reports after it was read or failed, and how often it failed in a row',
  source: `${SOURCE}, pkg/fallback/fallback.go`,
  input: section(
    {
      value: number('What it reports; null: it fails.').nullable(),
      target: number('The threshold.'),
      metricType,
      failures: count('Failures in a row before.').default(0),
      fallback: fallbackInput.nullable().default(null),
      currentReplicas: scaleInputs.currentReplicas,
      readyReplicas: scaleInputs.readyReplicas,
    },
    'A trigger and its failures.',
  ),
  evaluate: ({ failures, fallback, currentReplicas, readyReplicas = currentReplicas, ...trigger }) =>
    withFallback(trigger, failures, fallback, { currentReplicas, readyReplicas }),
  example: {
    input: {
      value: null,
      target: 5,
      failures: 3,
      fallback: { failureThreshold: 3, replicas: 10 },
      currentReplicas: 4,
    },
    output: { failures: 4, isFallback: true, value: 50 },
  },
});

const hpaState = section(
  { recommendations: recommendationsInput.nullable().default(null), ...eventInputs },
  'The memory of the autoscaler.',
);

const syncRule = rule({
  name: 'keda/sync',
  summary: "KEDA's own loop and the autoscaler underneath at one moment; null holds",
  source: `${SOURCE}, pkg/scaling and controllers/keda`,
  input: section(
    {
      triggers: triggersInput,
      ...scaleInputs,
      ...boundsInputs,
      idleReplicaCount: count('Where it rests.').nullable().default(null),
      cooldownPeriod: period('How long after the last activity it rests.').default(300),
      initialCooldownPeriod: period('The same, from the creation.').default(0),
      fallback: fallbackInput.nullable().default(null),
      behavior: anyBehaviorKey.nullable().default(null),
      downscaleStabilizationSeconds: period('How long the autoscaler holds a scale-down back.').default(300),
      due: section({ poll: flag('KEDA.'), sync: flag('The autoscaler.') }, 'Which loops are due.').default({
        poll: true,
        sync: true,
      }),
      state: section(
        {
          hpa: hpaState.default(KEDA_START.hpa),
          createdAt: seconds('When the object was created.').nullable().default(null),
          lastActiveTime: seconds('When a trigger was last active; null: never.').nullable().default(null),
          failures: z.record(z.string(), count('In a row.')).default({}),
          isAtRest: flag('Whether it rests at the idle count.').default(false),
        },
        'The memory.',
      ).default(KEDA_START),
    },
    'A specification, the triggers, the count and the memory.',
  ),
  evaluate: (input) => {
    const { triggers, due, state, downscaleStabilizationSeconds, ...spec } = input;
    const { tolerance, ...scale } = scaleOf(input);
    return kedaSync(spec, triggers, scale, {
      due,
      state,
      options: { tolerance: tolerance.up, downscaleStabilizationSeconds },
    });
  },
  example: {
    input: { triggers: [{ value: 3, target: 5 }], currentReplicas: 0, now: 60 },
    output: {
      desiredReplicas: 1,
      isActive: true,
      reason: 'ScaledFromZeroOrIdle',
      hpa: null,
      state: { ...KEDA_START, createdAt: 60, lastActiveTime: 60 },
    },
  },
});

export const METRIC_RULES: readonly Rule[] = [triggerRule, hpaRule, fallbackRule, syncRule];

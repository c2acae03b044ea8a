// The rules of KEDA that can be called alone: the policy `keda` is built of the same functions. Times are in seconds,
// with `now` 0 if left out.
import { z } from 'zod';
import { flag, section } from '../../../../settings/keys.ts';
import { rule, type Rule } from '../../rule.ts';
import { zoneKey } from '../../zone-key.ts';
import { count, nowInput, period, seconds } from '../hpa/rules/inputs.ts';
import { cronKey, cronWindow } from './cron.ts';
import { METRIC_RULES } from './metric-rules.ts';
import { boundsInputs, fallbackKeys, scaleInputs, triggersInput } from './rule-inputs.ts';
import { requestScale } from './scale.ts';
import { isActive } from './triggers.ts';

const SOURCE = 'KEDA v2.17 (2025)';

const activeRule = rule({
  name: 'keda/active',
  summary: 'whether any trigger is active: strictly above its activation threshold, or in its interval',
  source: `${SOURCE}, pkg/scalers`,
  input: section({ triggers: triggersInput }, 'The triggers.'),
  evaluate: ({ triggers }) => {
    const activeTriggers = triggers.filter(isActive).map(({ name }) => name);
    return { isActive: activeTriggers.length > 0, activeTriggers };
  },
  example: {
    input: {
      triggers: [
        { name: 'a', value: 5, activationThreshold: 5 },
        { name: 'b', value: 1 },
      ],
    },
    output: { isActive: true, activeTriggers: ['b'] },
  },
});

const scaleRule = rule({
  name: 'keda/scale',
  summary:
    'from and to zero or the idle count, with cooldown, fallback and pause; null leaves it to the autoscaler',
  source: `${SOURCE}, pkg/scaling/executor/scale_scaledobjects.go`,
  input: section(
    {
      currentReplicas: scaleInputs.currentReplicas,
      minReplicaCount: boundsInputs.minReplicaCount,
      idleReplicaCount: count('Where it rests.').nullable().default(null),
      isActive: flag('Whether a trigger is active.'),
      isError: flag('Whether a trigger fails.').default(false),
      fallback: section(fallbackKeys, 'The fallback.').nullable().default(null),
      lastActiveTime: seconds('When a trigger was last active; null: never.').nullable().default(null),
      creationTimestamp: seconds('When the object was created.').default(0),
      ...nowInput,
      cooldownPeriod: period('How long after the last activity it rests.').default(300),
      initialCooldownPeriod: period('The same, from the creation.').default(0),
      pausedReplicaCount: count('The count at which it is paused.').nullable().default(null),
    },
    'The count, the triggers and the times.',
  ),
  evaluate: requestScale,
  example: {
    input: { currentReplicas: 3, isActive: false, lastActiveTime: -301 },
    output: { replicas: 0, reason: 'ScaledToZero', lastActiveTime: -301 },
  },
});

const time = z
  .union([z.number(), z.iso.datetime({ offset: true })], {
    error: () => 'must be a time; write e.g. 2025-03-03T08:00:00Z, or milliseconds since 1970',
  })
  .meta({ description: 'When: with its offset, or in milliseconds since 1970.' });

const cronRule = rule({
  name: 'keda/cron',
  summary: 'whether a moment is between a start and an end, and what the trigger reports',
  source: `${SOURCE}, pkg/scalers/cron_scaler.go; robfig/cron v3`,
  input: section(
    {
      timezone: zoneKey('Of the times.'),
      start: cronKey('When it begins.'),
      end: cronKey('When it ends.'),
      desiredReplicas: count('How many replicas.').default(1),
      at: time,
    },
    'A schedule and a moment.',
  ),
  evaluate: ({ timezone, start, end, desiredReplicas, at }) => {
    const window = cronWindow(start, end, typeof at === 'number' ? at : Date.parse(at), timezone);
    const iso = (epochMs: number) => (Number.isFinite(epochMs) ? new Date(epochMs).toISOString() : null);
    return {
      isActive: window.active,
      value: window.active ? desiredReplicas : 1,
      nextStart: iso(window.nextStartMs),
      nextEnd: iso(window.nextEndMs),
    };
  },
  example: {
    input: {
      timezone: 'Europe/Zurich',
      start: '0 8 * * 1-5',
      end: '0 18 * * 1-5',
      desiredReplicas: 10,
      at: '2025-03-03T07:00:00Z',
    },
    output: {
      isActive: true,
      value: 10,
      nextStart: '2025-03-04T07:00:00.000Z',
      nextEnd: '2025-03-03T17:00:00.000Z',
    },
  },
});

export const KEDA_RULES: readonly Rule[] = [activeRule, scaleRule, cronRule, ...METRIC_RULES];

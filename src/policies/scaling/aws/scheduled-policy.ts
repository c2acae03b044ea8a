// AWS scheduled scaling as a policy: actions move the bounds by the clock, the capacity follows into them.
// Source: docs.aws.amazon.com/autoscaling/application, "Scheduled scaling" (2024).
import { z } from 'zod';
import { list, quantity, section, text } from '../../../settings/keys.ts';
import { scalingPolicy } from '../policy.ts';
import { zoneKey } from '../zone-key.ts';
import { parseSchedule } from './cron.ts';
import { applySchedule } from './schedule.ts';

const INTERVAL_SECONDS = 60;

const capacity = (description: string) =>
  quantity('count', { min: 0, max: 100_000, whole: true }, description).nullable().default(null);

export const scheduledActionsKey = list(
  section(
    {
      schedule: text('Cron of five fields, cron(…) of six, or at(…).', '"0 8 * * 1-5"').superRefine(
        (value, context) => {
          const read = parseSchedule(value);
          if ('problem' in read) context.addIssue({ code: 'custom', message: read.problem });
        },
      ),
      timeZone: zoneKey('On the clocks of this zone; null: the scenario’s.').nullable().default(null),
      minCapacity: capacity('New lower bound; null leaves it.'),
      maxCapacity: capacity('New upper bound; null leaves it.'),
      desiredCapacity: capacity('Replicas at that time; null leaves them, within the bounds.'),
    },
    'An action.',
  ).refine(({ minCapacity, maxCapacity }) => (minCapacity ?? 0) <= (maxCapacity ?? Infinity), {
    path: ['maxCapacity'],
    error: 'is less than minCapacity; raise it',
  }),
  { min: 1, max: 100 },
  'What happens when.',
);

const parameters = section({ actions: scheduledActionsKey }, 'Scheduled scaling of AWS Auto Scaling.');

interface State {
  minCapacity: number;
  maxCapacity: number;
  seenEpochMs: number | null;
}

export const awsScheduledPolicy = scalingPolicy<z.output<typeof parameters>, State>({
  name: 'aws-scheduled',
  summary: 'AWS Auto Scaling: bounds by the clock (cron)',
  source: 'docs.aws.amazon.com/autoscaling, scheduled scaling (2024)',
  parameters,
  intervalSeconds: () => INTERVAL_SECONDS,
  start: (_, { minReplicas, maxReplicas }) => ({
    minCapacity: minReplicas,
    maxCapacity: maxReplicas,
    seenEpochMs: null,
  }),
  recommend: ({ actions }, { epochMs, timeZone, wantedReplicas }, { seenEpochMs, ...bounds }) => {
    const { desiredCapacity, fired, ...moved } = applySchedule({
      actions,
      timeZone,
      epochMs,
      sinceEpochMs: seenEpochMs,
      capacity: wantedReplicas,
      ...bounds,
    });
    const what = fired.length === 0 ? 'no action' : fired.join(', ');
    return {
      desiredReplicas: desiredCapacity,
      reason: `${what}: bounds ${moved.minCapacity} to ${moved.maxCapacity}`,
      state: { ...moved, seenEpochMs: epochMs },
    };
  },
});

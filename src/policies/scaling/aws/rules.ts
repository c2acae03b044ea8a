// The rules of AWS Auto Scaling, each to be called alone; the policies aws-… are built of the same functions.
import { choice, flag, list, quantity, section } from '../../../settings/keys.ts';
import { rule, type Rule } from '../rule.ts';
import { epochMsKey, zoneKey } from '../zone-key.ts';
import { withCooldown } from './cooldown.ts';
import { stepsKey } from './keys.ts';
import { applySchedule } from './schedule.ts';
import { scheduledActionsKey } from './scheduled-policy.ts';
import { ADJUSTMENT_TYPES, COMPARISON_OPERATORS, stepCapacity } from './step.ts';
import { ALARM_DEFAULTS, largestProposal, proposal, trackingAlarms } from './target-tracking.ts';

const LARGEST = 1e15;
const number = (description: string) => quantity('count', {}, description);
const positive = (description: string) => quantity('count', { above: 0, max: LARGEST }, description);
const capacity = (description: string) =>
  quantity('count', { min: 0, max: LARGEST, whole: true }, description);
const periods = (description: string) => quantity('count', { min: 1, max: 10_000, whole: true }, description);
const seconds = (description: string) => quantity('seconds', { min: 0, max: LARGEST }, description);
const at = (description: string) => quantity('seconds', {}, description);

const bounds = {
  capacity: capacity('The capacity that is asked for now.'),
  minCapacity: capacity('Lower bound.').prefault(0),
  maxCapacity: capacity('Upper bound.').prefault(LARGEST),
};

const cooldownState = section(
  {
    scaleOuts: list(
      section({ atSeconds: at('When.'), added: capacity('How much.') }, 'A scale-out.'),
      { min: 0, max: 100_000 },
      'Recent scale-outs.',
    ).default([]),
    scaleInAtSeconds: at('The last scale-in; null: none, or ended by a scale-out.').nullable().default(null),
  },
  'As an earlier call gave it.',
).prefault({});

const cooldowns = {
  scaleOutCooldownSeconds: seconds('How long what was added counts.').prefault(300),
  scaleInCooldownSeconds: seconds('How long after a scale-in nothing is removed.').prefault(300),
  atSeconds: at('Now.').prefault(0),
  state: cooldownState,
};

const DOCS = 'docs.aws.amazon.com/autoscaling (2024)';

const targetTracking = rule({
  name: 'aws/target-tracking',
  summary: 'the largest of the capacities in proportion to metric over target, within cooldowns and bounds',
  source: DOCS,
  input: section(
    {
      ...bounds,
      policies: list(
        section(
          {
            metric: number('Per unit of capacity; null: no data.').nullable(),
            target: positive('What it should be.'),
            disableScaleIn: flag('Whether it only scales out.').default(false),
          },
          'A metric and its target.',
        ),
        { min: 1, max: 1000 },
        'Target tracking policies.',
      ),
      ...cooldowns,
    },
    'A capacity and the metrics to hold.',
  ),
  evaluate: ({ policies, ...input }) => {
    const proposals = policies.map((policy) => proposal(input.capacity, policy));
    const desired = largestProposal(input.capacity, proposals);
    return { ...withCooldown({ ...input, desired }), proposals };
  },
  example: {
    input: { capacity: 4, maxCapacity: 10, policies: [{ metric: 75, target: 50 }] },
    output: {
      desiredCapacity: 6,
      reason: '6 wanted',
      state: { scaleOuts: [{ atSeconds: 0, added: 2 }], scaleInAtSeconds: null },
      proposals: [6],
    },
  },
});

const alarms = rule({
  name: 'aws/target-tracking-alarms',
  summary: 'whether the alarms of target tracking are on: 3 periods above the target, 15 below 90 % of it',
  source: DOCS,
  input: section(
    {
      values: list(
        number('A datapoint; null: missing.').nullable(),
        { min: 0, max: 100_000 },
        'Oldest first.',
      ),
      target: positive('Of the metric.'),
      highPeriods: periods('Above the target for so many periods.').prefault(ALARM_DEFAULTS.highPeriods),
      lowPeriods: periods('Below the low threshold for so many.').prefault(ALARM_DEFAULTS.lowPeriods),
      lowFactor: positive('Low threshold over target.').prefault(ALARM_DEFAULTS.lowFactor),
    },
    'Datapoints of one metric.',
  ),
  evaluate: trackingAlarms,
  example: { input: { values: [50, 51, 52, 53], target: 50 }, output: { high: true, low: false } },
});

const step = rule({
  name: 'aws/step',
  summary: 'the capacity of the step that fits how far a metric is beyond its threshold',
  source: DOCS,
  input: section(
    {
      ...bounds,
      metric: number('Null: no data.').nullable(),
      threshold: number('Of the alarm.'),
      comparisonOperator: choice(COMPARISON_OPERATORS, 'When the alarm is on.').default(
        'GreaterThanOrEqualToThreshold',
      ),
      adjustmentType: choice(ADJUSTMENT_TYPES, 'What an adjustment is.').default('ChangeInCapacity'),
      minAdjustmentMagnitude: capacity('Least size of a change in percent.').prefault(0),
      steps: stepsKey,
    },
    'A metric, its alarm and the steps.',
  ),
  evaluate: stepCapacity,
  example: {
    input: {
      capacity: 10,
      metric: 72,
      threshold: 60,
      adjustmentType: 'PercentChangeInCapacity',
      steps: [
        { lower: 0, upper: 10, adjustment: 0 },
        { lower: 10, upper: 20, adjustment: 10 },
        { lower: 20, adjustment: 30 },
      ],
    },
    output: { desiredCapacity: 11, step: 1, reason: 'step 2: 10' },
  },
});

const cooldown = rule({
  name: 'aws/cooldown',
  summary: 'what cooldowns and bounds leave of a wanted capacity',
  source: DOCS,
  input: section(
    { ...bounds, desired: capacity('What a policy asks for.'), ...cooldowns },
    'A wanted capacity.',
  ),
  evaluate: withCooldown,
  example: {
    input: { capacity: 6, desired: 9, atSeconds: 60, state: { scaleOuts: [{ atSeconds: 0, added: 2 }] } },
    output: {
      desiredCapacity: 7,
      reason: '9 wanted, +2 in cooldown',
      state: {
        scaleOuts: [
          { atSeconds: 0, added: 2 },
          { atSeconds: 60, added: 1 },
        ],
        scaleInAtSeconds: null,
      },
    },
  },
});

const scheduled = rule({
  name: 'aws/scheduled',
  summary: 'bounds and capacity after the scheduled actions that have fired',
  source: DOCS,
  input: section(
    {
      ...bounds,
      actions: scheduledActionsKey,
      epochMs: epochMsKey('Now, in milliseconds since 1970.'),
      sinceEpochMs: epochMsKey('The look before; null: none.').nullable().default(null),
      timeZone: zoneKey('IANA name, for actions without their own.').default('UTC'),
    },
    'Actions and a moment.',
  ),
  evaluate: applySchedule,
  example: {
    input: {
      capacity: 2,
      minCapacity: 1,
      maxCapacity: 5,
      actions: [{ schedule: 'cron(0 8 ? * MON-FRI *)', minCapacity: 10, maxCapacity: 40 }],
      // A Wednesday, 08:00.
      epochMs: Date.UTC(2024, 4, 1, 8),
    },
    output: { minCapacity: 10, maxCapacity: 40, desiredCapacity: 10, fired: ['cron(0 8 ? * MON-FRI *)'] },
  },
});

export const AWS_RULES: readonly Rule[] = [targetTracking, alarms, step, cooldown, scheduled];

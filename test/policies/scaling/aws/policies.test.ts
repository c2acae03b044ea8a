import { describe, expect, it } from 'vitest';
import { awsScheduledPolicy } from '../../../../src/policies/scaling/aws/scheduled-policy.ts';
import { awsStepPolicy } from '../../../../src/policies/scaling/aws/step-policy.ts';
import { awsTargetTrackingPolicy } from '../../../../src/policies/scaling/aws/target-tracking-policy.ts';
import { addSample, NO_DATAPOINTS } from '../../../../src/policies/scaling/aws/datapoints.ts';
import type { PoolNow } from '../llm/observation.ts';
import { changes, play } from '../play.ts';

const held = (wanted: number, running: number): PoolNow => ({
  ready: wanted,
  replica: { running },
  pool: { minReplicas: 1, maxReplicas: 20 },
});
const answered = (answers: ReturnType<typeof play>) =>
  answers.filter(({ desiredReplicas }) => desiredReplicas !== null);

describe('datapoints', () => {
  it('are means per period; a period without samples is missing', () => {
    const when = { periodSeconds: 60, keep: 4 };
    let points = addSample(NO_DATAPOINTS, 2, { ...when, atSeconds: 0 });
    points = addSample(points, 4, { ...when, atSeconds: 59 });
    points = addSample(points, null, { ...when, atSeconds: 60 });
    points = addSample(points, 7, { ...when, atSeconds: 240 });
    points = addSample(points, 1, { ...when, atSeconds: 300 });
    // Minutes 0 to 4; the first is out, since four are kept.
    expect(points).toEqual({ period: 5, sum: 1, count: 1, values: [null, null, null, 7] });
  });
});

describe('aws-target-tracking', () => {
  const policies = [{ metric: 'running', target: 10 }];

  it('scales out after three minutes above the target; what was added counts while it loads', () => {
    // Four replicas run 15 requests each throughout; what is added is not ready yet.
    const now = (at: number) => ({ ...held(4, 15), wanted: at <= 180 ? 4 : at <= 240 ? 6 : 7 });
    const answers = play(awsTargetTrackingPolicy, { policies }, { toSeconds: 300, now });
    expect(changes(answered(answers))).toEqual([
      [60, 4],
      // 4 · 15 / 10 = 6.
      [180, 6],
      // 6 · 15 / 10 = 9, of which 2 were added a minute ago.
      [240, 7],
      // 7 · 15 / 10 = 10.5, of which 3 were added.
      [300, 8],
    ]);
  });

  it('scales in after fifteen minutes below 90 % of it', () => {
    const now = () => held(10, 4);
    expect(changes(answered(play(awsTargetTrackingPolicy, { policies }, { toSeconds: 900, now })))).toEqual([
      [60, 10],
      [900, 4],
    ]);
  });

  it('decides at the end of a period only', () => {
    const answers = play(awsTargetTrackingPolicy, { policies }, { toSeconds: 120, now: () => held(4, 10) });
    const decided = answers.map(({ desiredReplicas }) => desiredReplicas);
    expect(decided).toEqual([null, null, null, null, 4, null, null, null, 4]);
  });

  it('holds without metrics', () => {
    const now = () => ({ ...held(10, 100), outage: true });
    expect(changes(answered(play(awsTargetTrackingPolicy, { policies }, { toSeconds: 1200, now })))).toEqual([
      [60, 10],
    ]);
  });
});

describe('aws-step', () => {
  const policies = [
    {
      metric: 'running',
      threshold: 10,
      steps: [
        { lower: 0, upper: 5, adjustment: 1 },
        { lower: 5, adjustment: 4 },
      ],
    },
    {
      metric: 'running',
      threshold: 4,
      comparisonOperator: 'LessThanThreshold',
      evaluationPeriods: 3,
      steps: [{ upper: 0, adjustment: -2 }],
    },
  ];
  it.each([
    ['the small step', 12, [[60, 6]]],
    ['the large step', 15, [[60, 9]]],
    ['in between nothing', 7, [[60, 5]]],
    [
      'down after three periods',
      3,
      [
        [60, 5],
        [180, 3],
      ],
    ],
  ])('takes %s', (_, running, expected) => {
    const answers = play(awsStepPolicy, { policies }, { toSeconds: 180, now: () => held(5, running) });
    // Only until the first change: the pool of this test does not follow.
    expect(changes(answered(answers)).slice(0, expected.length)).toEqual(expected);
  });

  it('refuses steps that overlap', () => {
    const steps = [
      { lower: 0, adjustment: 1 },
      { lower: 5, adjustment: 4 },
    ];
    expect(
      awsStepPolicy.parameters.safeParse({ policies: [{ metric: 'running', threshold: 1, steps }] }).success,
    ).toBe(false);
  });
});

describe('aws-scheduled', () => {
  it('moves the capacity into the bounds of the hour', () => {
    // The observations of these tests begin on 14 November 2023 at 22:13:20 UTC.
    const actions = [
      { schedule: '0 18 * * *', minCapacity: 1, maxCapacity: 3 },
      { schedule: '20 22 * * *', minCapacity: 8, maxCapacity: 12 },
    ];
    const answers = play(awsScheduledPolicy, { actions }, { toSeconds: 600, now: () => held(5, 1) });
    expect(changes(answers)).toEqual([
      [0, 3],
      // 22:20:20 is the first look after 22:20.
      [420, 8],
    ]);
  });

  it.each([
    ['no schedule', { schedule: 'daily' }],
    ['crossed bounds', { schedule: '0 8 * * *', minCapacity: 5, maxCapacity: 4 }],
    ['no zone', { schedule: '0 8 * * *', timeZone: 'Mars/Olympus' }],
  ])('refuses %s', (_, action) => {
    expect(awsScheduledPolicy.parameters.safeParse({ actions: [action] }).success).toBe(false);
  });
});

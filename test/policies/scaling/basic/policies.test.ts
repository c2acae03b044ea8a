import { describe, expect, it } from 'vitest';
import { scheduledPolicy } from '../../../../src/policies/scaling/basic/scheduled.ts';
import { staticPolicy } from '../../../../src/policies/scaling/basic/static.ts';
import { threshold, type ThresholdInput } from '../../../../src/policies/scaling/basic/threshold-rule.ts';
import { thresholdPolicy } from '../../../../src/policies/scaling/basic/threshold.ts';
import { timetableEntry, type TimetableEntry } from '../../../../src/policies/scaling/basic/timetable.ts';
import type { PoolNow } from '../llm/observation.ts';
import { changes, play } from '../play.ts';

describe('the threshold rule', () => {
  const base: ThresholdInput = {
    value: 3,
    current: 4,
    above: 5,
    below: 1,
    up: 2,
    down: 1,
    upCooldownSeconds: 60,
    downCooldownSeconds: 300,
    minReplicas: 1,
    maxReplicas: 8,
    atSeconds: 1000,
    state: { changedAtSeconds: null },
  };
  const changedAt = (changedAtSeconds: number) => ({ state: { changedAtSeconds } });
  it.each<[string, Partial<ThresholdInput>, number]>([
    ['between the thresholds it holds', {}, 4],
    ['just at the upper one it holds', { value: 5 }, 4],
    ['above it goes up', { value: 5.001 }, 6],
    ['just at the lower one it holds', { value: 1 }, 4],
    ['below it goes down', { value: 0.999 }, 3],
    ['without data it holds', { value: null }, 4],
    ['within the cooldown it holds', { value: 9, ...changedAt(940.1) }, 4],
    ['just at its end it goes', { value: 9, ...changedAt(940) }, 6],
    ['the way down has its own', { value: 0, ...changedAt(940) }, 4],
    ['and its own end', { value: 0, ...changedAt(700) }, 3],
    ['not above the bound', { value: 9, current: 7 }, 8],
    ['not below it', { value: 0, current: 1 }, 1],
    ['what lies outside is taken in', { value: 3, current: 12 }, 8],
  ])('%s', (_, changed, replicas) => {
    expect(threshold({ ...base, ...changed }).desiredReplicas).toBe(replicas);
  });

  it('remembers a change, not a wish at the bound', () => {
    expect(threshold({ ...base, value: 9 }).state.changedAtSeconds).toBe(1000);
    expect(threshold({ ...base, value: 9, current: 8 }).state.changedAtSeconds).toBeNull();
  });
});

describe('the threshold policy', () => {
  const queue = (waiting: number): PoolNow => ({ ready: 4, replica: { waiting } });

  it('adds one a minute while the mean queue is above 5', () => {
    const answers = play(thresholdPolicy, {}, { toSeconds: 120, now: () => queue(6) });
    expect(changes(answers)).toEqual([
      [0, 5],
      [15, 4],
      [60, 5],
      [75, 4],
      [120, 5],
    ]);
  });

  it('takes metrics by the names of manifests', () => {
    const now = (): PoolNow => ({ ready: 4, replica: { kvUsage: 0.9 } });
    const parameters = { metric: 'vllm:kv_cache_usage_perc', above: 0.8, below: 0.2 };
    expect(play(thresholdPolicy, parameters, { toSeconds: 0, now })[0].desiredReplicas).toBe(5);
  });

  it.each([
    ['average', 20, 4],
    ['sum', 20, 5],
    ['maximum', 20, 4],
  ])('by its %s', (statistic, above, replicas) => {
    const parameters = { metric: 'waiting', statistic, above };
    expect(play(thresholdPolicy, parameters, { toSeconds: 0, now: () => queue(6) })[0].desiredReplicas).toBe(
      replicas,
    );
  });

  it('takes the queue of the gateway as a whole', () => {
    const now = (): PoolNow => ({ ready: 4, gatewayQueue: 6 });
    const answers = play(thresholdPolicy, { metric: 'gateway-queue' }, { toSeconds: 0, now });
    expect(answers[0].desiredReplicas).toBe(5);
  });

  it('starts from nothing when requests are held', () => {
    const now = (): PoolNow => ({ ready: 0, gatewayQueue: 1, pool: { minReplicas: 0 } });
    expect(play(thresholdPolicy, {}, { toSeconds: 0, now })[0].desiredReplicas).toBe(1);
  });

  it('holds during an outage', () => {
    const now = (): PoolNow => ({ ...queue(100), outage: true });
    expect(
      play(thresholdPolicy, {}, { toSeconds: 60, now }).every((answer) => answer.desiredReplicas === 4),
    ).toBe(true);
  });

  it('refuses thresholds that cross', () => {
    expect(thresholdPolicy.parameters.safeParse({ above: 1, below: 2 }).success).toBe(false);
  });
});

describe('the timetable', () => {
  const timetable: TimetableEntry[] = [
    { at: '08:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], replicas: 10 },
    { at: '20:00', days: ['mon', 'tue', 'wed', 'thu'], replicas: 4 },
    { at: '18:30', days: ['fri'], replicas: 2 },
  ];
  const at = (now: string, zone = 'UTC') => timetableEntry(timetable, Date.parse(`${now}Z`), zone).replicas;
  // 1 May 2024 was a Wednesday.
  it.each([
    ['from the minute on', '2024-05-01T08:00:00', 10],
    ['not before', '2024-05-01T07:59:59', 4],
    ['over the week-end, from Friday evening', '2024-05-05T23:00:00', 2],
    ['into Monday morning, over the turn of the week', '2024-05-06T07:00:00', 2],
  ])('%s', (_, now, replicas) => expect(at(now)).toBe(replicas));

  it('is read on the clocks of the zone', () => {
    expect(at('2024-05-01T06:00:00', 'Europe/Berlin')).toBe(10);
    expect(at('2024-05-01T05:59:00', 'Europe/Berlin')).toBe(4);
  });

  it('of two entries at the same time the later in the list holds', () => {
    const twice = [
      { at: '08:00', days: null, replicas: 1 },
      { at: '08:00', days: null, replicas: 2 },
    ];
    expect(timetableEntry(twice, Date.UTC(2024, 4, 1, 9), 'UTC').replicas).toBe(2);
  });

  it('is followed by the policy scheduled', () => {
    // The observations begin on 14 November 2023, a Tuesday, at 22:13:20 UTC.
    const parameters = {
      timetable: [
        { at: '22:15', days: ['tue'], replicas: 9 },
        { at: '00:00', replicas: 3 },
      ],
    };
    expect(changes(play(scheduledPolicy, parameters, { toSeconds: 300, now: () => ({}) }))).toEqual([
      [0, 3],
      [120, 9],
    ]);
  });

  it.each(['8:00', '24:00', '08:60', 'noon', ''])('%s is no time of day', (time) => {
    expect(scheduledPolicy.parameters.safeParse({ timetable: [{ at: time, replicas: 1 }] }).success).toBe(
      false,
    );
  });
});

it('static is the upper bound, or what one says', () => {
  const now = (): PoolNow => ({ pool: { maxReplicas: 7 } });
  expect(play(staticPolicy, {}, { toSeconds: 0, now })[0].desiredReplicas).toBe(7);
  expect(play(staticPolicy, { replicas: 3 }, { toSeconds: 0, now })[0].desiredReplicas).toBe(3);
});

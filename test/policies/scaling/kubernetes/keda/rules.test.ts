import { describe, expect, it } from 'vitest';
import { call } from '../call.ts';

describe('activity', () => {
  const active = (trigger: object) => call('keda/active', { triggers: [trigger] }).isActive;

  it('is strictly above the threshold, which is 0 by default', () => {
    expect(active({ value: 0 })).toBe(false);
    expect(active({ value: 0.001 })).toBe(true);
    expect(active({ value: 5, activationThreshold: 5 })).toBe(false);
    expect(active({ value: 5.5, activationThreshold: 5 })).toBe(true);
  });

  it('is not that of a trigger that fails', () => expect(active({ value: null })).toBe(false));

  it('of a schedule is its interval, whatever it reports', () => {
    expect(active({ value: 9, inInterval: false })).toBe(false);
    expect(active({ value: 0, inInterval: true })).toBe(true);
  });

  it('of any trigger is enough', () => {
    const triggers = [{ value: 0 }, { name: 'b', value: 3 }, { value: 1 }];
    expect(call('keda/active', { triggers })).toEqual({ isActive: true, activeTriggers: ['b', 's2'] });
  });
});

describe('from and to zero', () => {
  const scale = (input: object) => call('keda/scale', { isActive: false, now: 1000, ...input });

  it.each([
    // What, input, replicas, reason, last activity
    ['active at zero: to one', { isActive: true, currentReplicas: 0 }, 1, 'ScaledFromZeroOrIdle', 1000],
    [
      'active at zero: to the minimum',
      { isActive: true, currentReplicas: 0, minReplicaCount: 3 },
      3,
      'ScaledFromZeroOrIdle',
      1000,
    ],
    [
      'active above zero: left to the autoscaler',
      { isActive: true, currentReplicas: 2 },
      null,
      'Active',
      1000,
    ],
    [
      'active below the minimum without idle count: left too',
      { isActive: true, currentReplicas: 2, minReplicaCount: 5 },
      null,
      'Active',
      1000,
    ],
    [
      'active at the idle count: to the minimum',
      { isActive: true, currentReplicas: 2, idleReplicaCount: 2, minReplicaCount: 5 },
      5,
      'ScaledFromZeroOrIdle',
      1000,
    ],
    [
      'active at the minimum with idle count: left',
      { isActive: true, currentReplicas: 5, idleReplicaCount: 2, minReplicaCount: 5 },
      null,
      'Active',
      1000,
    ],
    [
      'active, but some fail: left, and no activity noted',
      { isActive: true, isError: true, currentReplicas: 2, lastActiveTime: 900 },
      null,
      'PartialTriggerError',
      900,
    ],
    [
      'active at zero, but some fail: to one all the same',
      { isActive: true, isError: true, currentReplicas: 0 },
      1,
      'ScaledFromZeroOrIdle',
      1000,
    ],
    [
      'inactive, exactly the cooldown ago',
      { currentReplicas: 4, lastActiveTime: 700 },
      null,
      'CoolingDown',
      700,
    ],
    ['inactive, a little longer', { currentReplicas: 4, lastActiveTime: 699.9 }, 0, 'ScaledToZero', 699.9],
    [
      'inactive, another cooldown',
      { currentReplicas: 4, lastActiveTime: 990, cooldownPeriod: 5 },
      0,
      'ScaledToZero',
      990,
    ],
    ['never active', { currentReplicas: 4 }, 0, 'ScaledToZero', null],
    [
      'never active, within the initial cooldown',
      { currentReplicas: 4, initialCooldownPeriod: 60, creationTimestamp: 940 },
      null,
      'CoolingDown',
      null,
    ],
    [
      'never active, after it',
      { currentReplicas: 4, initialCooldownPeriod: 60, creationTimestamp: 939 },
      0,
      'ScaledToZero',
      null,
    ],
    ['inactive at zero', { currentReplicas: 0, lastActiveTime: 0 }, 0, 'AtRest', 0],
    [
      'inactive to the idle count',
      { currentReplicas: 9, idleReplicaCount: 2, minReplicaCount: 5 },
      2,
      'ScaledToIdle',
      null,
    ],
    [
      'inactive to an idle count of zero',
      { currentReplicas: 5, idleReplicaCount: 0, minReplicaCount: 5 },
      0,
      'ScaledToIdle',
      null,
    ],
    [
      'inactive at the idle count: not lifted to the minimum',
      { currentReplicas: 2, idleReplicaCount: 2, minReplicaCount: 5 },
      2,
      'AtRest',
      null,
    ],
    [
      'inactive with a minimum: left to the autoscaler',
      { currentReplicas: 4, minReplicaCount: 1 },
      null,
      'Inactive',
      null,
    ],
    [
      'inactive below the minimum: to it',
      { currentReplicas: 1, minReplicaCount: 3 },
      3,
      'ScaledToMinimum',
      null,
    ],
    [
      'all fail without fallback: nothing, even at zero minimum',
      { isError: true, currentReplicas: 4 },
      null,
      'TriggerError',
      null,
    ],
    [
      'all fail with fallback',
      { isError: true, currentReplicas: 4, fallback: { replicas: 6 } },
      6,
      'Fallback',
      null,
    ],
    [
      'with a fallback to the larger of both',
      { isError: true, currentReplicas: 8, fallback: { replicas: 6, behavior: 'currentReplicasIfHigher' } },
      8,
      'Fallback',
      null,
    ],
    [
      'with a fallback to the lesser of both',
      { isError: true, currentReplicas: 8, fallback: { replicas: 6, behavior: 'currentReplicasIfLower' } },
      6,
      'Fallback',
      null,
    ],
    [
      'with a fallback to what is',
      { isError: true, currentReplicas: 8, fallback: { replicas: 6, behavior: 'currentReplicas' } },
      8,
      'Fallback',
      null,
    ],
    [
      'with a fallback of none: as without an error',
      { isError: true, currentReplicas: 8, fallback: { replicas: 0 } },
      0,
      'ScaledToZero',
      null,
    ],
    ['paused', { isActive: true, currentReplicas: 8, pausedReplicaCount: 2 }, 2, 'Paused', null],
  ])('%s', (_, input, replicas, reason, lastActiveTime) => {
    expect(scale(input)).toEqual({ replicas, reason, lastActiveTime });
  });
});

describe('what triggers ask for', () => {
  it.each([
    ['20 messages at 5 per replica', { target: 5, value: 20, currentReplicas: 1 }, 4],
    [
      'the same as it is, on 3 replicas',
      { metricType: 'Value', target: 5, value: 20, currentReplicas: 3 },
      12,
    ],
    [
      'as it is, on 3 ready of 5',
      { metricType: 'Value', target: 5, value: 20, currentReplicas: 5, readyReplicas: 3 },
      12,
    ],
    ['a schedule of 11 on 10: within tolerance', { target: 1, value: 11, currentReplicas: 10 }, 10],
    ['a schedule of 12 on 10', { target: 1, value: 12, currentReplicas: 10 }, 12],
    ['less than a milli-unit above the target', { target: 5, value: 20.0009, currentReplicas: 1 }, 4],
    ['a milli-unit above', { target: 5, value: 20.001, currentReplicas: 1 }, 5],
  ])('%s', (_, input, replicas) => expect(call('keda/trigger', input)).toEqual({ replicas }));

  const hpa = (values: (number | null)[], rest: object) =>
    call('keda/hpa', { triggers: values.map((value) => ({ target: 10, value })), ...rest }).replicas;

  it('is the largest, within at least one and the maximum', () => {
    expect(hpa([20, 70, 45], { currentReplicas: 3 })).toBe(7);
    expect(hpa([20, 70, 45], { currentReplicas: 3, maxReplicaCount: 5 })).toBe(5);
    expect(hpa([0], { currentReplicas: 3 })).toBe(1);
    expect(hpa([0], { currentReplicas: 3, minReplicaCount: 2 })).toBe(2);
  });

  it('holds if one fails and it would be less', () => {
    expect(hpa([null, 20], { currentReplicas: 3 })).toBe(null);
    expect(hpa([null, 50], { currentReplicas: 3 })).toBe(5);
  });
});

describe('fallback', () => {
  const fallback = { failureThreshold: 3, replicas: 6 };
  const after = (failures: number, rest: object = {}) =>
    call('keda/fallback', { value: null, target: 5, failures, fallback, currentReplicas: 4, ...rest });

  it('comes with more failures in a row than its threshold', () => {
    expect(after(2)).toEqual({ failures: 3, isFallback: false, value: null });
    expect(after(3)).toEqual({ failures: 4, isFallback: true, value: 30 });
    expect(after(9, { value: 7 })).toEqual({ failures: 0, isFallback: false, value: 7 });
    expect(after(9, { fallback: null })).toEqual({ failures: 10, isFallback: false, value: null });
  });

  it('of a value as it is is shared among the ready replicas, by which the autoscaler multiplies', () => {
    expect(after(3, { metricType: 'Value', readyReplicas: 3 }).value).toBe(10);
    expect(after(3, { metricType: 'Value', readyReplicas: 0 })).toMatchObject({
      isFallback: false,
      value: null,
    });
  });
});

describe('KEDA as a whole', () => {
  const sync = (input: object) => call('keda/sync', input);
  const trigger = (value: number | null) => ({ name: 'q', target: 5, value });

  it('from zero goes to one at once, and on by the autoscaler', () => {
    const woken = sync({ triggers: [trigger(40)], currentReplicas: 0, now: 30 });
    expect(woken).toMatchObject({ desiredReplicas: 1, reason: 'ScaledFromZeroOrIdle', hpa: null });
    const next = sync({
      triggers: [trigger(40)],
      currentReplicas: 1,
      now: 45,
      due: { poll: false, sync: true },
      state: woken.state,
    });
    // 8 asked for, but from 1 no more than 4 at a time.
    expect(next).toMatchObject({ desiredReplicas: 4, reason: null });
  });

  it('to zero past all windows of the autoscaler', () => {
    const state = { lastActiveTime: 0, hpa: { recommendations: [{ replicas: 8, at: 300 }] } };
    expect(sync({ triggers: [trigger(0)], currentReplicas: 8, now: 300, state })).toMatchObject({
      desiredReplicas: 8,
      reason: 'CoolingDown',
    });
    expect(sync({ triggers: [trigger(0)], currentReplicas: 8, now: 301, state })).toMatchObject({
      desiredReplicas: 0,
      reason: 'ScaledToZero',
      hpa: null,
    });
  });

  it('while cooling down is scaled by the autoscaler, to no less than one', () => {
    const state = { lastActiveTime: 0, hpa: { recommendations: [] } };
    const down = { scaleDown: { stabilizationWindowSeconds: 0 } };
    expect(
      sync({ triggers: [trigger(0)], currentReplicas: 8, now: 60, behavior: down, state }),
    ).toMatchObject({
      desiredReplicas: 1,
      reason: 'CoolingDown',
    });
  });

  it('at rest at an idle count is not lifted to the minimum', () => {
    const rest = { minReplicaCount: 5, idleReplicaCount: 2, currentReplicas: 2 };
    const resting = sync({ triggers: [trigger(0)], ...rest });
    expect(resting).toMatchObject({ desiredReplicas: null, reason: 'AtRest', hpa: null });
    const due = { poll: false, sync: true };
    expect(sync({ triggers: [trigger(0)], ...rest, due, state: resting.state })).toMatchObject({
      desiredReplicas: null,
    });
    expect(sync({ triggers: [trigger(9)], ...rest, state: resting.state })).toMatchObject({
      desiredReplicas: 5,
    });
  });

  it('with a minimum of one takes no notice of activity', () => {
    const state = { hpa: { recommendations: [] } };
    expect(
      sync({ triggers: [trigger(0)], minReplicaCount: 1, currentReplicas: 3, now: 9999, state }),
    ).toMatchObject({
      desiredReplicas: 1,
      reason: 'Inactive',
    });
  });

  it('holds while all triggers fail, then goes to the fallback', () => {
    const fallback = { failureThreshold: 2, replicas: 6 };
    let state: object | undefined;
    const answers = [0, 15, 30, 45].map((now) => {
      const result = sync({
        triggers: [trigger(null)],
        currentReplicas: 4,
        now,
        fallback,
        ...(state && { state }),
      });
      state = result.state as object;
      return result.desiredReplicas;
    });
    expect(answers).toEqual([null, null, 6, 6]);
  });

  it('holds for ever without one, though the minimum is zero', () => {
    expect(sync({ triggers: [trigger(null)], currentReplicas: 4, now: 9999 })).toMatchObject({
      desiredReplicas: null,
      reason: 'TriggerError',
    });
  });
});

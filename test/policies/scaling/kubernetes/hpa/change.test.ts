import { describe, expect, it } from 'vitest';
import { call } from '../call.ts';

const at = (replicas: number, seconds: number) => ({ replicas, at: seconds });

describe('without behavior', () => {
  it.each([
    // current, desired, min, max, answer, reason
    [5, 0, 1, 10, 1, 'TooFewReplicas'],
    [5, 4, 5, 10, 5, 'TooFewReplicas'],
    [10, 30, 1, 15, 15, 'TooManyReplicas'],
    [10, 30, 1, 20, 20, 'TooManyReplicas'],
    [10, 30, 1, 21, 20, 'ScaleUpLimit'],
    [1, 9, 1, 10, 4, 'ScaleUpLimit'],
    [2, 9, 1, 10, 4, 'ScaleUpLimit'],
    [3, 9, 1, 10, 6, 'ScaleUpLimit'],
    [1, 4, 1, 10, 4, 'DesiredWithinRange'],
    [10, 20, 1, 30, 20, 'DesiredWithinRange'],
    [0, 9, 0, 10, 4, 'ScaleUpLimit'],
    [10, 0, 0, 10, 0, 'DesiredWithinRange'],
  ])(
    'from %d to %d within [%d, %d] answers %d: %s',
    (currentReplicas, desiredReplicas, minReplicas, maxReplicas, answer, reason) => {
      const input = { currentReplicas, desiredReplicas, minReplicas, maxReplicas };
      expect(call('hpa/normalize', input)).toMatchObject({ desiredReplicas: answer, reason });
    },
  );

  const stabilize = (desiredReplicas: number, recommendations: object[]) =>
    call('hpa/stabilize', { currentReplicas: 5, desiredReplicas, recommendations, now: 1000 });

  it('keeps the largest recommendation of the window, its far end included', () => {
    expect(stabilize(3, [at(7, 700), at(5, 900)])).toMatchObject({
      replicas: 7,
      reason: 'ScaleDownStabilized',
    });
    expect(stabilize(3, [at(7, 699.999), at(5, 900)])).toMatchObject({ replicas: 5 });
    expect(stabilize(9, [at(7, 900)])).toMatchObject({ replicas: 9, reason: 'ReadyForNewScale' });
    expect(stabilize(3, [])).toMatchObject({ replicas: 3, reason: 'ReadyForNewScale' });
  });

  it('puts the raw recommendation in the place of the last outdated one, or at the end', () => {
    expect(stabilize(3, [at(7, 900)]).recommendations).toEqual([at(7, 900), at(3, 1000)]);
    expect(stabilize(3, [at(1, 100), at(2, 200), at(7, 900)]).recommendations).toEqual([
      at(1, 100),
      at(3, 1000),
      at(7, 900),
    ]);
  });

  it('limits what is left after stabilisation', () => {
    const input = {
      currentReplicas: 3,
      desiredReplicas: 2,
      maxReplicas: 100,
      recommendations: [at(50, 0)],
      now: 60,
    };
    expect(call('hpa/normalize', input)).toMatchObject({
      desiredReplicas: 6,
      reason: 'ScaleUpLimit',
      stabilizedReplicas: 50,
      stabilityReason: 'ScaleDownStabilized',
    });
  });
});

describe('windows of behavior', () => {
  const stabilize = (
    current: number,
    desired: number,
    recommendations: object[],
    [up, down]: [number, number],
  ) =>
    call('hpa/stabilize', {
      currentReplicas: current,
      desiredReplicas: desired,
      recommendations,
      now: 1000,
      behavior: {
        scaleUp: { stabilizationWindowSeconds: up },
        scaleDown: { stabilizationWindowSeconds: down },
      },
    });

  it('go up to the least recommendation of the window', () => {
    expect(stabilize(5, 10, [at(7, 990), at(9, 980)], [60, 300])).toMatchObject({
      replicas: 7,
      reason: 'ScaleUpStabilized',
    });
  });

  it('go down to the largest', () => {
    expect(stabilize(10, 5, [at(7, 990), at(6, 980)], [60, 300])).toMatchObject({
      replicas: 7,
      reason: 'ScaleDownStabilized',
    });
  });

  it('end strictly: a recommendation as old as the window counts no more', () => {
    expect(stabilize(5, 10, [at(7, 940)], [60, 300]).replicas).toBe(10);
    expect(stabilize(5, 10, [at(7, 940.001)], [60, 300]).replicas).toBe(7);
    expect(stabilize(10, 5, [at(7, 700)], [60, 300]).replicas).toBe(5);
  });

  it('hold the current count between what both agree on', () => {
    // Up to no more than 2, down to no less than 9: 5 stays.
    expect(stabilize(5, 9, [at(2, 990)], [60, 300])).toMatchObject({
      replicas: 5,
      reason: 'ScaleUpStabilized',
    });
    expect(stabilize(5, 2, [at(9, 990)], [60, 300])).toMatchObject({
      replicas: 5,
      reason: 'ScaleDownStabilized',
    });
  });

  it('of zero seconds hold nothing back', () => {
    expect(stabilize(5, 10, [at(1, 1000)], [0, 0])).toMatchObject({
      replicas: 10,
      reason: 'ReadyForNewScale',
    });
    expect(stabilize(10, 1, [at(5, 1000)], [0, 0]).replicas).toBe(1);
  });

  it('default to 0 s up and to the cluster’s window down', () => {
    const input = { currentReplicas: 5, desiredReplicas: 3, recommendations: [at(4, -200)], behavior: {} };
    expect(call('hpa/stabilize', input).replicas).toBe(4);
    expect(call('hpa/stabilize', { ...input, downscaleStabilizationSeconds: 100 }).replicas).toBe(3);
    expect(call('hpa/stabilize', { ...input, desiredReplicas: 8 }).replicas).toBe(8);
  });

  it('reuse the place of what is older than both', () => {
    const history = [at(1, 600), at(2, 650), at(3, 750)];
    expect(stabilize(5, 9, history, [60, 300]).recommendations).toEqual([
      at(1, 600),
      at(9, 1000),
      at(3, 750),
    ]);
    expect(stabilize(5, 9, history, [400, 300]).recommendations).toEqual([...history, at(9, 1000)]);
  });
});

const event = (change: number, seconds: number) => ({ change, at: seconds });
const pods = (value: number, periodSeconds = 60) => ({ type: 'Pods', value, periodSeconds });
const percent = (value: number, periodSeconds = 60) => ({ type: 'Percent', value, periodSeconds });

describe('rates of behavior', () => {
  const limited = (input: object) => call('hpa/behavior', { minReplicas: 1, maxReplicas: 1000, ...input });
  const up = (
    current: number,
    desired: number,
    policies: object[] | undefined,
    rest: object = {},
    more: object = {},
  ) =>
    limited({
      currentReplicas: current,
      desiredReplicas: desired,
      behavior: { scaleUp: { policies, ...more } },
      ...rest,
    });
  const down = (
    current: number,
    desired: number,
    policies: object[] | undefined,
    rest: object = {},
    more: object = {},
  ) =>
    limited({
      currentReplicas: current,
      desiredReplicas: desired,
      behavior: { scaleDown: { policies, ...more } },
      ...rest,
    });

  it('by default add the larger of 4 replicas and as many again in 15 s', () => {
    expect(up(1, 50, undefined)).toMatchObject({ desiredReplicas: 5, reason: 'ScaleUpLimit' });
    expect(up(3, 50, undefined).desiredReplicas).toBe(7);
    expect(up(4, 50, undefined).desiredReplicas).toBe(8);
    expect(up(10, 50, undefined).desiredReplicas).toBe(20);
  });

  it('by default let all go', () => {
    expect(down(10, 0, undefined)).toMatchObject({ desiredReplicas: 1, reason: 'TooFewReplicas' });
  });

  it('round a percentage up upwards, and cut it off downwards', () => {
    expect(up(10, 50, [percent(15)]).desiredReplicas).toBe(12); // 11.5
    expect(up(1, 50, [percent(1)]).desiredReplicas).toBe(2); // 1.01
    expect(down(10, 0, [percent(15)]).desiredReplicas).toBe(8); // 8.5
    expect(down(3, 0, [percent(1)]).desiredReplicas).toBe(2); // 2.97
    // 100 x 1.1 is a little above 110 in doubles, in the original too.
    expect(up(100, 500, [percent(10)]).desiredReplicas).toBe(111);
  });

  it('take the largest change, the smallest, or none', () => {
    const policies = [pods(4), percent(100)];
    expect(up(10, 99, policies, {}, { selectPolicy: 'Max' }).desiredReplicas).toBe(20);
    expect(up(10, 99, policies, {}, { selectPolicy: 'Min' }).desiredReplicas).toBe(14);
    expect(up(10, 99, policies, {}, { selectPolicy: 'Disabled' })).toMatchObject({
      desiredReplicas: 10,
      reason: 'ScaleUpLimit',
    });
    expect(down(10, 1, [pods(4), percent(20)], {}, { selectPolicy: 'Max' })).toMatchObject({
      desiredReplicas: 6,
      reason: 'ScaleDownLimit',
    });
    expect(down(10, 1, [pods(4), percent(20)], {}, { selectPolicy: 'Min' }).desiredReplicas).toBe(8);
    expect(down(10, 1, policies, {}, { selectPolicy: 'Disabled' })).toMatchObject({
      desiredReplicas: 10,
      reason: 'ScaleDownLimit',
    });
  });

  it('count from what there was at the start of the period', () => {
    const rest = { scaleUpEvents: [event(3, -30)] };
    // 10 now, 7 a minute ago: 7 + 5.
    expect(up(10, 99, [pods(5)], rest).desiredReplicas).toBe(12);
    expect(up(10, 99, [percent(100)], rest).desiredReplicas).toBe(14);
    expect(down(10, 1, [pods(5)], { scaleDownEvents: [event(3, -30)] }).desiredReplicas).toBe(8);
  });

  it('count events of the other direction against it', () => {
    // 10 now, one added and three removed since: 12 at the start.
    const rest = { scaleUpEvents: [event(1, -30)], scaleDownEvents: [event(3, -20)] };
    expect(up(10, 99, [pods(5)], rest).desiredReplicas).toBe(17);
    expect(down(10, 1, [pods(5)], rest).desiredReplicas).toBe(7);
  });

  it('count an event younger than the period, not one as old', () => {
    expect(up(10, 99, [pods(5)], { scaleUpEvents: [event(3, -60)] }).desiredReplicas).toBe(15);
    expect(up(10, 99, [pods(5)], { scaleUpEvents: [event(3, -59.999)] }).desiredReplicas).toBe(12);
  });

  it('give every policy its own period', () => {
    const rest = { scaleUpEvents: [event(4, -30)] };
    // The first starts from 6, the second from 10.
    expect(up(10, 99, [pods(5, 60), pods(5, 15)], rest, { selectPolicy: 'Min' }).desiredReplicas).toBe(11);
  });

  it('never turn back what is used up already', () => {
    expect(up(10, 99, [pods(2)], { scaleUpEvents: [event(5, -10)] })).toMatchObject({
      desiredReplicas: 10,
      reason: 'ScaleUpLimit',
      scaleUpLimit: 7,
    });
    expect(down(10, 1, [pods(2)], { scaleDownEvents: [event(5, -10)] })).toMatchObject({
      desiredReplicas: 10,
      reason: 'ScaleDownLimit',
      scaleDownLimit: 13,
    });
  });

  it('name the bound that binds: the rate only where it is strictly tighter', () => {
    expect(up(10, 99, [pods(5)], { maxReplicas: 15 })).toMatchObject({
      desiredReplicas: 15,
      reason: 'TooManyReplicas',
    });
    expect(up(10, 99, [pods(5)], { maxReplicas: 16 })).toMatchObject({
      desiredReplicas: 15,
      reason: 'ScaleUpLimit',
    });
    expect(up(10, 15, [pods(5)])).toMatchObject({ desiredReplicas: 15, reason: 'DesiredWithinRange' });
    expect(down(10, 1, [pods(5)], { minReplicas: 5 })).toMatchObject({
      desiredReplicas: 5,
      reason: 'TooFewReplicas',
    });
    expect(down(10, 1, [pods(5)], { minReplicas: 4 })).toMatchObject({
      desiredReplicas: 5,
      reason: 'ScaleDownLimit',
    });
    expect(down(10, 5, [pods(5)])).toMatchObject({ desiredReplicas: 5, reason: 'DesiredWithinRange' });
    expect(up(10, 10, [pods(1)])).toMatchObject({ desiredReplicas: 10, reason: 'DesiredWithinRange' });
  });

  it('are within 32 bits', () => {
    const current = 2_000_000_000;
    expect(up(current, 2_147_483_647, [percent(1000)], { maxReplicas: 2_147_483_647 }).desiredReplicas).toBe(
      2_147_483_647,
    );
  });
});

describe('what is remembered of a scaling', () => {
  const store = (input: object) => call('hpa/events', { now: 1000, ...input });
  const behavior = {
    scaleUp: { policies: [pods(5, 60), percent(5, 120)] },
    scaleDown: { policies: [pods(5, 30)] },
  };

  it('goes to the events of its direction', () => {
    expect(store({ previousReplicas: 5, newReplicas: 7, behavior })).toEqual({
      scaleUpEvents: [event(2, 1000)],
      scaleDownEvents: [],
      changeBefore: 0,
    });
    expect(store({ previousReplicas: 7, newReplicas: 5, behavior }).scaleDownEvents).toEqual([
      event(2, 1000),
    ]);
  });

  it('takes the place of the last event older than the longest period', () => {
    const scaleUpEvents = [event(1, 100), event(2, 879.999), event(3, 880), event(4, 990)];
    expect(store({ previousReplicas: 5, newReplicas: 7, behavior, scaleUpEvents })).toMatchObject({
      scaleUpEvents: [event(1, 100), event(2, 1000), event(3, 880), event(4, 990)],
      changeBefore: 4,
    });
  });

  it('is added where none is outdated', () => {
    const scaleUpEvents = [event(3, 880)];
    expect(store({ previousReplicas: 5, newReplicas: 7, behavior, scaleUpEvents }).scaleUpEvents).toEqual([
      event(3, 880),
      event(2, 1000),
    ]);
  });
});

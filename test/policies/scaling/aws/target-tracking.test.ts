import { describe, expect, it } from 'vitest';
import { withCooldown, type CooldownState } from '../../../../src/policies/scaling/aws/cooldown.ts';
import {
  ALARM_DEFAULTS,
  largestProposal,
  proposal,
  trackingAlarms,
} from '../../../../src/policies/scaling/aws/target-tracking.ts';
import { AWS_RULES } from '../../../../src/policies/scaling/aws/rules.ts';

describe('a proposal', () => {
  it.each([
    ['4 at 75 for 50: 6', 4, 75, 50, 6],
    ['rounded up: 10 · 51 / 50 = 10.2', 10, 51, 50, 11],
    ['rounded up on the way down too: 10 · 41 / 50 = 8.2', 10, 41, 50, 9],
    ['at the target', 10, 50, 50, 10],
    ['no load', 10, 0, 50, 0],
    ['no data: what is', 10, null, 50, 10],
    ['multiplied before it is divided: 3 · 0.1 / 0.3 = 1.0000000000000002', 3, 0.1, 0.3, 2],
  ])('%s', (_, capacity, metric, target, proposed) => {
    expect(proposal(capacity, { metric, target, disableScaleIn: false })).toBe(proposed);
  });

  it.each([
    [
      'the largest counts',
      [
        { metric: 60, target: 50 },
        { metric: 90, target: 50 },
      ],
      18,
    ],
    [
      'one that scales out outweighs one that scales in',
      [
        { metric: 10, target: 50 },
        { metric: 60, target: 50 },
      ],
      12,
    ],
    [
      'in only if all agree',
      [
        { metric: 10, target: 50 },
        { metric: 20, target: 50 },
      ],
      4,
    ],
    [
      'no data keeps from scaling in',
      [
        { metric: 10, target: 50 },
        { metric: null, target: 50 },
      ],
      10,
    ],
    [
      'no data does not keep from scaling out',
      [
        { metric: 60, target: 50 },
        { metric: null, target: 50 },
      ],
      12,
    ],
    [
      'scale-in disabled: the others decide',
      [
        { metric: 10, target: 50 },
        { metric: 40, target: 50, disableScaleIn: true },
      ],
      2,
    ],
    ['scale-in disabled for all: nothing', [{ metric: 10, target: 50, disableScaleIn: true }], 10],
    ['scale-in disabled still scales out', [{ metric: 60, target: 50, disableScaleIn: true }], 12],
  ])('of several: %s', (_, policies, capacity) => {
    const proposals = policies.map((policy) => proposal(10, { disableScaleIn: false, ...policy }));
    expect(largestProposal(10, proposals)).toBe(capacity);
  });
});

describe('the alarms', () => {
  const low = (n: number, value = 44.9) => Array.from({ length: n }, () => value);
  it.each([
    ['3 periods above', [51, 51, 51], true, false],
    ['only the last 3 count', [0, 51, 51, 51], true, false],
    ['2 periods above', [51, 51], false, false],
    ['one of them just at the target', [51, 50, 51], false, false],
    ['one of them missing', [51, null, 51], false, false],
    ['15 periods below 90 %', low(15), false, true],
    ['14 of them', low(14), false, false],
    ['15 just at 90 %', low(15, 45), false, false],
    ['one above among the last 15', [...low(14), 46, ...low(14)], false, false],
    ['one above before them', [46, ...low(15)], false, true],
    ['nothing', [], false, false],
  ])('%s', (_, values, highOn, lowOn) => {
    expect(trackingAlarms({ ...ALARM_DEFAULTS, values, target: 50 })).toEqual({ high: highOn, low: lowOn });
  });
});

describe('cooldowns', () => {
  const fresh: CooldownState = { scaleOuts: [], scaleInAtSeconds: null };
  const added = (...outs: [at: number, added: number][]): CooldownState => ({
    scaleOuts: outs.map(([atSeconds, count]) => ({ atSeconds, added: count })),
    scaleInAtSeconds: null,
  });
  const removedAt = (scaleInAtSeconds: number): CooldownState => ({ scaleOuts: [], scaleInAtSeconds });
  const base = {
    minCapacity: 1,
    maxCapacity: 100,
    scaleOutCooldownSeconds: 300,
    scaleInCooldownSeconds: 300,
  };

  it.each<[string, number, number, number, CooldownState, number]>([
    ['the first scale-out is whole', 4, 6, 0, fresh, 6],
    ['+2 before, +3 now: only +1', 6, 9, 60, added([0, 2]), 7],
    ['+2 before, +2 now: nothing', 6, 8, 60, added([0, 2]), 6],
    ['+2 before, +1 now: nothing, and nothing is taken', 6, 7, 60, added([0, 2]), 6],
    ['what was added in two goes counts together', 7, 11, 60, added([0, 2], [30, 1]), 8],
    ['a little before the cooldown ends it still counts', 6, 9, 299.9, added([0, 2]), 7],
    ['at its end it does not', 6, 9, 300, added([0, 2]), 9],
    ['the first scale-in is whole', 6, 4, 0, fresh, 4],
    ['a scale-in waits for the one before', 6, 4, 299.9, removedAt(0), 6],
    ['just as long after it goes', 6, 4, 300, removedAt(0), 4],
    ['a scale-out does not wait for it', 6, 8, 10, removedAt(0), 8],
    ['nor does a scale-in wait for a scale-out', 6, 4, 10, added([0, 2]), 4],
    ['not above the bound', 99, 150, 0, fresh, 100],
    ['not below it', 2, 0, 0, fresh, 1],
    ['what lies above the bound is taken into it', 120, 130, 0, fresh, 100],
    ['what lies below it as well', 0, 0, 0, fresh, 1],
  ])('%s', (_, capacity, desired, atSeconds, state, result) => {
    expect(withCooldown({ ...base, capacity, desired, atSeconds, state }).desiredCapacity).toBe(result);
  });

  it('a scale-out ends the wait for a scale-in', () => {
    const out = withCooldown({ ...base, capacity: 6, desired: 7, atSeconds: 10, state: removedAt(0) });
    expect(out.state.scaleInAtSeconds).toBeNull();
    const back = withCooldown({ ...base, capacity: 7, desired: 5, atSeconds: 20, state: out.state });
    expect(back.desiredCapacity).toBe(5);
  });

  it('what counts is what was really added', () => {
    const first = withCooldown({ ...base, capacity: 98, desired: 120, atSeconds: 0, state: fresh });
    expect(first.state.scaleOuts).toEqual([{ atSeconds: 0, added: 2 }]);
  });

  it('a scale-in that changes nothing starts no wait', () => {
    const held = withCooldown({ ...base, capacity: 1, desired: 0, atSeconds: 0, state: fresh });
    expect(held.state.scaleInAtSeconds).toBeNull();
  });
});

it('the rule aws/target-tracking carries its state on', () => {
  const { input, evaluate } = AWS_RULES.find(({ name }) => name === 'aws/target-tracking')!;
  const call = (written: object) =>
    evaluate(input.parse(written)) as { desiredCapacity: number; state: unknown };
  const first = call({ capacity: 4, policies: [{ metric: 75, target: 50 }] });
  expect(first.desiredCapacity).toBe(6);
  const second = call({
    capacity: 6,
    policies: [{ metric: 75, target: 50 }],
    atSeconds: 60,
    state: first.state,
  });
  expect(second.desiredCapacity).toBe(7);
});

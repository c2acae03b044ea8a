import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needOf, oracle } from '../../../../src/policies/scaling/bounds/need.ts';
import { oraclePolicy, zeroLeadPolicy } from '../../../../src/policies/scaling/bounds/policies.ts';
import type { ScalingPolicy } from '../../../../src/policies/scaling/policy.ts';
import { call } from '../kubernetes/call.ts';
import { observe, POOL, type PoolNow } from '../llm/observation.ts';

describe('bounds/need', () => {
  it.each([
    ['a full replica', 5, 1],
    ['a little more', 5.01, 2],
    ['nothing', 0, 0],
    ['next to nothing', 1e-9, 1],
  ])('of %s', (_, arrivalsPerSecond, replicas) => {
    expect(call('bounds/need', { arrivalsPerSecond, capacityPerReplica: 5 })).toEqual({ replicas });
  });
});

describe('bounds/oracle', () => {
  /** Needs of the minutes to come; decisions every minute. */
  const desired = (needs: number[], more: object) =>
    call('bounds/oracle', {
      arrivalsPerSecond: needs.map((need) => need * 5),
      capacityPerReplica: 5,
      current: 0,
      coldStartSeconds: 120,
      ...more,
    }).desiredReplicas;

  it('orders what is needed before the next order could be there', () => {
    // Ordered in a minute it is there in three: the minutes that begin before count.
    expect(desired([1, 1, 2, 9], {})).toBe(2);
    expect(desired([1, 1, 2, 9], { intervalSeconds: 61 })).toBe(9);
    expect(desired([1, 2, 9], { coldStartSeconds: 0 })).toBe(1);
    expect(desired([1, 2, 9], { coldStartSeconds: 1 })).toBe(2);
  });

  it('counts the present minute at least', () => {
    expect(desired([3, 9], { coldStartSeconds: 0, intervalSeconds: 1 })).toBe(3);
  });

  it('releases what is not needed again within the break-even', () => {
    const gap = [1, 1, 1, 1, 1, 4];
    // Needed again in 300 s: that is not longer than 300 s, but longer than 299.
    expect(desired(gap, { current: 4, breakEvenSeconds: 300 })).toBe(4);
    expect(desired(gap, { current: 4, breakEvenSeconds: 299 })).toBe(1);
  });

  it('keeps only as many as will be needed, and only of those that are there', () => {
    const gap = [1, 1, 1, 1, 1, 4];
    expect(desired(gap, { current: 9, breakEvenSeconds: 300 })).toBe(4);
    expect(desired(gap, { current: 2, breakEvenSeconds: 300 })).toBe(2);
  });

  it('sees no further than it is told', () => {
    expect(desired([2], { coldStartSeconds: 3600, breakEvenSeconds: 7200, current: 5 })).toBe(2);
  });

  it('has what is needed ready at any time, once a cold start has passed', () => {
    const loads = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 20, maxLength: 60 });
    const times = fc.record({
      coldStartSteps: fc.integer({ min: 0, max: 6 }),
      intervalSteps: fc.integer({ min: 1, max: 4 }),
      breakEvenSteps: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(loads, times, (load, { coldStartSteps, intervalSteps, breakEvenSteps }) => {
        // When each replica is ready; the last are the first to go.
        let readyAt: number[] = [];
        for (let step = 0; step < load.length; step++) {
          if (step % intervalSteps === 0) {
            const { desiredReplicas } = oracle({
              arrivalsPerSecond: load.slice(step),
              stepSeconds: 60,
              capacityPerReplica: 5,
              current: readyAt.length,
              coldStartSeconds: 60 * coldStartSteps,
              intervalSeconds: 60 * intervalSteps,
              breakEvenSeconds: 60 * breakEvenSteps,
            });
            readyAt = readyAt.slice(0, desiredReplicas);
            while (readyAt.length < desiredReplicas) readyAt.push(step + coldStartSteps);
          }
          const ready = readyAt.filter((at) => at <= step).length;
          if (step >= coldStartSteps) expect(ready).toBeGreaterThanOrEqual(needOf(load[step], 5));
        }
      }),
    );
  });
});

describe('bounds/zero-lead', () => {
  it.each([
    ['is for the present step', [9, 30], 60, 2],
    ['and for those that begin before the next decision', [9, 30], 61, 6],
    ['whatever follows', [9, 0, 0, 30], 180, 2],
  ])('%s', (_, arrivalsPerSecond, intervalSeconds, desiredReplicas) => {
    const input = { arrivalsPerSecond, intervalSeconds, capacityPerReplica: 5 };
    expect(call('bounds/zero-lead', input)).toEqual({ desiredReplicas });
  });
});

describe('the policies', () => {
  const first = (policy: ScalingPolicy, now: PoolNow, written: object = {}) =>
    policy.recommend(policy.parameters.parse(written), observe(now), null);
  const foresight = {
    stepSeconds: 60,
    arrivalsPerSecond: [10, 10, 15, 40, 10, 10, 10],
    replicaCapacityPerSecond: 5,
  };

  it('oracle looks one mean cold start and one interval ahead', () => {
    // The pool's cold start is 120 s.
    expect(POOL.coldStartSeconds).toBe(120);
    expect(first(oraclePolicy, { foresight })).toMatchObject({
      desiredReplicas: 3,
      reason: 'need 3 within 180 s',
    });
    expect(first(oraclePolicy, { foresight }, { lead: '3m' }).desiredReplicas).toBe(8);
  });

  it('oracle keeps replicas for the break-even', () => {
    const now = { foresight, wanted: 8 };
    expect(first(oraclePolicy, now, { lead: 0, breakEven: '179s' }).desiredReplicas).toBe(3);
    expect(first(oraclePolicy, now, { lead: 0, breakEven: '3m' }).desiredReplicas).toBe(8);
  });

  it('oracle says where it sees less than it should', () => {
    const { reason } = first(oraclePolicy, { foresight }, { lead: '1h' });
    expect(reason).toBe('need 8 within 3660 s (only 420 s are foreseen)');
  });

  it('zero-lead asks for what is needed now', () => {
    expect(first(zeroLeadPolicy, { foresight }).desiredReplicas).toBe(2);
    expect(first(zeroLeadPolicy, { foresight }, { interval: '4m' }).desiredReplicas).toBe(8);
  });

  it.each([oraclePolicy, zeroLeadPolicy])('$name asks for foresight, and holds without', (policy) => {
    expect(policy.needs!(policy.parameters.parse({}))).toContain('foresight');
    expect(first(policy, {}).desiredReplicas).toBeNull();
    expect(first(policy, { foresight: { ...foresight, arrivalsPerSecond: [] } }).desiredReplicas).toBeNull();
  });
});

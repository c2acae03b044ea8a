import { describe, expect, it } from 'vitest';
import { flaps, measure } from '../../../src/experiment/compare/measures.ts';
import { resultOf, windowOf } from './constructed.ts';

const replicas = (ready: number, loading = 0) => ({ replicasReady: ready, replicasLoading: loading });

const result = resultOf([
  windowOf(0, { arrived: 100, attained: 100, good: 90, ...replicas(2) }),
  windowOf(1, { arrived: 100, attained: 40, good: 50, ...replicas(2, 1) }),
  windowOf(2, { arrived: 0, attained: 0, good: 0, ...replicas(3) }),
  windowOf(3, { arrived: 10, attained: 4, good: 4, ...replicas(3) }),
  windowOf(4, { phase: 'drain', arrived: 0, attained: 0, good: 1000, ...replicas(9) }),
]);

describe('the measures of a run', () => {
  it('count minutes with fewer and with more ready replicas than needed, within the day', () => {
    // At the start of the windows 2, 2, 2 and 3 are ready.
    expect(measure(result, [1, 3, 2, 4])).toMatchObject({ underMinutes: 2, overMinutes: 1 });
    const unknown = measure(result, undefined);
    expect([unknown.underMinutes, unknown.overMinutes]).toEqual([NaN, NaN]);
  });

  it('take replicas in every state but off, and changes of what is wanted, not holds', () => {
    const hours = { provisioning: 1, loading: 2, ready: 30, draining: 4 };
    const change = { recommendedReplicas: 3, readyReplicas: 2, reason: '', pool: 0 };
    const scaling = [
      { ...change, atSeconds: 60, fromReplicas: 2, toReplicas: 3 },
      { ...change, atSeconds: 90, fromReplicas: 3, toReplicas: 3 },
      { ...change, atSeconds: 120, fromReplicas: 3, toReplicas: 2 },
    ];
    const scaled = resultOf([...result.windows], { replicaHours: [hours, hours], scaling });
    expect(measure(scaled, undefined)).toMatchObject({ replicaHours: 74, actions: 2, flaps: 1 });
  });

  it('find the worst minute among those in which requests came, the first of equal ones', () => {
    expect(measure(result, undefined)).toMatchObject({
      worstMinuteAttainment: 0.4,
      worstMinuteStartSeconds: 60,
    });
  });

  it('put shorter windows together to minutes', () => {
    const half = (part: number, attained: number) =>
      windowOf(0, { startSeconds: 30 * part, endSeconds: 30 * (part + 1), arrived: 10, attained });
    const { worstMinuteAttainment, worstMinuteStartSeconds } = measure(
      resultOf([half(0, 0), half(1, 10), half(2, 4), half(3, 4)]),
      undefined,
    );
    expect([worstMinuteAttainment, worstMinuteStartSeconds]).toEqual([0.4, 60]);
  });

  it('take goodput over the day, misses and cost over everything', () => {
    const { goodputPerSecond, misses, attainment, totalUsd } = measure(result, undefined);
    expect(goodputPerSecond).toBeCloseTo(144 / 240, 12);
    // Of the fixture: 7,128 of 7,200; $0.96 of electricity and four node-hours of $4.5434.
    expect(misses).toBe(72);
    expect(attainment).toBeCloseTo(0.99, 12);
    expect(totalUsd).toBeCloseTo(0.96 + 4 * 4.5434, 3);
  });
});

describe('flaps', () => {
  const change = (atSeconds: number, by: number, pool = 0) => {
    return { atSeconds, pool, fromReplicas: 10, toReplicas: 10 + by };
  };

  it('are changes against the one before within ten minutes, ten included', () => {
    expect(flaps([change(0, 2), change(600, -1)])).toBe(1);
    expect(flaps([change(0, 2), change(600.5, -1)])).toBe(0);
    expect(flaps([change(0, 2), change(60, 3), change(120, -1), change(180, 1)])).toBe(2);
    expect(flaps([])).toBe(0);
  });

  it('are counted in each pool for itself', () => {
    expect(flaps([change(0, 2), change(60, -1, 1), change(120, 1)])).toBe(0);
  });
});

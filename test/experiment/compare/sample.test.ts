import { describe, expect, it } from 'vitest';
import { reduced, suitablePart, WHOLE_REQUESTS_MAX } from '../../../src/experiment/compare/sample.ts';

const pool = (replicas: number, share: number, autoscaling?: Record<string, unknown>) => {
  return { replicas, share, cells: 'auto' as const, autoscaling };
};

describe('a part of a fleet', () => {
  it('is taken of a huge one only, never of a trace', () => {
    expect(suitablePart(WHOLE_REQUESTS_MAX, [10_000])).toBe(1);
    expect(suitablePart(undefined, [10_000])).toBe(1);
    expect(suitablePart(250e6, [1450])).toBe(25);
  });

  it('leaves the smallest pool forty replicas', () => {
    expect(suitablePart(250e6, [1450, 100])).toBe(2);
    expect(suitablePart(250e6, [30])).toBe(1);
  });

  it('cuts replicas, bounds and rate limits, and the traffic by what the replicas really are cut by', () => {
    const autoscaling = {
      min: 3,
      max: 104,
      initial: 55,
      stabilisation: { upPerMinute: 5, downPerMinute: null },
    };
    const { pools, factor } = reduced([pool(104, 1, autoscaling)], 10);
    expect(pools[0]).toMatchObject({
      replicas: 10,
      cells: 1,
      share: 1,
      autoscaling: { min: 1, max: 10, initial: 6, stabilisation: { upPerMinute: 0.5, downPerMinute: null } },
    });
    expect(factor).toBeCloseTo(10 / 104, 12);
  });

  it('keeps every pool’s traffic in proportion to its replicas', () => {
    const { pools, factor } = reduced([pool(100, 0.5), pool(45, 0.5)], 10);
    // 45 replicas become 5, a ninth: so much of that pool's traffic remains.
    expect(factor).toBeCloseTo(0.5 / 10 + 0.5 / 9, 12);
    expect(pools[0].share * factor).toBeCloseTo(0.05, 12);
    expect(pools[1].share * factor).toBeCloseTo(0.5 / 9, 12);
  });

  it('leaves none none', () => {
    expect(reduced([pool(100, 1, { min: 0 })], 10).pools[0].autoscaling).toEqual({ min: 0 });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorStatistics } from '../../src/accuracy/statistics.ts';

const errors = fc.array(fc.double({ min: -1, max: 10, noNaN: true }), { minLength: 1 });

describe('errorStatistics', () => {
  it('gives median, p90 and maximum of the absolute error, and the mean with its sign', () => {
    // In order of size 0, 5, 10, 20, 30 %: the p90 lies at rank 0.9·4 = 3.6, between 20 and 30 %.
    const statistics = errorStatistics([-0.1, 0.2, 0, 0.05, -0.3]);
    expect(statistics.count).toBe(5);
    expect(statistics.medianError).toBeCloseTo(0.1, 12);
    expect(statistics.p90Error).toBeCloseTo(0.26, 12);
    expect(statistics.maxError).toBe(0.3);
    expect(statistics.bias).toBeCloseTo(-0.03, 12);
  });

  it('takes the mean of the middle two of an even number', () => {
    expect(errorStatistics([0.1, -0.2, 0.4, 0.3]).medianError).toBeCloseTo(0.25, 12);
  });

  it('refuses an empty list', () => {
    expect(() => errorStatistics([])).toThrow('no errors given');
  });

  it('orders its figures, whatever the order of the errors', () => {
    fc.assert(
      fc.property(errors, (list) => {
        const { medianError, p90Error, maxError, bias } = errorStatistics(list);
        expect(medianError).toBeLessThanOrEqual(p90Error);
        expect(p90Error).toBeLessThanOrEqual(maxError);
        expect(Math.abs(bias)).toBeLessThanOrEqual(maxError * (1 + 1e-12));
        expect(errorStatistics(list.toReversed()).p90Error).toBe(p90Error);
      }),
    );
  });
});

// Student's t against the printed tables, and paired differences by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedDifference } from '../../../src/experiment/compare/paired.ts';
import { studentQuantile, studentShareWithin } from '../../../src/experiment/compare/student-t.ts';

describe('Student’s t', () => {
  it('has the quantiles of the printed tables', () => {
    const table: [degrees: number, at95: number, at99: number][] = [
      [1, 12.706, 63.657],
      [2, 4.303, 9.925],
      [3, 3.182, 5.841],
      [4, 2.776, 4.604],
      [9, 2.262, 3.25],
      [10, 2.228, 3.169],
      [30, 2.042, 2.75],
      [120, 1.98, 2.617],
    ];
    for (const [degrees, at95, at99] of table) {
      expect(studentQuantile(0.95, degrees)).toBeCloseTo(at95, 3);
      expect(studentQuantile(0.99, degrees)).toBeCloseTo(at99, 3);
    }
  });

  it('has quantiles that give their share back', () => {
    const share = fc.double({ min: 0.01, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 200 }), (p, degrees) => {
        expect(studentShareWithin(studentQuantile(p, degrees), degrees)).toBeCloseTo(p, 9);
      }),
    );
  });
});

describe('a paired difference', () => {
  it('is the mean of the differences, with the interval of their spread', () => {
    // Differences 1, 2, 3: mean 2, standard deviation 1, standard error 1/√3, t 4.303.
    const { mean, halfWidth, verdict, pairs } = pairedDifference([11, 22, 33], [10, 20, 30]);
    expect(mean).toBe(2);
    expect(pairs).toBe(3);
    expect(halfWidth).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
    expect(verdict).toBe('within chance');
  });

  it('is real where 0 lies outside its interval, though the seeds differ far more than the policies', () => {
    const reference = [100, 250, 30, 470];
    const cheaper = reference.map((value, i) => value - 5 - 0.1 * i);
    expect(pairedDifference(cheaper, reference).verdict).toBe('real');
    expect(pairedDifference([101, 249, 31, 469], reference).verdict).toBe('within chance');
  });

  it('is real without an interval where it is always the same', () => {
    expect(pairedDifference([3, 4], [1, 2])).toEqual({ pairs: 2, mean: 2, halfWidth: 0, verdict: 'real' });
  });

  it('has no interval for a single pair, whatever it is', () => {
    const one = pairedDifference([3], [1]);
    expect(one).toMatchObject({ mean: 2, verdict: 'one seed' });
    expect(one.halfWidth).toBeNaN();
  });
});

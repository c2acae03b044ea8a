// vLLM's buckets out of ours: what a count may be off by, counted from the values themselves.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/kernel/histogram.ts';
import { secondsToTicks } from '../../../src/kernel/ticks.ts';
import {
  cumulativeCounts,
  histogramSamples,
  REQUEST_BOUNDS,
  TOKEN_BOUNDS,
  TTFT_BOUNDS,
} from '../../../src/report/prometheus/buckets.ts';

function histogramOf(seconds: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of seconds) histogram.add(secondsToTicks(value));
  return histogram;
}

const upTo = (seconds: readonly number[], bound: number) => seconds.filter((value) => value <= bound).length;

describe('cumulative counts', () => {
  it('are exact where no value is near a bound', () => {
    const histogram = histogramOf([0.0005, 0.03, 0.03, 0.6, 3, 300, 5000]);
    expect(cumulativeCounts(histogram, TTFT_BOUNDS)).toEqual([
      1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 6, 6,
    ]);
  });

  it('are the true ones at a bound at most 1 % away, and never fall', () => {
    const values = fc.array(fc.double({ min: 1e-4, max: 9000, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(values, fc.constantFrom(TTFT_BOUNDS, TOKEN_BOUNDS, REQUEST_BOUNDS), (seconds, bounds) => {
        const counts = cumulativeCounts(histogramOf(seconds), bounds);
        for (const [i, bound] of bounds.entries()) {
          expect(counts[i]).toBeGreaterThanOrEqual(upTo(seconds, bound * 0.99));
          expect(counts[i]).toBeLessThanOrEqual(upTo(seconds, bound * 1.01));
          if (i > 0) expect(counts[i]).toBeGreaterThanOrEqual(counts[i - 1]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('share out the bucket in which a bound lies: of a thousand values spread around 0.1 s as many as lie below', () => {
    const seconds = Array.from({ length: 1000 }, (_, i) => 0.09 + (i / 1000) * 0.02);
    const [below] = cumulativeCounts(histogramOf(seconds), [0.1]);
    expect(Math.abs(below - 500)).toBeLessThan(5);
  });

  it('do not fall from scrape to scrape either', () => {
    const histogram = new Histogram();
    let before = TTFT_BOUNDS.map(() => 0);
    let sum = 0;
    for (let i = 1; i < 400; i++) {
      histogram.add(secondsToTicks(0.249 + (i % 7) * 0.0005));
      const now = cumulativeCounts(histogram, TTFT_BOUNDS);
      now.forEach((count, bound) => expect(count).toBeGreaterThanOrEqual(before[bound]));
      expect(histogram.sum()).toBeGreaterThan(sum);
      [before, sum] = [now, histogram.sum()];
    }
  });
});

describe('samples of a histogram', () => {
  it('end with +Inf, the exact sum and the exact count', () => {
    const samples = histogramSamples({ pool: 'main' }, histogramOf([0.25, 0.5, 9999]), [0.3, 1]);
    expect(samples).toEqual([
      { suffix: '_bucket', labels: { pool: 'main', le: '0.3' }, value: 1 },
      { suffix: '_bucket', labels: { pool: 'main', le: '1.0' }, value: 2 },
      { suffix: '_bucket', labels: { pool: 'main', le: '+Inf' }, value: 3 },
      { suffix: '_sum', labels: { pool: 'main' }, value: 9999.75 },
      { suffix: '_count', labels: { pool: 'main' }, value: 3 },
    ]);
  });
});

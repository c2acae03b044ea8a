import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketFloor,
  bucketMiddle,
  bucketOf,
  Histogram,
  HISTOGRAM_BUCKETS,
} from '../../src/kernel/histogram.ts';
import { TICKS_PER_SECOND } from '../../src/kernel/ticks.ts';

const ticks = fc.integer({ min: 4096, max: Number.MAX_SAFE_INTEGER });

describe('histogram', () => {
  it('stands for every value above a microsecond with at most 0.4 % error', () => {
    fc.assert(
      fc.property(ticks, (value) => {
        const bucket = bucketOf(value);
        expect(bucketFloor(bucket)).toBeLessThanOrEqual(value);
        expect(bucketFloor(bucket + 1)).toBeGreaterThan(value);
        expect(Math.abs(bucketMiddle(bucket) - value) / value).toBeLessThan(0.004);
      }),
    );
  });

  it('covers two years with its buckets', () => {
    expect(bucketOf(0)).toBe(0);
    expect(bucketOf(4095)).toBe(0);
    expect(bucketOf(4096)).toBe(1);
    expect(bucketOf(2 ** 58 - 2 ** 5)).toBe(HISTOGRAM_BUCKETS - 1);
    expect(2 * 366 * 86_400 * TICKS_PER_SECOND).toBeLessThan(2 ** 58);
  });

  it('gives nearest-rank quantiles of what was recorded, within 1 %', () => {
    fc.assert(
      fc.property(fc.array(ticks, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        const ranks = [0.01, 0.5, 0.9, 0.99, 1];
        for (const [i, quantile] of histogram.quantiles(ranks).entries()) {
          const exact = sorted[Math.max(1, Math.ceil(ranks[i] * values.length)) - 1];
          expect(Math.abs(quantile - exact) / exact).toBeLessThan(0.01);
        }
      }),
    );
  });

  it('records a run of steps as if they had come one by one', () => {
    const run = fc.record({
      first: fc.integer({ min: 1, max: 2 ** 34 }),
      step: fc.integer({ min: 0, max: 2 ** 28 }),
      count: fc.integer({ min: 1, max: 400 }),
      weight: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(run, ({ first, step, count, weight }) => {
        const atOnce = new Histogram();
        atOnce.addRun(first, step, count, weight, count * first + (step * count * (count - 1)) / 2);
        const oneByOne = new Histogram();
        for (let j = 0; j < count; j++) {
          for (let w = 0; w < weight; w++) oneByOne.add(first + j * step);
        }
        expect(atOnce.counts).toEqual(oneByOne.counts);
        expect(atOnce.mean()).toBe(oneByOne.mean());
      }),
      { numRuns: 40 },
    );
  });

  it('merges to the same whichever way the parts are grouped, sparse or not', () => {
    fc.assert(
      fc.property(fc.array(fc.array(ticks, { maxLength: 20 }), { maxLength: 6 }), (parts) => {
        const whole = new Histogram();
        const merged = new Histogram();
        for (const [i, part] of parts.entries()) {
          const histogram = new Histogram();
          for (const value of part) {
            histogram.add(value);
            whole.add(value);
          }
          merged.merge(i % 2 === 0 ? histogram : histogram.take());
        }
        expect(merged.counts).toEqual(whole.counts);
        expect(merged.mean()).toEqual(whole.mean());
      }),
    );
  });

  it('is handed over from the least value to the greatest, in whichever buckets they are', () => {
    const anywhere = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 57.99, noNaN: true }).map(powerOfTwo));
    fc.assert(
      fc.property(fc.array(anywhere, { minLength: 1, maxLength: 20 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const [least, greatest] = [Math.min(...values), Math.max(...values)].map(bucketOf);
        expect(histogram.count()).toBe(values.length);
        expect(histogram.quantiles([1e-9, 1])).toEqual([least, greatest].map(bucketMiddle));
        const { firstBucket, counts } = histogram.take();
        expect([firstBucket, counts.length]).toEqual([least, greatest - least + 1]);
        expect(counts[0] * counts[counts.length - 1]).toBeGreaterThan(0);
        expect(counts.reduce((sum, count) => sum + count)).toBe(values.length);
        expect(histogram.count()).toBe(0);
        expect(histogram.counts).toEqual(new Histogram().counts);
      }),
    );
  });

  it('keeps an exact mean where the sum exceeds 2^53', () => {
    const histogram = new Histogram();
    for (let i = 0; i < 1000; i++) histogram.add(2 ** 52 + 2 * i);
    expect(histogram.mean()).toBe(2 ** 52 + 999);
  });

  it('has no quantiles and no mean without values', () => {
    const histogram = new Histogram();
    expect(histogram.quantiles([0.5])).toEqual([NaN]);
    expect(histogram.mean()).toBeNaN();
  });
});

function powerOfTwo(exponent: number): number {
  return Math.floor(2 ** exponent);
}

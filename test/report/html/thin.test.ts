// Thinner lines keep what one looks for in them: every spike, every gap, and the order of time.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isolated, thinned, thinnedBand } from '../../../src/report/html/charts/thin.ts';

const bins = (to: number, count: number) => ({ from: 0, to, count });
const index = (length: number) => Array.from({ length }, (_, i) => i);

it('leaves a line alone that has fewer points than there are bins', () => {
  expect(thinned({ x: [0, 1, 2], y: [5, 4, 6] }, bins(2, 100))).toEqual([
    { x: 0, y: 5 },
    { x: 1, y: 4 },
    { x: 2, y: 6 },
  ]);
});

it('keeps a spike of one window among a million, up or down, at its time', () => {
  const y = new Float64Array(1_000_000).fill(1);
  y[123_456] = 50;
  y[777_777] = -3;
  const points = thinned({ x: index(y.length), y }, bins(y.length, 400));
  expect(points.length).toBeLessThanOrEqual(800);
  expect(points).toContainEqual({ x: 123_456, y: 50 });
  expect(points).toContainEqual({ x: 777_777, y: -3 });
});

it('keeps least and largest of every line, in the order of time, with at most two points a bin', () => {
  const series = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(NaN)), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 50 }), (y, count) => {
      const points = thinned({ x: index(y.length), y }, bins(y.length, count));
      const values = y.filter((value) => !Number.isNaN(value));
      const kept = points.map(({ y }) => y).filter((value) => !Number.isNaN(value));
      if (values.length > 0) {
        expect(Math.min(...kept)).toBe(Math.min(...values));
        expect(Math.max(...kept)).toBe(Math.max(...values));
      }
      expect(points.length).toBeLessThanOrEqual(2 * count);
      for (const [i, { x, y: value }] of points.entries()) {
        if (i > 0) expect(x).toBeGreaterThan(points[i - 1].x);
        if (!Number.isNaN(value)) expect(y[x]).toBe(value);
      }
    }),
  );
});

it('breaks a line where there is no value, and tells points apart that no line joins', () => {
  const points = thinned({ x: index(7), y: [1, 2, NaN, NaN, 3, NaN, 4] }, bins(7, 7));
  expect(points.map(({ y }) => y)).toEqual([1, 2, NaN, 3, NaN, 4]);
  expect(isolated(points).map(({ y }) => y)).toEqual([3, 4]);
});

it('draws a band from the least of the lower to the largest of the upper values', () => {
  const band = thinnedBand(index(4), [2, 1, NaN, 5], [3, 4, NaN, 6], bins(4, 2));
  expect(band).toEqual([
    { x: 0, low: 1, high: 4 },
    { x: 2, low: 5, high: 6 },
  ]);
});

it('leaves out what lies beyond the axis', () => {
  expect(thinned({ x: [-1, 0, 1, 9], y: [9, 1, 2, 9] }, bins(2, 4)).map(({ y }) => y)).toEqual([1, 2]);
});

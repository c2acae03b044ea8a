import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pueAt, temperatureChanges } from '../../src/economics/prices/pue.ts';
import type { PueSpec, Series } from '../../src/economics/spec.ts';

const HOUR_MS = 3_600_000;
/** 0 °C, then 15, then 30, then 45. */
const celsius: Series = {
  file: 'weather.csv',
  startsEpochMs: [0, 1, 2, 3].map((hour) => hour * HOUR_MS),
  values: [0, 15, 30, 45],
  endEpochMs: 4 * HOUR_MS,
};
const cold = [
  { load: 0.2, pue: 1.4 },
  { load: 1, pue: 1.1 },
];
const hot = [
  { load: 0.2, pue: 1.8 },
  { load: 1, pue: 1.3 },
];
const curve = (more: Partial<Extract<PueSpec, { kind: 'curve' }>>): PueSpec => ({
  kind: 'curve',
  fullLoadWatts: 1000,
  curves: [{ points: cold }],
  ...more,
});

describe('the PUE', () => {
  it('is constant where one number is given', () => {
    expect(pueAt({ kind: 'constant', pue: 1.2 }, 12_345, 0)).toBe(1.2);
  });

  it.each([
    [0, 1.4],
    [200, 1.4],
    [400, 1.325],
    [600, 1.25],
    [1000, 1.1],
    [1500, 1.1],
  ])('at %i of 1,000 W is %f: linear between the points, flat beyond them', (watts, pue) => {
    expect(pueAt(curve({}), watts, 0)).toBeCloseTo(pue, 12);
  });

  it.each([
    [0, 1.25],
    [1, 1.4],
    [2, 1.55],
    [3, 1.55],
  ])('in hour %i with a temperature is %f at 600 W: bilinear', (hour, pue) => {
    const curves = [
      { celsius: 0, points: cold },
      { celsius: 30, points: hot },
    ];
    expect(pueAt(curve({ curves, celsius }), 600, hour * HOUR_MS)).toBeCloseTo(pue, 12);
  });

  it('changes within a window where the temperature does', () => {
    const curves = [{ celsius: 0, points: cold }];
    expect(temperatureChanges(curve({ curves, celsius }), 0, 3 * HOUR_MS)).toEqual([HOUR_MS, 2 * HOUR_MS]);
    expect(temperatureChanges(curve({}), 0, 3 * HOUR_MS)).toEqual([]);
  });

  it('lies between the least and the greatest of its points', () => {
    const points = fc
      .uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 })
      .chain((loads) =>
        fc
          .array(fc.double({ min: 1, max: 3, noNaN: true }), {
            minLength: loads.length,
            maxLength: loads.length,
          })
          .map((pues) =>
            loads.toSorted((a, b) => a - b).map((load, i) => ({ load: load / 10, pue: pues[i] })),
          ),
      );
    const check = fc.property(points, fc.double({ min: 0, max: 3000, noNaN: true }), (list, watts) => {
      const pue = pueAt(curve({ curves: [{ points: list }] }), watts, 0);
      const pues = list.map((point) => point.pue);
      expect(pue).toBeGreaterThanOrEqual(Math.min(...pues) - 1e-12);
      expect(pue).toBeLessThanOrEqual(Math.max(...pues) + 1e-12);
    });
    fc.assert(check);
  });
});

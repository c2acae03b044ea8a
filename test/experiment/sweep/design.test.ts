import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Axis, DiscreteAxis } from '../../../src/experiment/sweep/design/axis.ts';
import { combinations } from '../../../src/experiment/sweep/design/designs.ts';
import { latinHypercube, sharesOf } from '../../../src/experiment/sweep/design/latin-hypercube.ts';
import { axisOf, parseParameter } from '../../../src/experiment/sweep/design/parameters.ts';

function levels(argument: string): unknown[] {
  const axis = parseParameter(argument) as DiscreteAxis;
  return axis.levels.map(({ assignments }) => Object.values(assignments)[0]);
}

const problem = (name: string, values: unknown) => (axisOf(name, values) as { problem: string }).problem;

describe('the values of a parameter', () => {
  it('are a list, a range by steps, or one by a factor, both ends included', () => {
    expect(levels('a.b=3,hpa,true,2h')).toEqual([3, 'hpa', true, '2h']);
    expect(levels('fleet.pools[0].replicas=1000..2000:250')).toEqual([1000, 1250, 1500, 1750, 2000]);
    expect(levels('a=0.1..0.7:0.1')).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(levels('a=1..1000*10')).toEqual([1, 10, 100, 1000]);
    expect(levels('a=10ms..30ms:10ms')).toEqual(['10ms', '20ms', '30ms']);
    expect(levels('a=1,5..6:1,9')).toEqual([1, 5, 6, 9]);
    expect(levels('autoscaling={policy: hpa, min: 2},kpa')).toEqual(['{policy: hpa, min: 2}', 'kpa']);
  });

  it('are so many of a range, evenly or on a log scale', () => {
    const axis = axisOf('a', { from: 1, to: 100, points: 5, scale: 'log' }) as DiscreteAxis;
    expect(axis.levels.map(({ label }) => label)).toEqual(['1', '3.16228', '10', '31.6228', '100']);
    const whole = axisOf('a', { from: 1, to: 8, points: 4, whole: true }) as DiscreteAxis;
    expect(whole.levels.map(({ label }) => label)).toEqual(['1', '3', '6', '8']);
  });

  it('may move several paths together', () => {
    const axis = axisOf('size', [
      { 'a.b': 1, c: { d: [2] } },
      { 'a.b': 2, c: 'x' },
    ]) as DiscreteAxis;
    expect(axis.levels.map(({ assignments }) => assignments)).toEqual([
      { 'a.b': 1, c: '{"d":[2]}' },
      { 'a.b': 2, c: 'x' },
    ]);
  });

  it('are refused where they mean nothing, with the way out', () => {
    expect(problem('a', '2000..1000:100')).toMatch(/upwards/);
    expect(problem('a', '1..2:0.3')).toMatch(/does not come to 2/);
    expect(problem('a', '1..2:0')).toMatch(/leads nowhere/);
    expect(problem('a', '0..8*2')).toMatch(/from 0/);
    expect(problem('a', '1..1e9:1')).toMatch(/more than 10000/);
    expect(problem('a', '1ms..2s:1ms')).toMatch(/several units/);
    expect(problem('a', [1, 2, 1])).toMatch(/1 twice/);
    expect(problem('a', [])).toMatch(/no values/);
    expect(problem('a', [1, null])).toMatch(/must be a number, text/);
    expect(problem('a b', [1])).toMatch(/not a path/);
    expect(problem('seed', [1])).toMatch(/give seeds/);
    expect(problem('a', [1, '1..2'])).toMatch(/without steps/);
    expect(problem('a', { from: 1, to: 2, steps: 3 })).toMatch(/unknown key steps/);
    expect(problem('size', [{ a: 1 }, { b: 1 }])).toMatch(/same ones/);
    expect(parseParameter('duration')).toMatchObject({ problem: expect.stringMatching(/no "="/) as string });
  });
});

const axes = (...args: string[]) => args.map((argument) => parseParameter(argument) as Axis);
const labels = (rows: ReturnType<typeof combinations>) =>
  rows.map((row) => row.map(({ label }) => label).join(' '));

describe('a design', () => {
  it('is every combination, the last parameter changing fastest', () => {
    expect(labels(combinations(axes('a=1,2', 'b=x,y'), { kind: 'grid' }))).toEqual([
      '1 x',
      '1 y',
      '2 x',
      '2 y',
    ]);
  });

  it('or the first values together, then the second', () => {
    expect(labels(combinations(axes('a=1,2', 'b=x,y'), { kind: 'list' }))).toEqual(['1 x', '2 y']);
    expect(() => combinations(axes('a=1,2,3', 'b=x,y'), { kind: 'list' })).toThrow(/a 3, b 2/);
  });

  it('refuses an open range but in a Latin hypercube, and a grid that never ends', () => {
    expect(() => combinations(axes('a=1..2'), { kind: 'grid' })).toThrow(/latin-hypercube/);
    expect(() => combinations(axes('a=1..1000:1', 'b=1..1000:1'), { kind: 'grid' })).toThrow(/1000000/);
  });
});

describe('a Latin hypercube', () => {
  it('uses every one of n strata of every axis once, whatever n, the seed and the axis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.string(), (points, seed, name) => {
        const strata = sharesOf(name, { points, seed }).map((share) => Math.floor(share * points));
        expect(strata.toSorted((a, b) => a - b)).toEqual(Array.from({ length: points }, (_, i) => i));
      }),
    );
  });

  it('uses every value of a list as often as any other, give or take one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 }), (points, count) => {
        const [axis] = axes(`a=${Array.from({ length: count }, (_, i) => i).join(',')}`);
        const rows = latinHypercube([axis], { points, seed: 1 });
        const uses = Array.from(
          { length: count },
          (_, i) => rows.filter(([row]) => row.label === `${i}`).length,
        );
        expect(Math.max(...uses) - Math.min(...uses)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('pairs the strata of two axes at random: their ranks are hardly correlated', () => {
    const points = 1000;
    const [a, b] = ['a', 'b'].map((name) => sharesOf(name, { points, seed: 7 }));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / points;
    // Both are uniform: variance 1/12. The correlation of random pairs has a standard deviation of 1/√1000 = 0.032.
    const correlation = 12 * mean(a.map((value, i) => (value - 0.5) * (b[i] - 0.5)));
    expect(Math.abs(correlation)).toBeLessThan(0.1);
  });

  it('stays within its ranges, whole where both ends are, even in the logarithm on a log scale', () => {
    const [linear] = axes('a=10..20');
    const values = latinHypercube([linear], { points: 50, seed: 3 }).map(
      ([{ assignments }]) => assignments.a,
    );
    for (const value of values) {
      expect(Number.isInteger(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(10);
      expect(value).toBeLessThanOrEqual(20);
    }
    const log = axisOf('a', { from: 1, to: 10_000, scale: 'log' }) as Axis;
    const below = latinHypercube([log], { points: 100, seed: 3 }).filter(([row]) => Number(row.label) < 100);
    expect(below).toHaveLength(50);
  });
});

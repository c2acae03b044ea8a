import { describe, expect, it } from 'vitest';
import { intervalOf } from '../../../src/experiment/sweep/analysis/interval.ts';
import { mainEffects, type EffectRow } from '../../../src/experiment/sweep/analysis/main-effects.ts';
import { frontOf } from '../../../src/experiment/sweep/analysis/pareto.ts';
import { seedsWanted } from '../../../src/experiment/sweep/analysis/stopping.ts';
import { isMet, parseConstraint } from '../../../src/experiment/sweep/file/constraint.ts';
import type { Constraint } from '../../../src/experiment/sweep/file/experiment.ts';

describe('the interval of a mean', () => {
  it('is that of Student’s own example: extra hours of sleep of ten patients, two drugs', () => {
    // W. S. Gosset, "The probable error of a mean", Biometrika 6, 1908; the interval as R's t.test gives it.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { mean, halfWidth } = intervalOf(
      second.map((hours, i) => hours - first[i]),
      0.95,
    );
    expect(mean).toBeCloseTo(1.58, 10);
    expect(mean - halfWidth).toBeCloseTo(0.7001142, 6);
    expect(mean + halfWidth).toBeCloseTo(2.4598858, 6);
  });

  it('takes its factors from the table: t at 0.975 for 1, 4, 9 and 30 degrees of freedom', () => {
    for (const [degrees, t] of [
      [1, 12.706],
      [4, 2.776],
      [9, 2.262],
      [30, 2.042],
    ]) {
      // Values 0 and 2 alternating about 1, one value 1 where their number is odd: the sum of squares is known.
      const count = degrees + 1;
      const values = Array.from({ length: count }, (_, i) =>
        i === 0 && count % 2 === 1 ? 1 : i % 2 === 0 ? 0 : 2,
      );
      const squares = count % 2 === 1 ? count - 1 : count;
      const expected = t * Math.sqrt(squares / degrees / count);
      expect(intervalOf(values, 0.95).halfWidth / expected).toBeCloseTo(1, 3);
    }
  });

  it('has no width for one value, and no mean where one is missing', () => {
    expect(intervalOf([3], 0.95)).toEqual({ count: 1, mean: 3, halfWidth: NaN });
    expect(intervalOf([3, NaN], 0.95).mean).toBeNaN();
    expect(intervalOf([], 0.95).mean).toBeNaN();
  });
});

describe('the rule to stop', () => {
  // Mean 10, half-width 12.706 · √(2 / 1 / 2) = 12.706.
  const values = [9, 11];

  it('asks for as many seeds as the variance so far suggests, at most twice as many', () => {
    expect(seedsWanted(values, { response: '', absoluteHalfWidth: 12.8, seedsMax: 50 }, 0.95)).toBe(2);
    expect(seedsWanted(values, { response: '', absoluteHalfWidth: 12, seedsMax: 50 }, 0.95)).toBe(3);
    expect(seedsWanted(values, { response: '', absoluteHalfWidth: 1, seedsMax: 50 }, 0.95)).toBe(4);
    expect(seedsWanted(values, { response: '', relativeHalfWidth: 0.1, seedsMax: 3 }, 0.95)).toBe(3);
  });

  it('stops at the most seeds, without any variance, and for what has no mean', () => {
    expect(seedsWanted(values, { response: '', absoluteHalfWidth: 1, seedsMax: 2 }, 0.95)).toBe(2);
    expect(seedsWanted([0, 0], { response: '', relativeHalfWidth: 0.1, seedsMax: 50 }, 0.95)).toBe(2);
    expect(seedsWanted([1, NaN], { response: '', absoluteHalfWidth: 1, seedsMax: 50 }, 0.95)).toBe(2);
  });
});

describe('main effects', () => {
  it('are those of the pilot plant of Box, Hunter and Hunter', () => {
    // Statistics for Experimenters, 1978, table 10.1: yields of a 2³ design; temperature +23, concentration −5, catalyst +1.5.
    const yields = [60, 72, 54, 68, 52, 83, 45, 80];
    const rows = yields.map((value, i): EffectRow => ({
      levels: {
        temperature: i % 2 ? 180 : 160,
        concentration: i % 4 > 1 ? 40 : 20,
        catalyst: i > 3 ? 'B' : 'A',
      },
      values: new Map([[1, value]]),
    }));
    const effects = mainEffects(rows, ['temperature', 'concentration', 'catalyst'], 0.95);
    const upper = effects.map(({ levels }) => levels[1].effect.mean - levels[0].effect.mean);
    expect(upper).toEqual([23, -5, 1.5]);
    expect(effects[0].levels.map(({ label, mean, variants }) => [label, mean, variants])).toEqual([
      ['160', 52.75, 4],
      ['180', 75.75, 4],
    ]);
    expect(effects[0].levels[0].effect.halfWidth).toBeNaN();
  });

  it('have intervals over the seeds that all variants have', () => {
    const row = (level: string, ...values: number[]): EffectRow => ({
      levels: { a: level },
      values: new Map(values.map((value, i) => [i + 1, value])),
    });
    // Differences to the mean of the seed: −1, −2; and 1, 2. The third seed is one variant's only.
    const [{ levels }] = mainEffects([row('x', 1, 10, 7), row('y', 3, 14)], ['a'], 0.95);
    expect(levels.map(({ effect }) => [effect.count, effect.mean])).toEqual([
      [2, -1.5],
      [2, 1.5],
    ]);
    expect(levels[0].effect.halfWidth).toBeCloseTo(12.7062 * 0.5, 3);
  });

  it('takes the levels of a Latin hypercube in fifths', () => {
    const rows = Array.from({ length: 20 }, (_, i): EffectRow => ({
      levels: { a: i },
      values: new Map([[1, 2 * i]]),
    }));
    const [{ levels }] = mainEffects(rows, ['a'], 0.95);
    expect(levels.map(({ label, mean }) => [label, mean])).toEqual([
      ['0–3', 3],
      ['4–7', 11],
      ['8–11', 19],
      ['12–15', 27],
      ['16–19', 35],
    ]);
  });
});

describe('the Pareto front', () => {
  it('holds whom nobody beats, equals included; what is unknown or not feasible is no candidate', () => {
    const rows = [[1, 0.9], [2, 0.99], [3, 0.99], [2, 0.99], [0, NaN], undefined, [1, 0.8]];
    const objectives = [
      { key: 'cost', sense: 'minimise' as const },
      { key: 'attainment', sense: 'maximise' as const },
    ];
    expect(frontOf(rows, objectives)).toEqual([true, true, false, true, false, false, false]);
  });
});

describe('a constraint', () => {
  it('is a key, an operator and a number', () => {
    const met = (text: string, value: number) => isMet(parseConstraint(text) as Constraint, value);
    expect([
      met('a >= 99%', 0.99),
      met('a>0.99', 0.99),
      met('p99.9_ttft_ms <= 2k', 2000),
      met('a < 1', 1),
    ]).toEqual([true, false, true, false]);
    for (const wrong of ['a', 'a = 1', '>= 1', 'a >= x', 'a >= NaN'])
      expect(parseConstraint(wrong)).toHaveProperty('problem');
  });
});

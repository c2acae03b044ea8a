import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, namesIn, written } from '../../src/estimate/formula.ts';

describe('a formula', () => {
  it('multiplies before it adds, from left to right', () => {
    expect(evaluate('2 + 3 × 4', {})).toBe(14);
    expect(evaluate('100 − 10 − 1', {})).toBe(89);
    expect(evaluate('64 ÷ 4 ÷ 2', {})).toBe(8);
    expect(evaluate('(2 + 3) × 4', {})).toBe(20);
    expect(evaluate('8.64e19 ÷ 1e6', {})).toBe(8.64e13);
  });

  it('takes its names from the values', () => {
    expect(evaluate('gpus × hours ÷ 8', { gpus: 16, hours: 24 })).toBe(48);
    expect(namesIn('roundUp(gpus × 1e3 ÷ perServer)')).toEqual(['gpus', 'perServer']);
  });

  it('rounds up and down, and takes what misses a whole number by float64 for that number', () => {
    expect(evaluate('roundUp(542.57) × 10 + roundDown(542.57)', {})).toBe(5972);
    expect(0.1 * 3 * 10).toBeGreaterThan(3);
    expect(evaluate('roundUp(0.1 × 3 × 10)', {})).toBe(3);
    expect(4.35 * 100).toBeLessThan(435);
    expect(evaluate('roundDown(4.35 × 100)', {})).toBe(435);
    expect(evaluate('roundUp(0)', {})).toBe(0);
  });

  it('is written with other names, its numbers and functions untouched', () => {
    const text = written(
      'roundUp(flop ÷ 8.64e19) × e',
      (name) => ({ flop: 'operations', e: 'epochs' })[name]!,
    );
    expect(text).toBe('round up (operations ÷ 8.64e19) × epochs');
  });

  it('that cannot be read is a bug, and says so', () => {
    for (const wrong of ['2 ×', '(2', '2 2', 'roundUp 3', '2 * 3', 'unknown × 2', '']) {
      expect(() => evaluate(wrong, {}), wrong).toThrow();
    }
  });

  it('computes as JavaScript does, whatever it is made of', () => {
    const leaf = fc.nat(1000).map((value) => ({ text: String(value), value }));
    const { tree } = fc.letrec<{ tree: { text: string; value: number } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.tuple(tie('tree'), fc.constantFrom('+', '−', '×', '÷'), tie('tree')).map(([a, operator, b]) => ({
          text: `(${a.text}) ${operator} (${b.text})`,
          value: {
            '+': a.value + b.value,
            '−': a.value - b.value,
            '×': a.value * b.value,
            '÷': a.value / b.value,
          }[operator]!,
        })),
      ),
    }));
    fc.assert(fc.property(tree, ({ text, value }) => Object.is(evaluate(text, {}), value)));
  });
});

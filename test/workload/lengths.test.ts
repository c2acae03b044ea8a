import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LENGTH_FITS } from '../../src/catalog/length-fits.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { AliasTable } from '../../src/workload/lengths/alias.ts';
import { lengthMasses, lengthTable, TOKENS_MAX } from '../../src/workload/lengths/lengths.ts';
import type { LengthSpec } from '../../src/workload/spec.ts';
import { referenceData, referenceDataMissing } from '../support/reference-data.ts';

function moments(spec: LengthSpec) {
  const { first, masses } = lengthMasses(spec);
  let total = 0;
  let mean = 0;
  let squares = 0;
  masses.forEach((mass, i) => {
    total += mass;
    mean += mass * (first + i);
    squares += mass * (first + i) * (first + i);
  });
  return { total, mean, deviation: Math.sqrt(squares - mean * mean), first, last: first + masses.length - 1 };
}

/** Probability of at most so many tokens. */
function atMost(spec: LengthSpec, tokens: number): number {
  const { first, masses } = lengthMasses(spec);
  return masses.slice(0, Math.max(0, tokens - first + 1)).reduce((sum, mass) => sum + mass, 0);
}

describe('length distributions', () => {
  it('are told apart by all their parameters, though the last few are kept', () => {
    const spec = { kind: 'lognormal', mean: 20, sigma: 0.5 } as const;
    const masses = (one: LengthSpec) => lengthMasses(one);
    expect(masses({ ...spec })).toBe(masses({ ...spec }));
    const others: LengthSpec[] = [
      { ...spec, sigma: 0.6 },
      { ...spec, min: 2 },
      { ...spec, max: 50 },
    ];
    for (const other of others) expect(masses(other)).not.toEqual(masses(spec));
    // More than are kept, and then the first again.
    for (let mean = 21; mean < 40; mean++) masses({ ...spec, mean });
    expect(moments(spec).mean).toBeCloseTo(20, 1);
    expect(lengthTable(spec)).toBe(lengthTable(spec));
  });

  it('have the moments of theory', () => {
    // Rounding to whole tokens adds 1/12 to the variance and hardly moves the mean.
    const lognormal = moments({ kind: 'lognormal', mean: 500, sigma: 0.8 });
    expect(lognormal.mean).toBeCloseTo(500, 1);
    expect(lognormal.deviation).toBeCloseTo(500 * Math.sqrt(Math.expm1(0.64)), 0);

    const gamma = moments({ kind: 'gamma', mean: 300, shape: 2.25 });
    expect(gamma.mean).toBeCloseTo(300, 1);
    expect(gamma.deviation).toBeCloseTo(300 / 1.5, 1);

    const geometric = moments({ kind: 'geometric', mean: 40 });
    expect(geometric.mean).toBeCloseTo(40, 4);
    expect(geometric.deviation).toBeCloseTo(Math.sqrt(40 * 39), 4);

    const uniform = moments({
      kind: 'quantiles',
      points: [
        { p: 0, tokens: 10 },
        { p: 1, tokens: 110 },
      ],
    });
    expect(uniform.mean).toBeCloseTo(60, 6);
    expect(uniform.deviation).toBeCloseTo(100 / Math.sqrt(12), 1);

    expect(moments({ kind: 'constant', value: 7 })).toMatchObject({
      mean: 7,
      deviation: 0,
      first: 7,
      last: 7,
    });
  });

  it('have the quantiles of theory', () => {
    const median = 500 * Math.exp(-0.32);
    const lognormal: LengthSpec = { kind: 'lognormal', mean: 500, sigma: 0.8 };
    expect(atMost(lognormal, Math.round(median))).toBeCloseTo(0.5, 2);
    expect(atMost(lognormal, Math.round(median * Math.exp(0.8 * 2.326348)))).toBeCloseTo(0.99, 4);
    expect(atMost({ kind: 'geometric', mean: 4 }, 3)).toBeCloseTo(1 - 0.75 * 0.75 * 0.75, 9);
    // Exponential as a gamma of shape 1: everything below 1.5 becomes 1.
    expect(atMost({ kind: 'gamma', mean: 3, shape: 1 }, 1)).toBeCloseTo(1 - Math.exp(-0.5), 9);
  });

  it('give a measured spike its whole weight', () => {
    const spike: LengthSpec = {
      kind: 'quantiles',
      points: [
        { p: 0, tokens: 1 },
        { p: 0.25, tokens: 100 },
        { p: 0.75, tokens: 100 },
        { p: 1, tokens: 199 },
      ],
    };
    expect(atMost(spike, 100) - atMost(spike, 99)).toBeCloseTo(0.5 + 0.25 / 99, 9);
    expect(moments(spike).mean).toBeCloseTo(100, 6);
  });

  it('are conditioned on [min, max], not clamped to it', () => {
    const whole: LengthSpec = { kind: 'gamma', mean: 100, shape: 3 };
    const part: LengthSpec = { ...whole, min: 50, max: 120 };
    const { first, last, total } = moments(part);
    expect([first, last, total]).toEqual([50, 120, 1]);
    const expected = (atMost(whole, 80) - atMost(whole, 49)) / (atMost(whole, 120) - atMost(whole, 49));
    expect(atMost(part, 80)).toBeCloseTo(expected, 7);
    // Memoryless: what exceeds 30 exceeds it by as much as any length exceeds 0.
    expect(moments({ kind: 'geometric', mean: 40, min: 31 }).mean).toBeCloseTo(70, 3);
    expect(moments({ kind: 'geometric', mean: 1 }).mean).toBe(1);
  });

  it('sum to exactly 1 within any parameters that are accepted', () => {
    const spec = fc.oneof(
      fc.record({
        kind: fc.constant('lognormal' as const),
        mean: fc.double({ min: 1, max: 3000, noNaN: true }),
        sigma: fc.double({ min: 0.01, max: 1, noNaN: true }),
      }),
      fc.record({
        kind: fc.constant('gamma' as const),
        mean: fc.double({ min: 1, max: 3000, noNaN: true }),
        shape: fc.double({ min: 0.3, max: 1000, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(spec, (each) => {
        const { masses, first } = lengthMasses(each);
        expect(masses.reduce((sum, mass) => sum + mass, 0)).toBe(1);
        expect(masses.every((mass) => mass >= 0)).toBe(true);
        expect(first).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  it('refuse what makes no distribution, and say how to mend it', () => {
    const wrong: [LengthSpec, RegExp][] = [
      [{ kind: 'constant', value: 0 }, /value is 0; it is a whole number from 1/],
      [{ kind: 'constant', value: 1.5 }, /value is 1.5/],
      [{ kind: 'constant', value: 10, max: 5 }, /hardly any length lies between min 1 and max 5; widen/],
      [{ kind: 'lognormal', mean: NaN, sigma: 1 }, /mean NaN and sigma 1 are numbers above 0/],
      [{ kind: 'lognormal', mean: 500, sigma: 0 }, /sigma 0/],
      [{ kind: 'lognormal', mean: 1e6, sigma: 1 }, /exceeds 1000000 tokens; give max/],
      [{ kind: 'gamma', mean: 10, shape: -1 }, /shape -1/],
      [{ kind: 'gamma', mean: 10, shape: 1, min: 20, max: 10 }, /min 20 is above max 10/],
      [{ kind: 'gamma', mean: 10, shape: 1, min: 400 }, /hardly any length/],
      [{ kind: 'gamma', mean: 10, shape: 1, max: 2 * TOKENS_MAX }, /max is 2000000/],
      [{ kind: 'geometric', mean: 0.5 }, /mean is 0.5; it is a number from 1/],
      [{ kind: 'quantiles', points: [{ p: 0, tokens: 1 }] }, /at least two points/],
      [quantiles([0, 5], [0.9, 9]), /the last p 1/],
      [quantiles([0, 5], [0.5, 4], [1, 9]), /point 2 \(p 0.5, 4 tokens\) lies below the one before; sort/],
      [quantiles([0, 0], [1, 9]), /point 1 has 0 tokens/],
    ];
    for (const [spec, message] of wrong) expect(() => lengthMasses(spec)).toThrow(message);
  });
});

function quantiles(...points: [number, number][]): LengthSpec {
  return { kind: 'quantiles', points: points.map(([p, tokens]) => ({ p, tokens })) };
}

/** Chi-square over cells of at least 50 expected draws: the number of standard deviations above its mean. */
function excess({ first, masses }: { first: number; masses: Float64Array }, draws: number): number {
  const drawn = new Int32Array(draws);
  new AliasTable(first, masses).draw(new RandomStream(11, 'alias'), drawn, draws);
  const counts = new Float64Array(masses.length);
  for (const value of drawn) counts[value - first]++;
  let chiSquare = 0;
  let cells = 0;
  let expected = 0;
  let found = 0;
  masses.forEach((mass, i) => {
    expected += mass * draws;
    found += counts[i];
    if (expected < 50) return;
    chiSquare += ((found - expected) * (found - expected)) / expected;
    cells++;
    expected = found = 0;
  });
  return (chiSquare - (cells - 1)) / Math.sqrt(2 * Math.max(1, cells - 1));
}

describe('the alias table', () => {
  it('draws every number with its probability', () => {
    const specs: LengthSpec[] = [
      { kind: 'lognormal', mean: 500, sigma: 0.8 },
      { kind: 'lognormal', mean: 2000, sigma: 1.5, max: TOKENS_MAX },
      { kind: 'geometric', mean: 1.3 },
      { kind: 'gamma', mean: 100, shape: 0.5, min: 10, max: 300 },
      { kind: 'quantiles', points: LENGTH_FITS['azure-conversation-prompt'].points },
    ];
    for (const spec of specs) expect(Math.abs(excess(lengthMasses(spec), 1_000_000))).toBeLessThan(5);
  });

  it('draws nothing else than the only number, and never one of probability 0', () => {
    const only = new Int32Array(1000);
    new AliasTable(42, Float64Array.of(1)).draw(new RandomStream(1, 'a'), only, 1000);
    expect(new Set(only)).toEqual(new Set([42]));
    const odd = new Int32Array(10_000);
    new AliasTable(0, Float64Array.of(0.25, 0, 0.25, 0, 0.5)).draw(new RandomStream(1, 'b'), odd, 10_000);
    expect(new Set(odd)).toEqual(new Set([0, 2, 4]));
  });
});

describe.skipIf(referenceDataMissing)('the length fits of the catalog', () => {
  const traces = [
    ['azure-conversation', 'azure_llm_2023_conv.csv'],
    ['azure-coding', 'azure_llm_2023_code.csv'],
  ];
  it.each(traces)('%s is nowhere off its trace by more than 0.009, nor in the mean by 2 %%', (name, file) => {
    const rows = readFileSync(referenceData(file), 'utf8').trim().split(/\r?\n/).slice(1);
    for (const [column, part] of [
      [1, 'prompt'],
      [2, 'output'],
    ] as const) {
      const lengths = rows.map((row) => Number(row.split(',')[column])).toSorted((a, b) => a - b);
      const spec: LengthSpec = { kind: 'quantiles', points: LENGTH_FITS[`${name}-${part}`].points };
      const { first, masses } = lengthMasses(spec);
      expect([first, first + masses.length - 1]).toEqual([lengths[0], lengths.at(-1)]);
      let fitted = 0;
      let measured = 0;
      for (const [i, mass] of masses.entries()) {
        fitted += mass;
        while (measured < lengths.length && lengths[measured] <= first + i) measured++;
        expect(Math.abs(fitted - measured / lengths.length)).toBeLessThan(0.0091);
      }
      const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
      expect(Math.abs(moments(spec).mean / mean - 1)).toBeLessThan(0.02);
    }
  });
});

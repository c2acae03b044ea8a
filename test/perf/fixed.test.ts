import { describe, expect, test } from 'vitest';
import { TICKS_PER_SECOND, ticksToSeconds } from '../../src/kernel/ticks.ts';
import { createPerfModel } from '../../src/perf/create.ts';
import { keyedUniform } from '../../src/perf/fixed.ts';
import { Plan } from '../../src/perf/plan.ts';
import { planStep } from '../../src/perf/spec.ts';
import type { FixedPerfSpec, PerfModel } from '../../src/perf/spec.ts';

function fixed(changes: Partial<FixedPerfSpec>, seed = 'seed'): PerfModel {
  const spec: FixedPerfSpec = {
    kind: 'fixed',
    gpu: 'a100-80gb',
    tp: 1,
    secondsPerRequest: 2,
    secondsPerOutputToken: 0.5,
    distribution: 'constant',
    ...changes,
  };
  return createPerfModel(spec, seed);
}

interface Step {
  decodes?: number;
  prefillTokens?: number;
  promptsEnding?: number;
  stepKey?: number;
}

function plan(model: PerfModel, step: Step): Float64Array {
  const { decodes = 0, prefillTokens = 0, promptsEnding = 0, stepKey = 0 } = step;
  return planStep(model, {
    decodes,
    contextTokens: 100,
    prefillTokens,
    prefillSequences: promptsEnding,
    logitRows: decodes + promptsEnding,
    stepKey,
  });
}

/** Durations in seconds of the steps named 0, spacing, 2·spacing, … */
function durations(model: PerfModel, count: number, spacing = 1): number[] {
  return Array.from({ length: count }, (_, i) =>
    ticksToSeconds(plan(model, { decodes: 1, stepKey: i * spacing })[Plan.ALPHA]),
  );
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covariance(a: number[], b: number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  return mean(a.map((value, i) => (value - meanA) * (b[i] - meanB)));
}

describe('constant service times', () => {
  test('charge each prompt that ends and each step that makes tokens', () => {
    const out = plan(fixed({}), { decodes: 3, prefillTokens: 20, promptsEnding: 2 });
    expect([...out.subarray(Plan.ALPHA)]).toEqual([4.5 * TICKS_PER_SECOND, 0, 1, 0.5 * TICKS_PER_SECOND]);
  });

  test('last for ever while nothing but decoding happens, whatever the batch', () => {
    const out = plan(fixed({}), { decodes: 200 });
    expect([...out.subarray(Plan.ALPHA)]).toEqual([
      0.5 * TICKS_PER_SECOND,
      0,
      Infinity,
      0.5 * TICKS_PER_SECOND,
    ]);
  });

  test('give a chunk that ends no prompt one tick, the shortest step there is', () => {
    const out = plan(fixed({}), { prefillTokens: 20 });
    expect([...out.subarray(Plan.ALPHA)]).toEqual([1, 0, 1, 0]);
  });

  test('have no KV limit and no client delay', () => {
    expect(fixed({}).kvTokens).toBe(Infinity);
    expect(fixed({}).clientDelayTicks).toBe(0);
  });
});

describe('exponential service times', () => {
  const count = 200_000;

  // Replica and step number may sit in different bits of the key: names one apart, and names 2^32 apart.
  test.each([
    ['consecutive steps of a replica', 1],
    ['the same step of consecutive replicas', 2 ** 32],
  ])('%s: mean, variance and tail of an exponential, neighbours uncorrelated', (_, spacing) => {
    const values = durations(fixed({ distribution: 'exponential' }), count, spacing);
    const standardError = 0.5 / Math.sqrt(count);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(4 * standardError);
    // The variance of an exponential's sample variance is 8·mean⁴/n.
    expect(Math.abs(covariance(values, values) - 0.25)).toBeLessThan(4 * 0.25 * Math.sqrt(8 / count));
    for (const lag of [1, 2, 256]) {
      const correlation = covariance(values.slice(lag), values.slice(0, -lag)) / 0.25;
      expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count));
    }
    for (const x of [0.1, 0.5, 2, 4]) {
      const expected = Math.exp(-x / 0.5);
      const share = values.filter((value) => value > x).length / count;
      expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / count));
    }
  });

  test('a step that ends a prompt is the sum of two independent draws', () => {
    const model = fixed({ distribution: 'exponential' });
    const totals: number[] = [];
    const tokens: number[] = [];
    for (let stepKey = 0; stepKey < count; stepKey++) {
      const out = plan(model, { decodes: 1, prefillTokens: 5, promptsEnding: 1, stepKey });
      totals.push(ticksToSeconds(out[Plan.ALPHA]));
      tokens.push(ticksToSeconds(out[Plan.DECODE]));
    }
    const prompts = totals.map((total, i) => total - tokens[i]);
    expect(Math.abs(mean(totals) - 2.5)).toBeLessThan(4 * Math.sqrt(4.25 / count));
    expect(Math.abs(covariance(totals, totals) - 4.25)).toBeLessThan(0.1);
    expect(Math.abs(covariance(prompts, tokens))).toBeLessThan((4 * 2 * 0.5) / Math.sqrt(count));
  });

  test('depend on the seed and the name of the step, not on the order of asking', () => {
    const model = fixed({ distribution: 'exponential' });
    const forwards = durations(model, 100);
    const again = plan(model, { decodes: 1, stepKey: 42 });
    expect(ticksToSeconds(again[Plan.ALPHA])).toBe(forwards[42]);
    expect(again[Plan.BETA]).toBe(0);
    expect(again[Plan.STEPS_MAX]).toBe(1);
    expect(durations(fixed({ distribution: 'exponential' }, 'other'), 100)).not.toEqual(forwards);
  });
});

test('keyed uniforms fill 1,000 bins evenly, in their high digits and in their low ones', () => {
  const bins = 1000;
  const count = 1_000_000;
  const high = new Float64Array(bins);
  const low = new Float64Array(bins);
  for (let key = 0; key < count; key++) {
    const uniform = keyedUniform(1, 2, key, 1);
    high[Math.floor(uniform * bins)]++;
    low[Math.floor(((uniform * 1e6) % 1) * bins)]++;
  }
  for (const counts of [high, low]) {
    const chiSquared = counts.reduce(
      (sum, n) => sum + ((n - count / bins) * (n - count / bins) * bins) / count,
      0,
    );
    // 999 degrees of freedom: mean 999, standard deviation 44.7.
    expect(Math.abs(chiSquared - 999)).toBeLessThan(4 * 44.7);
  }
});

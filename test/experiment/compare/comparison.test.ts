import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../../../src/experiment/compare/comparison.ts';
import { planComparison } from '../../../src/experiment/compare/plan.ts';
import { parseVariants } from '../../../src/experiment/compare/variants.ts';
import { fileWith } from '../../scenario/scenario-text.ts';
import { runOf } from './constructed.ts';

const SCENARIO = `
name: made-up
duration: 5m
workload: { arrivals: { kind: constant, requestsPerSecond: 4 }, promptTokens: 1, outputTokens: 1 }
fleet: { pools: [{ performance: { kind: fixed, secondsPerRequest: 1 }, replicas: 8, autoscaling: { policy: hpa, replicaCapacity: 1 } }] }
`;

const plan = planComparison({
  filePath: fileWith(SCENARIO),
  overrides: [],
  variants: parseVariants(['hpa,static,threshold,oracle']),
  seeds: 2,
  part: undefined,
});
const windows = { windowEnds: [60, 120, 180, 240, 300], need: [4, 4, 4, 4, 4] };

/** By seed and policy: hpa, static, threshold, oracle. */
const RUNS = [
  runOf(1, { totalUsd: 100, misses: 30 }),
  runOf(1, { totalUsd: 160, misses: 4 }),
  runOf(1, { totalUsd: 110, misses: 40 }),
  runOf(1, { totalUsd: 80, misses: 2 }),
  runOf(2, { totalUsd: 110, misses: 20, worstMinuteAttainment: 0.1, worstMinuteStartSeconds: 120 }),
  runOf(2, { totalUsd: 180, misses: 6 }),
  runOf(2, { totalUsd: 120, misses: 50 }),
  runOf(2, { totalUsd: 120, misses: 0 }),
];

describe('a comparison', () => {
  const comparison = comparisonOf(plan, { runs: RUNS, ...windows });
  const [hpa, fixed, threshold, oracle] = comparison.entries;

  it('takes means over seeds, and the worst of their worst minutes', () => {
    expect(hpa.means).toMatchObject({
      totalUsd: 105,
      misses: 25,
      worstMinuteAttainment: 0.1,
      worstMinuteStartSeconds: 120,
    });
  });

  it('measures against the oracle', () => {
    expect(comparison.oracle).toBe('oracle');
    expect(hpa).toMatchObject({ costPerOracle: 210 / 200, missesAboveOracle: 24 });
    expect(oracle).toMatchObject({ costPerOracle: 1, missesAboveOracle: 0, isBound: true });
  });

  it('gives differences to the first policy, seed by seed', () => {
    expect(hpa.differences).toBeUndefined();
    expect(threshold.differences!.totalUsd).toEqual({ pairs: 2, mean: 10, halfWidth: 0, verdict: 'real' });
    // 60 and 70 more: mean 65, standard error 5, t with one degree of freedom 12.706.
    expect(fixed.differences!.totalUsd.mean).toBe(65);
    expect(fixed.differences!.totalUsd.halfWidth).toBeCloseTo(5 * 12.7062, 3);
  });

  it('has on its front whom nobody beats in both cost and misses, bounds apart', () => {
    expect(comparison.entries.map(({ isOnFront }) => isOnFront)).toEqual([true, true, false, false]);
  });

  it('names the cheapest that keeps the SLO, else the one that keeps it best', () => {
    // hpa misses 2.5 %, static 0.5 %.
    expect(comparison.winner).toBe('static');
    const kept = (attainment: number) => ({ attainment, servableAttainment: attainment });
    const worse = RUNS.map((run) => runOf(run.seed, { ...run.measures, misses: 50, ...kept(0.95) }));
    worse[2] = runOf(1, { totalUsd: 900, ...kept(0.97) });
    expect(comparisonOf(plan, { runs: worse, ...windows }).winner).toBe('threshold');
  });

  it('judges by the requests that fit the model, since no policy can serve the others', () => {
    const cheap = RUNS.map((run) => runOf(run.seed, { ...run.measures, attainment: 0.98 }));
    expect(comparisonOf(plan, { runs: cheap, ...windows }).winner).toBe('static');
  });

  it('of runs that were interrupted compares those that have finished', () => {
    const runs = [...RUNS.slice(0, 5), undefined, undefined, undefined];
    const partial = comparisonOf(plan, { runs, ...windows });
    expect(partial.isPartial).toBe(true);
    expect(partial.entries.map(({ runs: own }) => own.length)).toEqual([2, 1, 1, 1]);
    // Only over the seed that both have.
    expect(partial.entries[0].costPerOracle).toBe(100 / 80);
    expect(partial.entries[1].differences!.totalUsd).toMatchObject({
      pairs: 1,
      mean: 60,
      verdict: 'one seed',
    });
    const alone = comparisonOf(plan, { runs: [undefined, RUNS[1]].concat(RUNS.slice(2, 3)), ...windows });
    expect(alone.entries.map(({ label, differences }) => [label, differences])).toEqual([
      ['static', undefined],
      ['threshold', undefined],
    ]);
    expect(alone.oracle).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCells } from '../../src/fleet/cell-plan.ts';

describe('cell plan', () => {
  it('gives every replica a cell and every request exactly one, in proportion to the replicas', () => {
    const pool = fc
      .record({ replicas: fc.integer({ min: 1, max: 4000 }), cells: fc.integer({ min: 1, max: 60 }) })
      .map(({ replicas, cells }) => ({ replicas, cells: Math.min(cells, replicas) }));
    fc.assert(
      fc.property(fc.array(pool, { minLength: 1, maxLength: 4 }), (pools) => {
        const total = pools.reduce((sum, { replicas }) => sum + replicas, 0);
        const plans = planCells(pools.map((p) => ({ ...p, share: p.replicas / total })));
        expect(plans.map((plan) => plan.index)).toEqual(plans.map((_, i) => i));
        let end = 0;
        for (const plan of plans) {
          expect(plan.replicas).toBeGreaterThan(0);
          expect(plan.shareStart).toBeCloseTo(end, 12);
          expect(plan.share).toBeCloseTo(plan.replicas / total, 12);
          end = plan.shareStart + plan.share;
        }
        expect(end).toBe(1);
        pools.forEach(({ replicas, cells }, i) => {
          const sizes = plans.filter((plan) => plan.pool === i).map((plan) => plan.replicas);
          expect(sizes.length).toBe(cells);
          expect(sizes.reduce((a, b) => a + b)).toBe(replicas);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});

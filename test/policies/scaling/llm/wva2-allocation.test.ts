import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call } from './rule-of.ts';

describe('allocation over variants', () => {
  const variants = (
    ...rows: [name: string, cost: number, replicas: number, capacity: number, more?: object][]
  ) =>
    rows.map(([variantName, cost, currentReplicas, perReplicaCapacity, more]) => ({
      variantName,
      cost,
      currentReplicas,
      perReplicaCapacity,
      ...more,
    }));
  const up = (requiredCapacity: number, rows: unknown) =>
    call('wva2/allocate', { requiredCapacity, variants: rows }).targets;
  const down = (spareCapacity: number, rows: unknown) =>
    call('wva2/allocate', { spareCapacity, variants: rows }).targets;

  it.each([
    // 5 / 10,000 < 15 / 20,000 per token.
    [
      'up: where a token is cheapest',
      up(5000, variants(['cheap', 5, 2, 10_000], ['dear', 15, 1, 20_000])),
      { cheap: 3, dear: 1 },
    ],
    [
      'up: a dear replica may hold cheap tokens',
      up(5000, variants(['small', 5, 1, 1000], ['large', 20, 1, 10_000])),
      { small: 1, large: 2 },
    ],
    ['up: rounded up', up(25_000, variants(['a', 5, 1, 10_000], ['b', 10, 1, 15_000])), { a: 4, b: 1 }],
    ['up: an exact multiple is not rounded', up(20_000, variants(['a', 5, 1, 10_000])), { a: 3 }],
    [
      'up: no capacity, passed over',
      up(5000, variants(['none', 1, 0, 0], ['some', 10, 1, 10_000])),
      { none: 0, some: 2 },
    ],
    [
      'up: the rest goes on past a maximum',
      up(25_000, variants(['a', 5, 1, 10_000, { maxReplicas: 2 }], ['b', 10, 1, 15_000])),
      { a: 2, b: 2 },
    ],
    ['up: a maximum of 0 is none', up(5000, variants(['a', 5, 1, 10_000, { maxReplicas: 0 }])), { a: 2 }],
    [
      'down: what is less than a replica is carried on',
      down(15_000, variants(['cheap', 5, 3, 10_000], ['dear', 15, 2, 20_000])),
      { cheap: 2, dear: 2 },
    ],
    [
      'down: the cheapest keeps one when the others are 0',
      down(30_000, variants(['dear', 15, 1, 20_000], ['cheap', 5, 1, 10_000])),
      { dear: 0, cheap: 1 },
    ],
    [
      'down: but not when they are not',
      down(15_000, variants(['dear', 15, 1, 20_000], ['cheap', 5, 1, 10_000])),
      { dear: 1, cheap: 0 },
    ],
    [
      'down: from the dearest on',
      down(50_000, variants(['dear', 15, 2, 20_000], ['middle', 10, 2, 15_000], ['cheap', 5, 2, 10_000])),
      { dear: 0, middle: 2, cheap: 1 },
    ],
    [
      'down: a minimum holds',
      down(50_000, variants(['dear', 15, 2, 20_000, { minReplicas: 1 }], ['cheap', 5, 2, 10_000])),
      { dear: 1, cheap: 0 },
    ],
    ['down: one variant keeps one', down(1e6, variants(['a', 5, 4, 10_000])), { a: 1 }],
    ['down: none of nothing', down(1e6, variants(['a', 5, 0, 10_000])), { a: 0 }],
    ['neither', call('wva2/allocate', { variants: variants(['a', 5, 2, 10_000]) }).targets, { a: 2 }],
  ])('%s', (_, targets, expected) => {
    expect(targets).toEqual(expected);
  });

  it('covers what is required and never removes more than is spare', () => {
    const row = fc.record({
      cost: fc.integer({ min: 0, max: 50 }),
      currentReplicas: fc.integer({ min: 0, max: 20 }),
      perReplicaCapacity: fc.integer({ min: 1, max: 50_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 1e6 }),
        (rows, tokens) => {
          const named = rows.map((entry, i) => ({ ...entry, variantName: `v${i}` }));
          const change = (targets: unknown) =>
            named.reduce(
              (sum, v) =>
                sum +
                ((targets as Record<string, number>)[v.variantName] - v.currentReplicas) *
                  v.perReplicaCapacity,
              0,
            );
          expect(change(up(tokens, named))).toBeGreaterThanOrEqual(tokens);
          expect(-change(down(tokens, named))).toBeLessThanOrEqual(tokens);
          expect(change(down(tokens, named))).toBeLessThanOrEqual(0);
        },
      ),
    );
  });
});

// Histograms that one can check by hand, and cost parts that nobody has told the screen of.
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../src/kernel/histogram.ts';
import { bucketFloor } from '../../src/kernel/histogram.ts';
import type { LedgerRow } from '../../src/economics/spec.ts';
import { plainText } from '../../src/ui/line.ts';
import { carbonKg, costParts } from '../../src/ui/model/cost-parts.ts';
import { histogramLines } from '../../src/ui/panels/latency/histogram.ts';
import { costPanel } from '../../src/ui/panels/cost/bill.ts';
import { ledgerPanel } from '../../src/ui/panels/cost/ledger.ts';
import { initialState, reduce } from '../../src/ui/state.ts';
import { flagshipDay, flagshipInfo } from './support/fixture.ts';

const row = { metric: 'ttft', label: 'TTFT s', scale: 1, limitSeconds: 2 } as const;

describe('a histogram of latencies', () => {
  test('is coarsened without losing a value', () => {
    const histogram = new Histogram();
    const values = [0, 5, 4096, 5000, 1e6, 1e6 + 1, 1e9, 3e12];
    for (const value of values) histogram.add(value);
    const { firstBuckets, counts } = histogram.coarse(16);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    expect(counts.at(-1)).toBe(1);
    for (const [i, first] of firstBuckets.entries()) {
      const within = values.filter(
        (value) => value >= bucketFloor(first) && value < bucketFloor(firstBuckets[i + 1] ?? Infinity),
      );
      if (i + 1 < firstBuckets.length) expect(within).toHaveLength(counts[i]);
    }
    // Eight to an octave: edges grow by a half at most within one, as 1 to 1.125.
    const [, second, third] = firstBuckets.map(bucketFloor);
    expect(third / second).toBeLessThanOrEqual(1.126);
    expect(new Histogram().coarse(16)).toEqual({ firstBuckets: [], counts: [] });
  });

  test('is as high as its buckets are full, and marks the limit', () => {
    // Half of the requests take 0.5 to 1 s, a quarter 1 to 2 s, a quarter 2 to 4 s; each bucket has a third of the axis.
    const lines = histogramLines(
      row,
      { edgesSeconds: [0.5, 1, 2, 4], counts: [20, 10, 10] },
      { width: 30, height: 4 },
    ).map(plainText);
    expect(lines).toEqual([
      'TTFT s    │ SLO: 75.0 % within',
      '██████████          │         ',
      '██████████████████████████████',
      expect.stringMatching(/^0\.5─+1─+2─+$/),
    ]);
  });

  test('says when there is nothing yet', () => {
    const lines = histogramLines(row, { edgesSeconds: [], counts: [] }, { width: 30, height: 5 });
    expect(lines).toHaveLength(5);
    expect(plainText(lines[0])).toContain('none yet');
  });
});

describe('the parts of the cost', () => {
  const [snapshot] = flagshipDay({ windows: 2 });
  const extended = {
    ...snapshot.hour,
    staffUsd: 12,
    coffeeUsd: 3,
    storageUsd: 0,
    idleUsd: 5,
    locationGrams: 4e5,
    embodiedGrams: 1e5,
  } as LedgerRow;

  test('are read off the ledger: known ones in their order, others under their names, none that is a sum', () => {
    expect(costParts([extended]).map(({ name }) => name)).toEqual([
      'electricity',
      'amortization',
      'staff',
      'coffee',
    ]);
    expect(carbonKg([extended, extended])).toEqual({ operation: 800, embodied: 200 });
    expect(carbonKg([snapshot.hour]).operation).toBeNaN();
  });

  test('have a line and a column each, and carbon where it is known', () => {
    const size = { columns: 160, rows: 50, keyboard: true };
    const state = reduce(initialState(flagshipInfo, size), {
      type: 'snapshot',
      snapshot: { ...snapshot, hour: extended },
    });
    const cost = costPanel(state, 80, 20).map(plainText).join('\n');
    expect(cost).toMatch(/staff .*\$12\.00/);
    expect(cost).toMatch(/kg CO2e +\d.* +500 .* g\/kWh/);
    const ledger = ledgerPanel(state, 160, 6).map(plainText);
    expect(ledger[0]).toMatch(/electr\..*amort\..*staff.*coffee.*total.*kg CO2e/);
    const before = reduce(initialState(flagshipInfo, size), { type: 'snapshot', snapshot });
    expect(costPanel(before, 80, 20).map(plainText).join('\n')).not.toContain('CO2');
  });
});

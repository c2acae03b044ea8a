import { describe, expect, it } from 'vitest';
import {
  embodiedGrams,
  embodiedGramsPerNodeHour,
  gramsOf,
  intensityChanges,
} from '../../src/economics/carbon.ts';
import type { CarbonSpec, Series } from '../../src/economics/spec.ts';

const HOUR_MS = 3_600_000;
const oregon: CarbonSpec = {
  gramsPerKwh: 79,
  unit: 'gCO2e',
  contractedShare: 0.25,
  embodiedKgPerNode: 2544,
  lifeYears: 5,
};

describe('operational carbon', () => {
  it('is energy times intensity; contracts lower the market-based figure alone', () => {
    expect(gramsOf(oregon, 100, 0)).toEqual({ locationGrams: 7900, marketGrams: 5925 });
    expect(gramsOf({ ...oregon, contractedShare: 1 }, 100, 0)).toEqual({
      locationGrams: 7900,
      marketGrams: 0,
    });
  });

  it('follows a series by the hour', () => {
    const gramsPerKwh: Series = {
      file: 'g',
      startsEpochMs: [0, HOUR_MS],
      values: [100, 300],
      endEpochMs: 2 * HOUR_MS,
    };
    const carbon = { ...oregon, gramsPerKwh };
    expect(gramsOf(carbon, 2, HOUR_MS).locationGrams).toBe(600);
    expect(intensityChanges(carbon, 0, 2 * HOUR_MS)).toEqual([HOUR_MS]);
    expect(intensityChanges(oregon, 0, 2 * HOUR_MS)).toEqual([]);
  });

  it('is not reported where the intensity is not known', () => {
    expect(gramsOf({ ...oregon, gramsPerKwh: undefined }, 100, 0)).toEqual({});
  });
});

describe('embodied carbon', () => {
  it('of 2,544 kg over five years is 58 g per node-hour', () => {
    expect(embodiedGramsPerNodeHour(oregon)).toBeCloseTo(58.08, 2);
  });

  it('counts owned nodes even when off, rented ones while they are on', () => {
    const day = { nodes: 10, hours: 24, nodeHoursOn: 100 };
    expect(embodiedGrams(oregon, { ownership: 'owned', ...day })).toBeCloseTo((240 * 2_544_000) / 43_800, 6);
    expect(embodiedGrams(oregon, { ownership: 'rented', ...day })).toBeCloseTo((100 * 2_544_000) / 43_800, 6);
  });
});

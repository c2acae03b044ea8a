import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  basisUsd,
  capitalUsdOfNode,
  capitalUsdPerNodeHour,
  type CapitalQuestion,
} from '../../src/economics/prices/capital.ts';
import type { CapitalSpec } from '../../src/economics/spec.ts';
import { economics } from '../support/economics.ts';

const YEAR = 8760;
const dgx = (capital: Partial<CapitalSpec>, nodePriceUsd = 199_000): CapitalQuestion => ({
  nodePriceUsd,
  capital: { ...economics().capital, ...capital },
});

describe('straight line', () => {
  it('spreads $199,000 over five years as $4.5434 an hour, and nothing after', () => {
    expect(capitalUsdPerNodeHour(dgx({}), 0)).toBeCloseTo(4.5434, 4);
    expect(capitalUsdPerNodeHour(dgx({}), 5 * YEAR - 1)).toBeCloseTo(4.5434, 4);
    expect(capitalUsdPerNodeHour(dgx({}), 5 * YEAR)).toBe(0);
  });

  it('adds network, racks and building to the basis and takes off what is left at the end', () => {
    const question = dgx({
      networkShare: 0.1,
      rackShare: 0.03,
      facilityShare: 0.05,
      overheadShare: 0.02,
      salvageUsd: 38_800,
    });
    expect(basisUsd(question)).toBeCloseTo(238_800, 6);
    expect(capitalUsdPerNodeHour(question, 0)).toBeCloseTo(200_000 / 43_800, 12);
  });
});

describe('an annuity', () => {
  it('of $199,000 at 8 % over five years is $49,840.83 a year, $5.6896 an hour', () => {
    const hourly = capitalUsdPerNodeHour(dgx({ method: 'annuity', interestRate: 0.08 }), 0);
    expect(hourly * YEAR).toBeCloseTo(49_840.83, 2);
    expect(hourly).toBeCloseTo(5.6896, 4);
  });

  it('without interest is a straight line', () => {
    const salvageUsd = 20_000;
    expect(capitalUsdPerNodeHour(dgx({ method: 'annuity', salvageUsd }), 7)).toBe(
      capitalUsdPerNodeHour(dgx({ salvageUsd }), 7),
    );
  });

  it('repays a loan of the basis, salvage included, to the last dollar', () => {
    const arbitrary = fc.record({
      lifeYears: fc.integer({ min: 1, max: 20 }),
      interestRate: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
      salvageUsd: fc.integer({ min: 0, max: 199_000 }),
      facilityShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const check = fc.property(arbitrary, (capital) => {
      const question = dgx({ method: 'annuity', ...capital });
      const yearly = capitalUsdPerNodeHour(question, 0) * YEAR;
      let debt = basisUsd(question);
      for (let year = 0; year < capital.lifeYears; year++) debt = debt * (1 + capital.interestRate) - yearly;
      expect(debt).toBeCloseTo(capital.salvageUsd, 3);
    });
    fc.assert(check);
  });
});

describe('a declining balance', () => {
  it('of $100,000 over five years takes 40,000, 24,000, 14,400, 8,640 and 5,184', () => {
    const question = dgx({ method: 'declining-balance' }, 100_000);
    const yearly = [0, 1, 2, 3, 4, 5].map((year) => capitalUsdPerNodeHour(question, year * YEAR) * YEAR);
    for (const [year, usd] of [40_000, 24_000, 14_400, 8640, 5184, 0].entries()) {
      expect(yearly[year]).toBeCloseTo(usd, 6);
    }
  });

  it('stops at the salvage value', () => {
    const question = dgx({ method: 'declining-balance', salvageUsd: 30_000 }, 100_000);
    const yearly = [0, 1, 2, 3].map((year) => capitalUsdPerNodeHour(question, year * YEAR) * YEAR);
    for (const [year, usd] of [40_000, 24_000, 6000, 0].entries()) expect(yearly[year]).toBeCloseTo(usd, 6);
  });

  it('over one or two years takes everything in the first', () => {
    const one = dgx({ method: 'declining-balance', lifeYears: 1 }, 8760);
    expect(capitalUsdPerNodeHour(one, 0)).toBeCloseTo(1, 12);
    const two = dgx({ method: 'declining-balance', lifeYears: 2 }, 8760);
    expect([0, 1].map((year) => capitalUsdPerNodeHour(two, year * YEAR))).toEqual([1, 0]);
  });
});

it('a node costs, from one age to another, what its hours add up to', () => {
  const arbitrary = fc.record({
    method: fc.constantFrom('straight-line' as const, 'declining-balance' as const, 'annuity' as const),
    lifeYears: fc.integer({ min: 1, max: 4 }),
    interestRate: fc.constantFrom(0, 0.08),
    salvageUsd: fc.integer({ min: 0, max: 50_000 }),
  });
  const check = fc.property(arbitrary, fc.nat(30_000), fc.nat(12_000), (capital, fromHours, hours) => {
    const question = dgx(capital);
    let usd = 0;
    for (let hour = fromHours; hour < fromHours + hours; hour++) usd += capitalUsdPerNodeHour(question, hour);
    expect(capitalUsdOfNode(question, fromHours, fromHours + hours)).toBeCloseTo(usd, 5);
  });
  fc.assert(check, { numRuns: 40 });
});

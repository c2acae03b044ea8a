import { expect, it } from 'vitest';
import { amortizationUsdPerNodeHour } from '../../src/economics/amortization.ts';

const dgx = { nodePriceUsd: 199_000, lifeYears: 5, salvageUsd: 0, capexOverheadShare: 0 };

it('spreads $199,000 over five years as $4.5434 an hour', () => {
  expect(amortizationUsdPerNodeHour(dgx)).toBeCloseTo(4.5434, 4);
});

it('adds network and building to the basis and takes off what is left at the end', () => {
  const spec = { ...dgx, capexOverheadShare: 0.2, salvageUsd: 38_800 };
  expect(amortizationUsdPerNodeHour(spec)).toBeCloseTo(200_000 / 43_800, 12);
});

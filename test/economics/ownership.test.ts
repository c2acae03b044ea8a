import { describe, expect, it } from 'vitest';
import { breakEven, repriced } from '../../src/economics/ownership.ts';
import { sumRows } from '../../src/economics/ledger.ts';
import { Run } from '../../src/run/run.ts';
import { loaded as load } from '../scenario/scenario-text.ts';
import { loaded } from '../report/fixture.ts';

const spec = loaded.scenario.economics;

describe('break-even', () => {
  it('is where the hours saved at the rent pay for the capital', () => {
    // $199,000 over five years is $4.5434 an hour, eight GPUs at $2.21 are $17.68; a node that draws 5 kW at PUE 1.2 and
    // $0.08 costs $0.48: 4.5434 / 17.2.
    const { utilisation, amortizationUsdPerNodeHour, rentUsdPerNodeHour } = breakEven(spec, {
      gpusPerNode: 8,
      electricityUsdPerNodeHour: 0.48,
    });
    expect(amortizationUsdPerNodeHour).toBeCloseTo(4.5434, 4);
    expect(rentUsdPerNodeHour).toBeCloseTo(17.68, 12);
    expect(utilisation).toBeCloseTo(0.26415, 5);
    // There both cost the same.
    expect(amortizationUsdPerNodeHour + utilisation * 0.48).toBeCloseTo(utilisation * rentUsdPerNodeHour, 12);
  });

  it('is never where electricity costs more than the rent', () => {
    expect(breakEven(spec, { gpusPerNode: 8, electricityUsdPerNodeHour: 20 }).utilisation).toBe(Infinity);
  });
});

describe('a ledger repriced', () => {
  const text = (ownership: string) => `
duration: 2h
workload: { arrivals: { kind: constant, requestsPerSecond: 3 } }
fleet:
  pools:
    - model: llama2-7b
      tp: 1
      replicas: 30
      ownership: ${ownership}
      autoscaling: { policy: threshold, min: 1, initial: 20, coldStart: warm }
economics:
  electricity: { kind: time-of-use, price: 0.05, periods: [{ days: all, fromHour: 1, toHour: 2, price: 0.4 }] }
`;
  const run = (ownership: string) =>
    new Run(load(text(ownership)), { threads: 0, outDir: 'out/test', version: 'test' }).execute();

  it('is to the cent what the other fleet would have paid', async () => {
    const [owned, rented] = [await run('owned'), await run('rented')];
    const fleet = { nodes: 4, gpusPerNode: 8 };
    for (const { ledger } of [owned, rented]) {
      const asOwned = repriced(ledger, {
        ownership: 'owned',
        fleet,
        spec: load(text('owned')).scenario.economics,
      });
      const asRented = repriced(ledger, { ownership: 'rented', fleet, spec });
      const truth = sumRows(owned.ledger);
      expect(asOwned.electricityUsd / truth.electricityUsd).toBeCloseTo(1, 9);
      expect(asOwned.totalUsd / truth.totalUsd).toBeCloseTo(1, 9);
      expect(asRented.totalUsd / sumRows(rented.ledger).rentUsd).toBeCloseTo(1, 9);
    }
    // Nodes were off some of the time, or it would prove little.
    expect(sumRows(rented.ledger).nodeHours).toBeLessThan(0.95 * 8);
  });
});

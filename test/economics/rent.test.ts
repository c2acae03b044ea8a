import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billedSeconds, rentUsd, spotPriceChanges } from '../../src/economics/prices/rent.ts';
import type { RentSpec, Series } from '../../src/economics/spec.ts';

const HOUR_MS = 3_600_000;
const onDemand: RentSpec = { usdPerGpuHour: 2.21, granularitySeconds: 1, minimumSeconds: 60 };
const reserved = { nodes: 3, usdPerGpuHour: 1.5 };

describe('rent', () => {
  it('on demand of an A100 node is $17.68 an hour', () => {
    const parts = rentUsd({
      rent: onDemand,
      gpusPerNode: 8,
      nodeHoursOn: 1,
      spotNodeHours: 0,
      hours: 1,
      epochMs: 0,
    });
    expect(parts.rentUsd).toBeCloseTo(17.68, 12);
    expect(parts).toMatchObject({ reservedUsd: 0, spotUsd: 0 });
  });

  it('of reserved nodes is paid for whether they are on or not, and no twice', () => {
    const ask = (nodeHoursOn: number) =>
      rentUsd({
        rent: { ...onDemand, reserved },
        gpusPerNode: 8,
        nodeHoursOn,
        spotNodeHours: 0,
        hours: 2,
        epochMs: 0,
      });
    // 3 nodes x 2 h x 8 GPUs x $1.50.
    expect(ask(0)).toEqual({ rentUsd: 72, reservedUsd: 72, spotUsd: 0 });
    expect(ask(6)).toEqual({ rentUsd: 72, reservedUsd: 72, spotUsd: 0 });
    // Four hours above them, on demand: 4 x 8 x $2.21.
    expect(ask(10).rentUsd).toBeCloseTo(72 + 70.72, 12);
  });

  it('has a spot share of what is above the reserved nodes, at the price of the hour', () => {
    const price: Series = {
      file: 's',
      startsEpochMs: [0, HOUR_MS],
      values: [0.5, 1],
      endEpochMs: 2 * HOUR_MS,
    };
    const rent: RentSpec = { ...onDemand, reserved, spot: { share: 0.25, usdPerGpuHour: price } };
    // One hour, 11 nodes on: 3 reserved ($36), 2 spot, 6 on demand.
    const parts = rentUsd({
      rent,
      gpusPerNode: 8,
      nodeHoursOn: 11,
      spotNodeHours: 0,
      hours: 1,
      epochMs: HOUR_MS,
    });
    expect(parts.reservedUsd).toBe(36);
    expect(parts.spotUsd).toBe(2 * 8 * 1);
    expect(parts.rentUsd).toBeCloseTo(36 + 16 + 6 * 8 * 2.21, 10);
    expect(spotPriceChanges(rent, 0, 2 * HOUR_MS)).toEqual([HOUR_MS]);
    expect(spotPriceChanges(onDemand, 0, HOUR_MS)).toEqual([]);
  });

  it('is the sum of what each node costs', () => {
    const arbitrary = fc.record({
      nodes: fc.nat(20),
      reservedNodes: fc.nat(10),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      hours: fc.double({ min: 0.01, max: 24, noNaN: true }),
    });
    const check = fc.property(arbitrary, ({ nodes, reservedNodes, share, hours }) => {
      const rent: RentSpec = {
        ...onDemand,
        reserved: { nodes: reservedNodes, usdPerGpuHour: 1.5 },
        spot: { share, usdPerGpuHour: 0.7 },
      };
      let usd = 0;
      for (let node = 0; node < reservedNodes; node++) usd += 4 * hours * 1.5;
      for (let node = reservedNodes; node < nodes; node++)
        usd += 4 * hours * (share * 0.7 + (1 - share) * 2.21);
      const parts = rentUsd({
        rent,
        gpusPerNode: 4,
        nodeHoursOn: nodes * hours,
        spotNodeHours: 0,
        hours,
        epochMs: 0,
      });
      expect(parts.rentUsd).toBeCloseTo(usd, 8);
    });
    fc.assert(check);
  });
});

describe('an instance is billed', () => {
  it.each([
    ['by the second, at least a minute: 10 s', 1, 60, 10, 60],
    ['by the second: 75.2 s', 1, 60, 75.2, 76],
    ['by the second: an hour that rounding made longer', 1, 60, 3600 + 1e-10, 3600],
    ['by the hour: 61 min', 3600, 3600, 3660, 7200],
    ['by the hour: 60 min', 3600, 0, 3600, 3600],
    ['to the instant', 0, 0, 12.5, 12.5],
  ])('%s', (_, granularitySeconds, minimumSeconds, seconds, billed) => {
    expect(billedSeconds({ usdPerGpuHour: 1, granularitySeconds, minimumSeconds }, seconds)).toBe(billed);
  });
});

// The ledger of whole runs: rows by the local clock, pools of every kind, and the same rows when they are read back or
// made again from what the pools did.
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ledger, sumRows } from '../../src/economics/ledger.ts';
import { COST_PARTS, ENERGY_PARTS } from '../../src/economics/rows.ts';
import type { LedgerRow } from '../../src/economics/spec.ts';
import { writeResults } from '../../src/report/files.ts';
import { resultFiles } from '../../src/report/result-files.ts';
import { readResults } from '../../src/report/saved-run/read.ts';
import { summaryJson } from '../../src/report/summary-json.ts';
import type { RunResult } from '../../src/run/result.ts';
import { Run } from '../../src/run/run.ts';
import { nodesOfPool } from '../../src/scenario/build.ts';
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { loaded } from '../scenario/scenario-text.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

const execute = (scenario: LoadedScenario): Promise<RunResult> =>
  new Run(scenario, { threads: 0, outDir: '', version: 'test' }).execute();

const SCALING = 'autoscaling: { policy: threshold, min: 1, initial: 14, coldStart: warm }';

/** One owned pool that is always on, one that scales, one rented that scales; every part of the ledger priced. */
const MIXED = `
duration: 100m
start: 2024-05-14T16:40:00
timeZone: Europe/Berlin
workload: { arrivals: { kind: constant, requestsPerSecond: 2 } }
fleet:
  pools:
    - { name: fixed, model: llama2-7b, tp: 1, replicas: 9 }
    - { name: scaled, model: llama2-7b, tp: 1, replicas: 16, ${SCALING} }
    - { name: cloud, model: llama2-7b, tp: 1, replicas: 16, ownership: rented, ${SCALING} }
economics:
  region: germany
  electricity: { kind: time-of-use, price: 0.1, periods: [{ fromHour: 17, toHour: 18, price: -0.05 }] }
  demandCharge: 31 USD/kW
  pue: { curve: [{ load: 0, pue: 1.6 }, { load: 1, pue: 1.1 }] }
  capital: { method: annuity, interest: 8%, network: 10% }
  rent: { price: 2, reserved: { nodes: 1, price: 1 }, spot: { share: 0.5, discount: 70% } }
  maintenance: 5%
  storage: { terabytes: 10, price: 23 }
  transfer: { price: 0.09 }
  staff: 50k
  licences: 10k
  carbon: { contractedShare: 30% }
  offPower: 50
`;

const mixed = loaded(MIXED);
const ran = execute(mixed);

const sum = (row: LedgerRow, keys: readonly (keyof LedgerRow)[]) =>
  keys.reduce((total, key) => total + Number(row[key]), 0);

describe('a run of owned, scaled and rented pools', () => {
  it('has rows of which parts sum to totals, pool by pool and together', async () => {
    const { ledger, ledgerByPool } = await ran;
    expect(ledger.map(({ startLocal }) => startLocal.slice(11, 16))).toEqual(['16:40', '17:00', '18:00']);
    for (const row of [...ledger, ...ledgerByPool.flat()]) {
      expect(sum(row, COST_PARTS) / row.totalUsd).toBeCloseTo(1, 9);
      expect(sum(row, ['prefillUsd', 'decodeUsd', 'idleUsd']) / row.totalUsd).toBeCloseTo(1, 9);
      expect(sum(row, ENERGY_PARTS) / row.itKwh).toBeCloseTo(1, 9);
      expect(row.decodeUsd).toBeGreaterThan(0);
    }
    for (const [i, row] of ledger.entries()) {
      for (const key of [
        'totalUsd',
        'itKwh',
        'facilityKwh',
        'locationGrams',
        'idleUsd',
        'nodeHours',
      ] as const) {
        const parts = ledgerByPool.reduce((total, pool) => total + pool[i][key]!, 0);
        expect(parts / row[key]!).toBeCloseTo(1, 9);
      }
    }
  });

  it('earns with electricity while its price is negative, and loses it otherwise', async () => {
    const { ledger } = await ran;
    const [before, during, after] = ledger;
    expect(during.electricityUsd).toBeLessThan(0);
    expect(during.usdPerKwh).toBeCloseTo(-0.05, 12);
    expect(before.electricityUsd).toBeGreaterThan(0);
    expect(after.electricityUsd).toBeGreaterThan(0);
  });

  it('pays capital for owned nodes that are off too, which draw a little', async () => {
    const [fixed, scaled, cloud] = (await ran).ledgerByPool.map(sumRows);
    // Two nodes each, 100 min.
    expect(scaled.amortizationUsd).toBeCloseTo(fixed.amortizationUsd, 9);
    const offHours = 2 * (100 / 60) - scaled.nodeHours;
    expect(offHours).toBeGreaterThan(0.5);
    expect(scaled.offKwh).toBeCloseTo(0.05 * offHours, 9);
    expect(scaled.embodiedGrams).toBeCloseTo(fixed.embodiedGrams, 6);
    expect(cloud).toMatchObject({ amortizationUsd: 0, electricityUsd: 0, maintenanceUsd: 0, offKwh: 0 });
    expect(cloud.facilityKwh).toBeGreaterThan(0);
    expect(cloud.locationGrams! / cloud.facilityKwh).toBeCloseTo(363, 9);
    expect(cloud.reservedUsd).toBeCloseTo(8 * (100 / 60), 9);
    // Above the reserved node: half at $2, half at 60 cents.
    const above = cloud.rentUsd - cloud.reservedUsd;
    expect(cloud.spotUsd / above).toBeCloseTo(0.6 / 2.6, 9);
  });

  it('has a demand charge of its owned nodes’ peak, beside the total', async () => {
    const result = await ran;
    const { months, usd } = result.demandCharge!;
    expect(months).toHaveLength(1);
    expect(usd).toBeCloseTo((31 * (months[0].peakWatts / 1000) * (100 / 1440)) / 31, 9);
    const summary = summaryJson(result, mixed);
    expect(summary.demand_peak_kw).toBe(months[0].peakWatts / 1000);
    const total = Number(summary.total_usd);
    expect(summary.total_with_demand_charge_usd).toBe(total + usd);
    expect(total / sumRows(result.ledger).totalUsd).toBeCloseTo(1, 12);
  });

  it('gives the same rows when they are read back, and when they are made again from energy.csv', async () => {
    const result = await ran;
    const dir = path.join(mkdtempSync(path.join(folder, 'ledger-')), 'run');
    writeResults(dir, resultFiles(result, mixed));
    const saved = await readResults(dir);
    expect(saved.ledger).toEqual(result.ledger);
    expect([...saved.ledgerByPool.keys()]).toEqual(['fixed', 'scaled', 'cloud']);
    expect([...saved.ledgerByPool.values()]).toEqual(result.ledgerByPool);
    const { scenario } = mixed;
    const again = new Ledger({
      spec: scenario.economics,
      ...scenario,
      pools: scenario.pools.map((pool) => ({ ownership: pool.ownership, ...nodesOfPool(pool) })),
    });
    for (const window of saved.ledgerWindows) again.addWindow(window);
    expect(again.allRows()).toEqual(result.ledger);
    expect(again.allRowsByPool()).toEqual(result.ledgerByPool);
    expect(again.demandCharge()).toEqual(result.demandCharge);
  });
});

describe('a rented node', () => {
  it('is billed for the minimum, however short its life', async () => {
    const minimum = (written: string) =>
      loaded(`
duration: 1h
workload: { arrivals: { kind: constant, requestsPerSecond: 0.2 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 16, ownership: rented, ${SCALING.replace('14', '9, emptyNode: 60s')} }] }
economics: { rent: { price: 2, granularity: 0s, minimum: ${written} } }
output: { window: 1h }
`);
    const [exact, hourly] = await Promise.all([execute(minimum('0s')), execute(minimum('90m'))]);
    const [short, long] = [sumRows(exact.ledger), sumRows(hourly.ledger)];
    expect(short.billedNodeHours).toBe(short.nodeHours);
    expect(short.rentUsd / (16 * short.nodeHours)).toBeCloseTo(1, 9);
    // One node was given back: an hour and a half of it, and the hour of the other.
    expect(long.nodeHours).toBe(short.nodeHours);
    expect(long.billedNodeHours).toBeCloseTo(2.5, 9);
    expect(long.rentUsd).toBeCloseTo(40, 9);
    expect(long.idleUsd - short.idleUsd).toBeCloseTo(long.rentUsd - short.rentUsd, 9);
  });
});

describe('days on which clocks change', () => {
  it.each([
    ['23 rows when they go forward', '2023-03-26', 23],
    ['25 rows when they go back', '2023-10-29', 25],
  ])('have %s', async (_, date, rows) => {
    const { ledger } = await execute(
      loaded(`
start: ${date}T00:00:00
timeZone: Europe/Berlin
duration: ${rows}h
workload: { arrivals: { kind: constant, requestsPerSecond: 0.01 } }
fleet: { pools: [{ model: llama2-7b, tp: 1, replicas: 8 }] }
economics: { electricity: { kind: time-of-use, price: 0.1, periods: [{ fromHour: 2, toHour: 3, price: 0.5 }] } }
output: { window: 1h }
`),
    );
    expect(ledger).toHaveLength(rows);
    expect(new Set(ledger.map(({ startLocal }) => startLocal)).size).toBe(rows);
    expect(ledger.at(-1)!.startLocal.slice(0, 13)).toBe(`${date}T23`);
    for (const { startSeconds, endSeconds } of ledger) expect(endSeconds - startSeconds).toBe(3600);
    // The hour from 2 to 3 comes not at all, or twice.
    expect(ledger.filter(({ usdPerKwh }) => usdPerKwh === 0.5)).toHaveLength(rows === 23 ? 0 : 2);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowEnds } from '../../src/economics/calendar.ts';
import { Ledger, sumRows, type LedgerOptions } from '../../src/economics/ledger.ts';
import { COST_PARTS, ENERGY_PARTS } from '../../src/economics/rows.ts';
import type { EconomicsSpec, LedgerRow, PoolWindow, Series, TariffSpec } from '../../src/economics/spec.ts';
import { economics, poolWindow } from '../support/economics.ts';

const MONDAY = Date.UTC(2023, 0, 30);

const options = (changes: Partial<LedgerOptions> = {}): LedgerOptions => ({
  spec: economics(),
  startEpochMs: MONDAY,
  timeZone: 'UTC',
  durationSeconds: 7200,
  pools: [{ ownership: 'owned', nodes: 10, gpus: 80 }],
  ...changes,
});

const owned = { ownership: 'owned' as const, nodes: 10, gpus: 80 };
const rented = { ownership: 'rented' as const, nodes: 2, gpus: 16 };

const indian: TariffSpec = {
  kind: 'time-of-use',
  timeZone: 'Asia/Kolkata', // 06:00 there is 00:30 UTC.
  usdPerKwh: 0.1,
  holidays: [],
  periods: [{ days: 'all', fromHour: 6, toHour: 7, usdPerKwh: 0.2 }],
};

function add(startSeconds: number, endSeconds: number, changes: Partial<LedgerOptions> = {}): void {
  new Ledger(options(changes)).addWindow({ startSeconds, endSeconds, pools: [poolWindow(0)] });
}

/** The row of one window from the start of the run. */
function rowOf(endSeconds: number, pools: PoolWindow[], changes: Partial<LedgerOptions> = {}): LedgerRow {
  const ledger = new Ledger(options(changes));
  ledger.addWindow({ startSeconds: 0, endSeconds, pools });
  return ledger.current();
}

function expectClose(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-9, Math.abs(expected)));
}

/** Values from second 0 on, each for an hour. */
function hourly(...values: number[]): Series {
  return {
    file: 'series.csv',
    startsEpochMs: values.map((_, i) => MONDAY + i * 3_600_000),
    values,
    endEpochMs: MONDAY + values.length * 3_600_000,
  };
}

describe('the ledger', () => {
  it('prices an hour of ten owned nodes at 3 kW by hand', () => {
    const row = rowOf(3600, [poolWindow(30, { idleItKwh: 6, nodeHours: 10 })]);
    expect(row).toMatchObject({
      startUtc: '2023-01-30T00:00:00Z',
      startLocal: '2023-01-30T00:00:00+00:00',
      startSeconds: 0,
      endSeconds: 3600,
      itKwh: 30,
      facilityKwh: 36,
      usdPerKwh: 0.08,
      rentUsd: 0,
      nodeHours: 10,
    });
    expect(row.idleKwh).toBeCloseTo(7.2, 12);
    expect(row.electricityUsd).toBeCloseTo(2.88, 12);
    expect(row.amortizationUsd).toBeCloseTo(45.434, 3);
    expect(row.totalUsd).toBe(row.electricityUsd + row.amortizationUsd);
  });

  it('charges rented nodes rent for all their GPUs and nothing else, but reports their energy and carbon', () => {
    const spec = economics({
      recurring: { ...economics().recurring, maintenanceShare: 0.1 },
      carbon: { ...economics().carbon, gramsPerKwh: 100 },
    });
    const row = rowOf(1800, [poolWindow(3, { nodeHours: 1 })], { spec, pools: [rented] });
    expect(row).toMatchObject({ electricityUsd: 0, amortizationUsd: 0, maintenanceUsd: 0, itKwh: 3 });
    expect(row.nodeHours).toBe(1);
    expect(row.facilityKwh).toBeCloseTo(3.6, 12);
    expect(row.rentUsd).toBeCloseTo(16 * 0.5 * 2.21, 12);
    expect(row.totalUsd).toBe(row.rentUsd);
    expect(row.locationGrams).toBeCloseTo(360, 9);
    // 2,544 kg over five years of 8,760 h, for the hour that was used.
    expect(row.embodiedGrams).toBeCloseTo(58.08, 2);
  });

  it('bills the annuity of the spec: $5.6896 per node-hour at 8 %', () => {
    const { capital } = economics();
    const spec = economics({ capital: { ...capital, method: 'annuity', interestRate: 0.08 } });
    const row = rowOf(3600, [poolWindow(0)], { spec, pools: [{ ...owned, nodes: 1, gpus: 8 }] });
    expect(row.amortizationUsd).toBeCloseTo(5.6896, 4);
    expect(rowOf(3600, [poolWindow(0)], { pools: [{ ...owned, nodes: 1 }] }).amortizationUsd).toBeCloseTo(
      4.5434,
      4,
    );
  });

  it('averages the price over energy, not over time', () => {
    const ledger = new Ledger(options({ spec: economics({ tariff: indian }) }));
    ledger.addWindow({ startSeconds: 0, endSeconds: 1800, pools: [poolWindow(10)] });
    ledger.addWindow({ startSeconds: 1800, endSeconds: 3600, pools: [poolWindow(30)] });
    expect(ledger.current().electricityUsd).toBeCloseTo(12 * 0.1 + 36 * 0.2, 12);
    expect(ledger.current().usdPerKwh).toBeCloseTo(0.175, 12);
  });

  it('keeps a flat price exactly, however many windows', () => {
    const ledger = new Ledger(options());
    for (let i = 0; i < 60; i++) {
      const pools = [poolWindow(1 / (i + 3))];
      ledger.addWindow({ startSeconds: i * 60, endSeconds: (i + 1) * 60, pools });
    }
    expect(ledger.current().usdPerKwh).toBe(0.08);
  });

  it('gives back money where the price is negative', () => {
    const spec = economics({ tariff: { kind: 'series', usdPerKwh: hourly(-0.05, 0.1) } });
    expect(rowOf(3600, [poolWindow(100)], { spec }).electricityUsd).toBeCloseTo(-6, 12);
  });

  it('begins a row with the first window after its bound, and keeps the last one current', () => {
    const startEpochMs = MONDAY + 45 * 60_000;
    const ledger = new Ledger(options({ startEpochMs, timeZone: 'Europe/Berlin', durationSeconds: 5000 }));
    expect(ledger.rows()).toEqual([]);
    expect(ledger.current()).toMatchObject({ startSeconds: 0, endSeconds: 0, usdPerKwh: 0.08, totalUsd: 0 });
    const bounds = [0, 900, 4500, 5000];
    for (let i = 1; i < bounds.length; i++) {
      const nodeHours = (10 * (bounds[i] - bounds[i - 1])) / 3600;
      const pools = [poolWindow(1, { nodeHours })];
      ledger.addWindow({ startSeconds: bounds[i - 1], endSeconds: bounds[i], pools });
      expect(ledger.rows()).toHaveLength(i - 1);
      expect(ledger.current()).toMatchObject({ startSeconds: bounds[i - 1], endSeconds: bounds[i] });
    }
    expect(ledger.allRows().map((row) => row.startLocal)).toEqual([
      '2023-01-30T01:45:00+01:00',
      '2023-01-30T02:00:00+01:00',
      '2023-01-30T03:00:00+01:00',
    ]);
    expect(ledger.totals().nodeHours).toBeCloseTo((10 * 5000) / 3600, 9);
  });

  it('gives rows that later windows do not change', () => {
    const ledger = new Ledger(options());
    ledger.addWindow({ startSeconds: 0, endSeconds: 60, pools: [poolWindow(1)] });
    const before = ledger.current();
    ledger.addWindow({ startSeconds: 60, endSeconds: 120, pools: [poolWindow(1)] });
    expect(before).toMatchObject({ endSeconds: 60, itKwh: 1 });
  });

  it('refuses windows with gaps, without length, across a row, across a price or after the end', () => {
    expect(() => add(60, 120)).toThrow('does not start at 0 s');
    expect(() => add(0, 0)).toThrow('is empty');
    expect(() => add(0, 3601)).toThrow('crosses the row bound at 3600 s');
    expect(() => add(0, 61, { durationSeconds: 60 })).toThrow('crosses the row bound at 60 s');
    const spec = economics({ tariff: indian });
    expect(() => add(0, 1801, { spec })).toThrow('the price changes within');
    expect(() => add(0, 1800, { spec })).not.toThrow();
    const carbon = { ...economics().carbon, gramsPerKwh: hourly(1, 2, 3) };
    const late = { startEpochMs: MONDAY + 1800_000, timeZone: 'Asia/Kolkata' };
    expect(() => add(0, 1801, { spec: economics({ carbon }), ...late })).toThrow('carbon intensity changes');
  });
});

describe('a row', () => {
  it('has every part by hand: two pools, one owned and one rented', () => {
    const spec = economics({
      recurring: {
        maintenanceShare: 0.0876,
        storage: { terabytes: 73, usdPerTbMonth: 20 },
        transfer: { usdPerGb: 0.1, bytesPerOutputToken: 5, bytesPerRequest: 1000 },
        staffUsdPerMonth: 73_000,
        licencesUsdPerMonth: 7300,
      },
      carbon: { ...economics().carbon, gramsPerKwh: 50, contractedShare: 0.4 },
    });
    const pools = [owned, { ...rented, gpus: 20 }];
    const served = { requests: 1e6, outputTokens: 2e9 };
    const ledger = new Ledger(options({ spec, pools }));
    ledger.addWindow({
      startSeconds: 0,
      endSeconds: 3600,
      pools: [poolWindow(30, { nodeHours: 4, ...served }), poolWindow(10, { nodeHours: 2 })],
    });
    const [all, [[first], [second]]] = [ledger.current(), ledger.allRowsByPool()];
    // 0.0876 / 8760 of $199,000 an hour and node.
    expectClose(first.maintenanceUsd, 19.9);
    // 73 TB × $20 / 730 h, of which 80 of 100 GPUs have four fifths.
    expectClose(first.storageUsd, 1.6);
    expectClose(second.storageUsd, 0.4);
    expectClose(all.staffUsd, 100);
    expectClose(all.licencesUsd, 10);
    // 10 GB of tokens and 1 GB of requests.
    expectClose(first.transferUsd, 1.1);
    expect(second.transferUsd).toBe(0);
    expectClose(all.locationGrams!, 48 * 50);
    expectClose(all.marketGrams!, 48 * 50 * 0.6);
    // Ten owned nodes whether on or off, two rented ones that were.
    expectClose(all.embodiedGrams, (12 * 2_544_000) / 43_800);
    expectClose(all.totalUsd, 36 * 0.08 + (10 * 199_000) / 43_800 + 20 * 2.21 + 19.9 + 2 + 1.1 + 100 + 10);
  });

  it('pays for reserved nodes whether they are used or not, and on demand above them', () => {
    const rent = { ...economics().rent, reserved: { nodes: 3, usdPerGpuHour: 1 } };
    const one = { ...rented, nodes: 5, gpus: 40 };
    const at = (nodeHours: number) => {
      return rowOf(3600, [poolWindow(0, { nodeHours })], { spec: economics({ rent }), pools: [one] });
    };
    expect(at(0)).toMatchObject({ rentUsd: 24, reservedUsd: 24, spotUsd: 0 });
    expect(at(2)).toMatchObject({ rentUsd: 24, idleUsd: 24 });
    expect(at(5).rentUsd).toBeCloseTo(24 + 16 * 2.21, 12);
  });

  it('is of the first rented pool as far as reserved nodes go, and of the last beyond that', () => {
    const rent = { ...economics().rent, reserved: { nodes: 9, usdPerGpuHour: 1 } };
    const ledger = new Ledger(options({ spec: economics({ rent }), pools: [rented, owned, rented] }));
    const pools = [poolWindow(0, { nodeHours: 2 }), poolWindow(0), poolWindow(0, { nodeHours: 2 })];
    ledger.addWindow({ startSeconds: 0, endSeconds: 3600, pools });
    expect(ledger.allRowsByPool().map(([{ rentUsd }]) => rentUsd)).toEqual([16, 0, 56]);
  });

  it('is shared by GPU-time: prompts, output tokens, and the rest idle', () => {
    const use = { prefillGpuSeconds: 28_800, decodeGpuSeconds: 115_200 };
    const row = rowOf(3600, [poolWindow(0, use)]);
    // Of 80 GPU-hours 8 and 32.
    expectClose(row.prefillUsd, row.totalUsd * 0.1);
    expectClose(row.decodeUsd, row.totalUsd * 0.4);
    expectClose(row.idleUsd, row.totalUsd * 0.5);
    expect(row.paidGpuSeconds).toBe(288_000);
  });

  it('counts what rented instances were billed beyond their time as idle', () => {
    const use = { nodeHours: 0.5, billedNodeHours: 1, decodeGpuSeconds: 0.5 * 8 * 3600 };
    const row = rowOf(3600, [poolWindow(0, use)], { pools: [rented] });
    expectClose(row.rentUsd, 8 * 2.21);
    expectClose(row.idleUsd, 4 * 2.21);
  });
});

describe('the demand charge', () => {
  const spec = economics({ demandCharge: { usdPerKwMonth: 31, intervalSeconds: 900 } });

  it('is of the highest quarter of an hour of owned nodes, for the part of the month that ran', () => {
    const ledger = new Ledger(options({ spec, pools: [owned, rented] }));
    // 10 kW, and 20 kW from 00:30 to 00:45; what rented nodes draw is not ours to pay.
    for (let i = 0; i < 8; i++) {
      const pools = [poolWindow(i === 2 ? 5 : 2.5), poolWindow(7)];
      ledger.addWindow({ startSeconds: i * 900, endSeconds: (i + 1) * 900, pools });
    }
    const { usd, months } = ledger.demandCharge()!;
    expect(months).toHaveLength(1);
    expectClose(months[0].peakWatts, 24_000);
    expect(months[0].peakStartSeconds).toBe(1800);
    // 24 kW × $31 × 2 h of the 31 days of January.
    expectClose(usd, (24 * 2) / 24);
  });

  it('is in no row and in no total', () => {
    const use = [poolWindow(30)];
    expect(rowOf(3600, use, { spec })).toEqual(rowOf(3600, use));
  });

  it('is not there where the scenario has none', () => {
    expect(new Ledger(options()).demandCharge()).toBeUndefined();
  });
});

describe('for any fleet, prices and windows', () => {
  const pool = fc.record({
    ownership: fc.constantFrom('owned' as const, 'rented' as const),
    nodes: fc.integer({ min: 1, max: 4000 }),
    gpus: fc.integer({ min: 1, max: 32_000 }),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
  const anySpec = fc
    .record({ price: fc.double({ min: -1, max: 1, noNaN: true }), share, amount })
    .map((drawn): EconomicsSpec =>
      economics({
        tariff: { kind: 'flat', usdPerKwh: drawn.price },
        recurring: {
          maintenanceShare: drawn.share,
          storage: { terabytes: drawn.amount, usdPerTbMonth: 20 },
          transfer: { usdPerGb: drawn.share, bytesPerOutputToken: 4, bytesPerRequest: 1000 },
          staffUsdPerMonth: drawn.amount,
          licencesUsdPerMonth: drawn.amount / 7,
        },
        rent: {
          ...economics().rent,
          ...(drawn.share > 0.5 && { reserved: { nodes: 1 + Math.floor(drawn.amount), usdPerGpuHour: 1 } }),
          spot: { share: drawn.share, usdPerGpuHour: 0.7 },
        },
        carbon: { ...economics().carbon, gramsPerKwh: drawn.amount, contractedShare: drawn.share },
      }),
    );
  const arbitrary = fc.record({
    spec: anySpec,
    pools: fc.array(pool, { minLength: 1, maxLength: 3 }),
    startEpochMs: fc.integer({ min: MONDAY, max: MONDAY + 86_400_000 }),
    durationSeconds: fc.integer({ min: 60, max: 90_000 }),
    watts: fc.integer({ min: 0, max: 10_000_000 }),
    busy: share,
  });

  it('parts sum to totals to 1e-9, of every row, pool and run, and follow from energy and hours', () => {
    const check = fc.property(arbitrary, ({ watts, busy, ...run }) => {
      const ledger = filled(run, { watts, busy });
      const rows = ledger.allRows();
      const byPool = ledger.allRowsByPool();
      for (const row of [...rows, ...byPool.flat(), ledger.totals()]) expectSums(row);
      for (const [i, row] of rows.entries()) {
        for (const [key, value] of Object.entries(row)) {
          if (typeof value !== 'number' || /Seconds$|usdPerKwh/.test(key)) continue;
          const parts = byPool.map((pool) => pool[i][key as 'totalUsd']);
          const scale = Math.max(...parts.map(Math.abs), Math.abs(row.totalUsd), 1e-9);
          expect(Math.abs(value - parts.reduce((sum, part) => sum + part, 0))).toBeLessThanOrEqual(
            1e-9 * scale,
          );
        }
      }
      expectSimple(ledger, run, watts);
      expect(sumRows(rows)).toEqual(ledger.totals());
    });
    fc.assert(check, { numRuns: 60 });
  });
});

type Drawn = Pick<LedgerOptions, 'spec' | 'pools' | 'startEpochMs' | 'durationSeconds'>;

/** Every pool draws as much, a quarter of it without a step; busy for part of its GPU-time. */
function filled(run: Drawn, { watts, busy }: { watts: number; busy: number }): Ledger {
  const ledger = new Ledger(options(run));
  const ends = windowEnds({ ...run, timeZone: 'UTC', windowSeconds: 700, economics: run.spec });
  for (const [i, endSeconds] of ends.entries()) {
    const startSeconds = i === 0 ? 0 : ends[i - 1];
    const hours = (endSeconds - startSeconds) / 3600;
    const itKwh = (watts * hours) / 1000;
    const pools = run.pools.map(({ nodes, gpus }) =>
      poolWindow(itKwh, {
        idleItKwh: itKwh / 4,
        nodeHours: nodes * hours,
        prefillGpuSeconds: (busy * gpus * hours * 3600) / 3,
        decodeGpuSeconds: (busy * gpus * hours * 3600) / 2,
        requests: i,
        outputTokens: 1000 * i,
      }),
    );
    ledger.addWindow({ startSeconds, endSeconds, pools });
  }
  return ledger;
}

function expectSums(row: ReturnType<typeof sumRows>): void {
  const sum = (keys: readonly (keyof typeof row)[]) => keys.reduce((total, key) => total + row[key]!, 0);
  const scale = Math.max(...COST_PARTS.map((key) => Math.abs(row[key])), 1e-9);
  expect(Math.abs(row.totalUsd - sum(COST_PARTS))).toBeLessThanOrEqual(1e-9 * scale);
  const spentFor = sum(['prefillUsd', 'decodeUsd', 'idleUsd']);
  expect(Math.abs(row.totalUsd - spentFor)).toBeLessThanOrEqual(1e-9 * scale);
  expectClose(sum(ENERGY_PARTS), row.itKwh);
}

function expectSimple(ledger: Ledger, { pools, spec, durationSeconds }: Drawn, watts: number): void {
  const totals = ledger.totals();
  const hours = durationSeconds / 3600;
  const price = spec.tariff.kind === 'flat' ? spec.tariff.usdPerKwh : NaN;
  const own = pools.filter(({ ownership }) => ownership === 'owned');
  const ownedKwh = (watts * own.length * hours) / 1000;
  expectClose(totals.itKwh, (watts * pools.length * hours) / 1000);
  expectClose(totals.facilityKwh, totals.itKwh * 1.2);
  expectClose(totals.idleKwh, totals.facilityKwh / 4);
  expectClose(totals.electricityUsd, ownedKwh * 1.2 * price);
  expectClose(
    totals.amortizationUsd,
    own.reduce((n, { nodes }) => n + nodes, 0) * hours * (199_000 / 43_800),
  );
}

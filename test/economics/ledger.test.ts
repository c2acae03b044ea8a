import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowEnds } from '../../src/economics/calendar.ts';
import { Ledger, sumRows, type LedgerOptions } from '../../src/economics/ledger.ts';
import type { EconomicsSpec, TariffSpec } from '../../src/economics/spec.ts';

const spec: EconomicsSpec = {
  tariff: { kind: 'flat', usdPerKwh: 0.08 },
  pue: 1.2,
  nodePriceUsd: 199_000,
  lifeYears: 5,
  salvageUsd: 0,
  capexOverheadShare: 0,
  rentUsdPerGpuHour: 2.21,
};

const MONDAY = Date.UTC(2023, 0, 30);

const options = (changes: Partial<LedgerOptions> = {}): LedgerOptions => ({
  spec,
  startEpochMs: MONDAY,
  timeZone: 'UTC',
  durationSeconds: 7200,
  pools: [{ ownership: 'owned', nodes: 10, gpus: 80 }],
  ...changes,
});

const KWH = 3.6e6;

function add(startSeconds: number, endSeconds: number, changes: Partial<LedgerOptions> = {}): void {
  new Ledger(options(changes)).addWindow({ startSeconds, endSeconds, itJoules: [0], idleJoules: [0] });
}

function expectClose(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
}

describe('the ledger', () => {
  it('prices an hour of ten owned nodes at 3 kW by hand', () => {
    const ledger = new Ledger(options());
    ledger.addWindow({ startSeconds: 0, endSeconds: 3600, itJoules: [30 * KWH], idleJoules: [6 * KWH] });
    const row = ledger.current();
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

  it('charges rented nodes rent for all their GPUs and nothing else, but reports their energy', () => {
    const ledger = new Ledger(options({ pools: [{ ownership: 'rented', nodes: 2, gpus: 16 }] }));
    ledger.addWindow({ startSeconds: 0, endSeconds: 1800, itJoules: [3 * KWH], idleJoules: [0] });
    const row = ledger.current();
    expect(row).toMatchObject({ electricityUsd: 0, amortizationUsd: 0, itKwh: 3, nodeHours: 1 });
    expect(row.facilityKwh).toBeCloseTo(3.6, 12);
    expect(row.rentUsd).toBeCloseTo(16 * 0.5 * 2.21, 12);
    expect(row.totalUsd).toBe(row.rentUsd);
  });

  it('averages the price over energy, not over time', () => {
    const tariff: TariffSpec = {
      kind: 'time-of-use',
      timeZone: 'Asia/Kolkata', // 06:00 there is 00:30 UTC.
      usdPerKwh: 0.1,
      periods: [{ days: 'all', fromHour: 6, toHour: 7, usdPerKwh: 0.2 }],
    };
    const ledger = new Ledger(options({ spec: { ...spec, tariff } }));
    ledger.addWindow({ startSeconds: 0, endSeconds: 1800, itJoules: [10 * KWH], idleJoules: [0] });
    ledger.addWindow({ startSeconds: 1800, endSeconds: 3600, itJoules: [30 * KWH], idleJoules: [0] });
    expect(ledger.current().electricityUsd).toBeCloseTo(12 * 0.1 + 36 * 0.2, 12);
    expect(ledger.current().usdPerKwh).toBeCloseTo(0.175, 12);
  });

  it('keeps a flat price exactly, however many windows', () => {
    const ledger = new Ledger(options());
    for (let i = 0; i < 60; i++) {
      const itJoules = [1e6 / (i + 3)];
      ledger.addWindow({ startSeconds: i * 60, endSeconds: (i + 1) * 60, itJoules, idleJoules: [0] });
    }
    expect(ledger.current().usdPerKwh).toBe(0.08);
  });

  it('begins a row with the first window after its bound, and keeps the last one current', () => {
    const startEpochMs = MONDAY + 45 * 60_000;
    const ledger = new Ledger(options({ startEpochMs, timeZone: 'Europe/Berlin', durationSeconds: 5000 }));
    expect(ledger.rows()).toEqual([]);
    expect(ledger.current()).toMatchObject({ startSeconds: 0, endSeconds: 0, usdPerKwh: 0.08, totalUsd: 0 });
    const bounds = [0, 900, 4500, 5000];
    for (let i = 1; i < bounds.length; i++) {
      const window = { startSeconds: bounds[i - 1], endSeconds: bounds[i], itJoules: [KWH], idleJoules: [0] };
      ledger.addWindow(window);
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
    ledger.addWindow({ startSeconds: 0, endSeconds: 60, itJoules: [KWH], idleJoules: [0] });
    const before = ledger.current();
    ledger.addWindow({ startSeconds: 60, endSeconds: 120, itJoules: [KWH], idleJoules: [0] });
    expect(before).toMatchObject({ endSeconds: 60, itKwh: 1 });
  });

  it('refuses windows with gaps, without length, across a row, across a price or after the end', () => {
    expect(() => add(60, 120)).toThrow('does not start at 0 s');
    expect(() => add(0, 0)).toThrow('is empty');
    expect(() => add(0, 3601)).toThrow('crosses the row bound at 3600 s');
    expect(() => add(0, 61, { durationSeconds: 60 })).toThrow('crosses the row bound at 60 s');
    const tariff: TariffSpec = {
      kind: 'time-of-use',
      timeZone: 'Asia/Kolkata',
      usdPerKwh: 0.1,
      periods: [{ days: 'all', fromHour: 6, toHour: 7, usdPerKwh: 0.2 }],
    };
    expect(() => add(0, 1801, { spec: { ...spec, tariff } })).toThrow('the price changes within');
    expect(() => add(0, 1800, { spec: { ...spec, tariff } })).not.toThrow();
  });

  it('has parts that sum to the totals, and totals that follow from the energy, for any fleet', () => {
    const pool = fc.record({
      ownership: fc.constantFrom('owned' as const, 'rented' as const),
      nodes: fc.integer({ min: 1, max: 4000 }),
      gpus: fc.integer({ min: 1, max: 32_000 }),
    });
    const arbitrary = fc.record({
      pools: fc.array(pool, { minLength: 1, maxLength: 3 }),
      startEpochMs: fc.integer({ min: MONDAY, max: MONDAY + 86_400_000 }),
      durationSeconds: fc.integer({ min: 60, max: 90_000 }),
      watts: fc.integer({ min: 0, max: 10_000_000 }),
    });
    const check = fc.property(arbitrary, ({ watts, ...run }) => {
      const ledger = new Ledger(options(run));
      const ends = windowEnds({ ...run, timeZone: 'UTC', windowSeconds: 700, tariff: spec.tariff });
      for (const [i, endSeconds] of ends.entries()) {
        const startSeconds = i === 0 ? 0 : ends[i - 1];
        const itJoules = run.pools.map(() => watts * (endSeconds - startSeconds));
        ledger.addWindow({ startSeconds, endSeconds, itJoules, idleJoules: itJoules.map((j) => j / 4) });
      }
      const totals = ledger.totals();
      const hours = run.durationSeconds / 3600;
      const owned = run.pools.filter(({ ownership }) => ownership === 'owned');
      const rented = run.pools.filter(({ ownership }) => ownership === 'rented');
      expectClose(totals.itKwh, (watts * run.pools.length * hours) / 1000);
      expectClose(totals.facilityKwh, totals.itKwh * 1.2);
      expectClose(totals.idleKwh, totals.facilityKwh / 4);
      expectClose(totals.electricityUsd, ((watts * owned.length * hours) / 1000) * 1.2 * 0.08);
      expectClose(
        totals.amortizationUsd,
        owned.reduce((n, { nodes }) => n + nodes, 0) * hours * (199_000 / 43_800),
      );
      expectClose(totals.rentUsd, rented.reduce((n, { gpus }) => n + gpus, 0) * hours * 2.21);
      expectClose(totals.totalUsd, totals.electricityUsd + totals.amortizationUsd + totals.rentUsd);
      expect(sumRows(ledger.allRows())).toEqual(totals);
    });
    fc.assert(check, { numRuns: 100 });
  });
});

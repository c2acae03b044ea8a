// The hourly ledger: energy and node-hours of metric windows in, dollars per row out. Owned nodes pay electricity
// (IT energy x PUE x price of the moment) and amortization; rented ones pay rent, which contains both, and only report
// their energy. An owned node is paid for whether it is on or not, a rented one while it is on. Left out: demand charge, carbon, minimum rent, spot, maintenance.
import assert from 'node:assert/strict';
import { amortizationUsdPerNodeHour } from './amortization.ts';
import { ledgerRowBounds, type RunTimes } from './calendar.ts';
import { isoLocal, isoUtc } from '../kernel/clock.ts';
import type { EconomicsSpec, LedgerRow } from './spec.ts';
import { priceAt } from './tariff.ts';

export const JOULES_PER_KWH = 3.6e6;

/** Bounds in seconds and the same bounds on the grid of ticks differ by less (a tick is 2.3e-10 s). */
const BOUND_TOLERANCE_SECONDS = 1e-6;

export interface LedgerPool {
  ownership: 'owned' | 'rented';
  nodes: number;
  /** All GPUs of these nodes: whole nodes are rented. */
  gpus: number;
}

export interface LedgerOptions extends RunTimes {
  spec: EconomicsSpec;
  pools: readonly LedgerPool[];
}

export interface LedgerWindow {
  startSeconds: number;
  endSeconds: number;
  /** IT energy by pool, unused GPUs of its nodes included; and the part drawn while no step ran. */
  itJoules: readonly number[];
  idleJoules: readonly number[];
  /** Node-hours on, by pool; left out or undefined: all nodes, all the time. */
  nodeHours?: readonly (number | undefined)[];
}

const SUMMED = [
  'itKwh',
  'facilityKwh',
  'idleKwh',
  'electricityUsd',
  'amortizationUsd',
  'rentUsd',
  'totalUsd',
  'nodeHours',
] as const;

export type LedgerTotals = Pick<LedgerRow, (typeof SUMMED)[number]>;

export function sumRows(rows: readonly LedgerRow[]): LedgerTotals {
  const sum = (key: keyof LedgerTotals) => rows.reduce((total, row) => total + row[key], 0);
  return Object.fromEntries(SUMMED.map((key) => [key, sum(key)])) as LedgerTotals;
}

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #bounds: number[];
  readonly #amortizationUsdPerNodeHour: number;
  /** The last one is under way. */
  #rows: LedgerRow[];

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#bounds = [...ledgerRowBounds(options), options.durationSeconds];
    this.#amortizationUsdPerNodeHour = amortizationUsdPerNodeHour(options.spec);
    this.#rows = [this.#emptyRow(0)];
  }

  /** Windows come in time order without gaps; none crosses a row bound or a change of price (see `windowEnds`). */
  addWindow(window: LedgerWindow): void {
    const row = this.#openRow(window);
    const price = this.#priceOf(window);
    const { spec, pools } = this.#options;
    const hours = (window.endSeconds - window.startSeconds) / 3600;
    let facilityKwh = 0;
    for (const [i, pool] of pools.entries()) {
      const itKwh = window.itJoules[i] / JOULES_PER_KWH;
      row.itKwh += itKwh;
      row.idleKwh += (window.idleJoules[i] / JOULES_PER_KWH) * spec.pue;
      const nodeHoursOn = window.nodeHours?.[i] ?? pool.nodes * hours;
      row.nodeHours += nodeHoursOn;
      facilityKwh += itKwh * spec.pue;
      if (pool.ownership === 'owned') {
        row.electricityUsd += itKwh * spec.pue * price;
        row.amortizationUsd += pool.nodes * hours * this.#amortizationUsdPerNodeHour;
      } else {
        row.rentUsd += (pool.gpus / pool.nodes) * nodeHoursOn * spec.rentUsdPerGpuHour;
      }
    }
    row.facilityKwh += facilityKwh;
    // Moving the mean by a difference leaves a constant price exactly as it is.
    if (facilityKwh > 0) row.usdPerKwh += (price - row.usdPerKwh) * (facilityKwh / row.facilityKwh);
    row.totalUsd = row.electricityUsd + row.amortizationUsd + row.rentUsd;
    row.endSeconds = window.endSeconds;
  }

  /** The rows before the one under way. */
  rows(): LedgerRow[] {
    return this.#rows.slice(0, -1);
  }

  /** The row of the newest window, as far as it has come; it stays the current one until the next window. */
  current(): LedgerRow {
    return { ...this.#rows[this.#rows.length - 1] };
  }

  /** `rows()` and then `current()`: at the end of a run, stopped or not, the whole ledger. */
  allRows(): LedgerRow[] {
    return [...this.rows(), this.current()];
  }

  totals(): LedgerTotals {
    return sumRows(this.#rows);
  }

  /** Takes the rows (`allRows()`) of a ledger with the same options, and goes on from there. */
  restore(rows: readonly LedgerRow[]): void {
    this.#rows = rows.map((row) => ({ ...row }));
  }

  /** The row that the window belongs to: the current one, or a new one where the current one is full. */
  #openRow({ startSeconds, endSeconds }: LedgerWindow): LedgerRow {
    const end = this.#rows[this.#rows.length - 1].endSeconds;
    if (end > 0 && end > this.#bounds[this.#rows.length] - BOUND_TOLERANCE_SECONDS) {
      this.#rows.push(this.#emptyRow(startSeconds));
    }
    const bound = this.#bounds[this.#rows.length];
    const what = `ledger window ${startSeconds}-${endSeconds} s`;
    assert(Math.abs(startSeconds - end) < BOUND_TOLERANCE_SECONDS, `${what} does not start at ${end} s`);
    assert(endSeconds > startSeconds, `${what} is empty`);
    assert(endSeconds < bound + BOUND_TOLERANCE_SECONDS, `${what} crosses the row bound at ${bound} s`);
    return this.#rows[this.#rows.length - 1];
  }

  #priceOf({ startSeconds, endSeconds }: LedgerWindow): number {
    const { spec } = this.#options;
    const startMs = this.#epochMs(startSeconds);
    const price = priceAt(spec.tariff, startMs);
    const lastMs = Math.max(startMs, this.#epochMs(endSeconds) - 1);
    const same = price === priceAt(spec.tariff, lastMs);
    assert(same, `the price changes within ledger window ${startSeconds}-${endSeconds} s`);
    return price;
  }

  #emptyRow(startSeconds: number): LedgerRow {
    const epochMs = this.#epochMs(startSeconds);
    return {
      startSeconds,
      endSeconds: startSeconds,
      startUtc: isoUtc(epochMs),
      startLocal: isoLocal(epochMs, this.#options.timeZone),
      itKwh: 0,
      facilityKwh: 0,
      idleKwh: 0,
      usdPerKwh: priceAt(this.#options.spec.tariff, epochMs),
      electricityUsd: 0,
      amortizationUsd: 0,
      rentUsd: 0,
      totalUsd: 0,
      nodeHours: 0,
    };
  }

  #epochMs(seconds: number): number {
    return Math.round(this.#options.startEpochMs + seconds * 1000);
  }
}

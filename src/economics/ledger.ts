// The hourly ledger: what the pools did in every metric window in, dollars, energy and grams per row out, of each pool
// and of all together. The demand charge is counted beside the rows. How a window is priced is in price-window.ts, where
// windows must end in calendar.ts. Left out: taxes.
import assert from 'node:assert/strict';
import { isoLocal, isoUtc } from '../kernel/clock.ts';
import { attributed } from './attribution.ts';
import { ledgerRowBounds, type RunTimes } from './calendar.ts';
import { HOURS_PER_YEAR } from './prices/capital.ts';
import { intensityAt } from './carbon.ts';
import { addDemand, demandChargeUsd, monthlyPeaks, newDemand, type MonthlyPeak } from './demand.ts';
import {
  addPriced,
  pricedPools,
  pricedWindow,
  type LedgerPool,
  type Moment,
  type PricedPool,
} from './price-window.ts';
import { pueAt } from './prices/pue.ts';
import { costOf, emptyRow, sumRows, type LedgerTotals } from './rows.ts';
import type { EconomicsSpec, LedgerRow, PoolWindow } from './spec.ts';
import { priceAt } from './prices/tariff.ts';

export { sumRows, type LedgerTotals } from './rows.ts';
export type { LedgerPool } from './price-window.ts';

export const JOULES_PER_KWH = 3.6e6;

/** Bounds in seconds and the same bounds on the grid of ticks differ by less (a tick is 2.3e-10 s). */
const BOUND_TOLERANCE_SECONDS = 1e-6;

export interface LedgerOptions extends RunTimes {
  spec: EconomicsSpec;
  pools: readonly LedgerPool[];
}

export interface LedgerWindow {
  startSeconds: number;
  endSeconds: number;
  /** By pool. */
  pools: readonly PoolWindow[];
}

/** In time order; they may be made each time they are asked for. */
export interface LedgerWindows extends Iterable<LedgerWindow> {
  readonly length: number;
}

/** "If every day of the month peaks like these." */
export interface DemandCharge {
  usd: number;
  /** By month of the run. */
  months: MonthlyPeak[];
}

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #pools: readonly PricedPool[];
  readonly #bounds: number[];
  readonly #demand = newDemand();
  /** The last one is under way; of all pools together, and of each. */
  readonly #rows: LedgerRow[];
  readonly #rowsByPool: LedgerRow[][];

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#pools = pricedPools(options.pools, options.spec.rent);
    this.#bounds = [...ledgerRowBounds(options), options.durationSeconds];
    this.#rows = [this.#emptyRow(0)];
    this.#rowsByPool = options.pools.map(() => [this.#emptyRow(0)]);
  }

  /** Windows come in time order without gaps; none crosses a row bound or a change of price (see `windowEnds`). */
  addWindow(window: LedgerWindow): void {
    this.#openRow(window);
    const moment = this.#momentOf(window);
    const { spec } = this.#options;
    const row = this.#rows[this.#rows.length - 1];
    const ofPools = this.#rowsByPool.map((rows) => rows[rows.length - 1]);
    let facilityKwh = 0;
    let ownedKwh = 0;
    for (const [i, pool] of this.#pools.entries()) {
      const priced = pricedWindow(spec, pool, window.pools[i], moment);
      addPriced(ofPools[i], window.pools[i], priced);
      addPriced(row, window.pools[i], priced);
      addFacility(ofPools[i], priced.facilityKwh, moment, window);
      facilityKwh += priced.facilityKwh;
      if (pool.ownership === 'owned') ownedKwh += priced.facilityKwh;
    }
    addFacility(row, facilityKwh, moment, window);
    if (spec.demandCharge === undefined) return;
    addDemand(this.#demand, this.#demandRun(spec.demandCharge), {
      startSeconds: window.startSeconds,
      endSeconds: window.endSeconds,
      facilityJoules: ownedKwh * JOULES_PER_KWH,
    });
  }

  /** The rows before the one under way. */
  rows(): LedgerRow[] {
    return this.#rows.slice(0, -1);
  }

  /** What follows from the sums of the newest row: not worked out for every window, but when somebody asks. */
  #derive(): void {
    const row = this.#rows[this.#rows.length - 1];
    const ofPools = this.#rowsByPool.map((rows) => rows[rows.length - 1]);
    row.totalUsd = costOf(row);
    for (const ofPool of ofPools) {
      ofPool.totalUsd = costOf(ofPool);
      Object.assign(ofPool, attributionOf(ofPool));
    }
    for (const key of ['prefillUsd', 'decodeUsd', 'idleUsd'] as const) {
      row[key] = ofPools.reduce((sum, ofPool) => sum + ofPool[key], 0);
    }
  }

  /** The row of the newest window, as far as it has come; it stays the current one until the next window. */
  current(): LedgerRow {
    this.#derive();
    return { ...this.#rows[this.#rows.length - 1] };
  }

  /** `rows()` and then `current()`: at the end of a run, stopped or not, the whole ledger. */
  allRows(): LedgerRow[] {
    return [...this.rows(), this.current()];
  }

  /** The same of each pool. */
  allRowsByPool(): LedgerRow[][] {
    this.#derive();
    return this.#rowsByPool.map((rows) => rows.map((row) => ({ ...row })));
  }

  totals(): LedgerTotals {
    this.#derive();
    return sumRows(this.#rows);
  }

  /** Undefined where there is none. */
  demandCharge(): DemandCharge | undefined {
    const { demandCharge } = this.#options.spec;
    if (demandCharge === undefined) return undefined;
    const months = monthlyPeaks(this.#demand, this.#demandRun(demandCharge));
    return { months, usd: demandChargeUsd(demandCharge, months) };
  }

  /** Begins new rows where the current ones are full. */
  #openRow({ startSeconds, endSeconds }: LedgerWindow): void {
    const end = this.#rows[this.#rows.length - 1].endSeconds;
    if (end > 0 && end > this.#bounds[this.#rows.length] - BOUND_TOLERANCE_SECONDS) {
      this.#derive();
      for (const rows of [this.#rows, ...this.#rowsByPool]) rows.push(this.#emptyRow(startSeconds));
    }
    const bound = this.#bounds[this.#rows.length];
    // To write numbers into messages that nobody reads takes longer than to price a window.
    const fail = (problem: string) => assert.fail(`ledger window ${startSeconds}-${endSeconds} s ${problem}`);
    if (!(Math.abs(startSeconds - end) < BOUND_TOLERANCE_SECONDS)) fail(`does not start at ${end} s`);
    if (!(endSeconds > startSeconds)) fail('is empty');
    if (!(endSeconds < bound + BOUND_TOLERANCE_SECONDS)) fail(`crosses the row bound at ${bound} s`);
  }

  /** What holds at its start must hold to its end. */
  #momentOf({ startSeconds, endSeconds, pools }: LedgerWindow): Moment {
    const { spec } = this.#options;
    const hours = (endSeconds - startSeconds) / 3600;
    const itKwh = pools.reduce((sum, pool) => sum + pool.itKwh, 0);
    const itWatts = (itKwh * 1000) / hours;
    const epochMs = this.#epochMs(startSeconds);
    // In the middle, since the ages at which capital changes are not exact to the last bit.
    const ageHours = spec.capital.ageYears * HOURS_PER_YEAR + (startSeconds + endSeconds) / 7200;
    const lastMs = Math.max(epochMs, this.#epochMs(endSeconds) - 1);
    const held = (what: string, first: number | undefined, last: number | undefined) => {
      if (first === last) return;
      assert.fail(`the ${what} changes within ledger window ${startSeconds}-${endSeconds} s`);
    };
    const usdPerKwh = priceAt(spec.tariff, epochMs);
    const pue = pueAt(spec.pue, itWatts, epochMs);
    held('price', usdPerKwh, priceAt(spec.tariff, lastMs));
    held('PUE', pue, pueAt(spec.pue, itWatts, lastMs));
    held('carbon intensity', intensityAt(spec.carbon, epochMs), intensityAt(spec.carbon, lastMs));
    return { hours, epochMs, ageHours, usdPerKwh, pue };
  }

  #demandRun({ intervalSeconds }: NonNullable<EconomicsSpec['demandCharge']>) {
    const { startEpochMs, timeZone } = this.#options;
    return { startEpochMs, timeZone, intervalSeconds };
  }

  #emptyRow(startSeconds: number): LedgerRow {
    const { timeZone, spec } = this.#options;
    const epochMs = this.#epochMs(startSeconds);
    const times = {
      startSeconds,
      endSeconds: startSeconds,
      startUtc: isoUtc(epochMs),
      startLocal: isoLocal(epochMs, timeZone),
    };
    return emptyRow(times, {
      usdPerKwh: priceAt(spec.tariff, epochMs),
      isIntensityKnown: spec.carbon.gramsPerKwh !== undefined,
    });
  }

  #epochMs(seconds: number): number {
    return Math.round(this.#options.startEpochMs + seconds * 1000);
  }
}

/** Energy with the mean price of it. */
function addFacility(
  row: LedgerRow,
  facilityKwh: number,
  { usdPerKwh }: Moment,
  { endSeconds }: LedgerWindow,
): void {
  row.facilityKwh += facilityKwh;
  // Moving the mean by a difference leaves a constant price exactly as it is.
  if (facilityKwh > 0) row.usdPerKwh += (usdPerKwh - row.usdPerKwh) * (facilityKwh / row.facilityKwh);
  row.endSeconds = endSeconds;
}

function attributionOf({ totalUsd, prefillGpuSeconds, decodeGpuSeconds, paidGpuSeconds }: LedgerRow) {
  return attributed(totalUsd, {
    prefillSeconds: prefillGpuSeconds,
    decodeSeconds: decodeGpuSeconds,
    capacitySeconds: paidGpuSeconds,
  });
}

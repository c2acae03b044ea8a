// The ledger of a run at other prices, without simulating again: what its pools did in every window is priced anew. Exact
// where prices did not steer the run (steered.ts). Left out: what changes the run itself, and how an instance is billed
// where instances come and go, since windows hold billed hours and no longer single instances.
import { firstAbove } from '../kernel/bisect.ts';
import { windowEnds } from '../economics/calendar.ts';
import {
  Ledger,
  type DemandCharge,
  type LedgerTotals,
  type LedgerWindow,
  type LedgerWindows,
} from '../economics/ledger.ts';
import type { LedgerRow, PoolWindow } from '../economics/spec.ts';
import { POOL_WINDOW_KEYS } from '../economics/rows.ts';
import { nodesOfPool } from '../scenario/build.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface PricedRun {
  rows: LedgerRow[];
  rowsByPool: LedgerRow[][];
  demandCharge: DemandCharge | undefined;
  totals: LedgerTotals;
}

/** `windows`: of a run of the same fleet, whatever its prices; from its start without gaps. */
export function pricedRun(scenario: Scenario, windows: LedgerWindows): PricedRun {
  const ledger = new Ledger({
    spec: scenario.economics,
    startEpochMs: scenario.startEpochMs,
    timeZone: scenario.timeZone,
    durationSeconds: scenario.durationSeconds,
    pools: scenario.pools.map((pool) => ({ ownership: pool.ownership, ...nodesOfPool(pool) })),
  });
  // Where rows begin and anything that is priced changes.
  const bounds = windowEnds({ ...scenario, windowSeconds: Infinity });
  for (const window of windows) {
    for (const part of cutAt(window, bounds)) ledger.addWindow(part);
  }
  return {
    rows: windows.length === 0 ? [] : ledger.allRows(),
    rowsByPool: windows.length === 0 ? scenario.pools.map(() => []) : ledger.allRowsByPool(),
    demandCharge: ledger.demandCharge(),
    totals: ledger.totals(),
  };
}

/** Bounds on the grid of ticks, and the same in seconds, differ by less. */
const SAME_SECONDS = 1e-6;

const firstAfter = (bounds: readonly number[], seconds: number) =>
  firstAbove(bounds, seconds, (bound) => bound);

/** Counts and energy are split by time. */
export function cutAt(window: LedgerWindow, bounds: readonly number[]): LedgerWindow[] {
  const { startSeconds, endSeconds, pools } = window;
  const inside = bounds.slice(
    firstAfter(bounds, startSeconds + SAME_SECONDS),
    firstAfter(bounds, endSeconds - SAME_SECONDS),
  );
  if (inside.length === 0) return [window];
  const ends = [...inside, endSeconds];
  return ends.map((end, i) => {
    const start = i === 0 ? startSeconds : ends[i - 1];
    const share = (end - start) / (endSeconds - startSeconds);
    return { startSeconds: start, endSeconds: end, pools: pools.map((pool) => partOf(pool, share)) };
  });
}

function partOf(pool: PoolWindow, share: number): PoolWindow {
  return Object.fromEntries(POOL_WINDOW_KEYS.map((key) => [key, pool[key] * share])) as unknown as PoolWindow;
}

// A finished run at other prices: checks that it can be priced again, prices its windows at its own prices and at the
// others, and hands out figures and files.
import path from 'node:path';
import { pricedRun } from '../../experiment/reprice.ts';
import { repricedScenario } from '../../experiment/repriced-scenario.ts';
import type { LedgerWindow } from '../../economics/ledger.ts';
import { POOL_WINDOW_KEYS } from '../../economics/rows.ts';
import { UserError } from '../../kernel/user-error.ts';
import { SCENARIO, type ResultFiles } from '../files.ts';
import type { SavedRun } from '../saved-run/read.ts';
import { repricedFiles, repricedSummary, type Summary } from './repriced.ts';
import type { Comparison } from './text.ts';

export interface Repriced {
  comparison: Comparison;
  files(): ResultFiles;
}

export function reprice(dir: string, saved: SavedRun, overrides: readonly string[]): Repriced {
  const { before: own, after: other } = repricedScenario(path.join(dir, SCENARIO), overrides);
  const { info, ledgerWindows } = saved;
  checkWindows(dir, ledgerWindows);
  const summary = saved.summary as Summary;
  const at = (loaded: typeof own) => ({ loaded, info, priced: pricedRun(loaded.scenario, ledgerWindows) });
  const run = at(other);
  // The run's own figures are made again too, so that nothing but prices can tell the two apart.
  const before = repricedSummary(summary, at(own));
  checkOwn(dir, summary, before);
  return {
    comparison: { dir, changes: overrides, before, after: repricedSummary(summary, run) },
    files: () => repricedFiles(dir, summary, run),
  };
}

function checkWindows(dir: string, windows: readonly LedgerWindow[]): void {
  const file = path.join(dir, 'energy.csv');
  if (windows.length === 0) {
    throw new UserError(
      `${dir}: has no windows in energy.csv (an older version, or stopped at once); run the scenario again`,
    );
  }
  for (const { startSeconds, pools } of windows) {
    const missing = pools.some((pool) => POOL_WINDOW_KEYS.some((key) => !Number.isFinite(pool[key])));
    if (missing) {
      throw new UserError(
        `${file}: a number is missing in the window that starts at ${startSeconds} s; run the scenario again`,
      );
    }
  }
}

/** What the files say must follow from them, or the one or the other was changed. */
function checkOwn(dir: string, written: Summary, made: Summary): void {
  const [was, is] = [written.total_usd, made.total_usd].map(Number);
  if (Math.abs(is - was) <= 1e-6 * Math.abs(was)) return;
  throw new UserError(
    `${dir}: energy.csv and scenario.resolved.yaml come to $${is}, summary.json says $${was}; ` +
      'one of them was changed or is of another run: run the scenario again',
  );
}

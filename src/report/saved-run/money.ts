// What explanations need of a saved run: its figures, its ledger, its scenario, and where every key of that is written.
import path from 'node:path';
import { pricedRun } from '../../experiment/reprice.ts';
import { UserError } from '../../kernel/user-error.ts';
import { nodesOfPool } from '../../scenario/build.ts';
import { loadScenario } from '../../scenario/load.ts';
import { readScenarioSource } from '../../scenario/load/source.ts';
import type { Money } from '../explain/money.ts';
import { SCENARIO } from '../files.ts';
import type { SavedRun } from './read.ts';

/** UserError where the results are of a version that kept no ledger by pool. */
export function moneyOf(dir: string, saved: SavedRun): Money {
  const file = path.join(dir, SCENARIO);
  const { scenario } = loadScenario(file, []);
  const source = readScenarioSource(file);
  const { summary, ledger, ledgerByPool, ledgerWindows, windows } = saved;
  if (ledgerWindows.length === 0) {
    throw new UserError(
      `${dir}: has no ledger.csv and energy.csv with rows (an older version, or stopped at once); run the scenario again`,
    );
  }
  return {
    summary,
    scenario,
    pools: scenario.pools.map((spec) => {
      const { nodes, gpus } = nodesOfPool(spec);
      return { spec, nodes, gpusPerNode: gpus / nodes, rows: ledgerByPool.get(spec.name) ?? [] };
    }),
    rows: ledger,
    ledgerWindows,
    windows,
    demandCharge: scenario.economics.demandCharge && pricedRun(scenario, ledgerWindows).demandCharge,
    placeOf: (key) => `${SCENARIO}:${source.locate(pathOf(key)).line}`,
  };
}

/** `periods[0].price`: of the first item of a list. */
function pathOf(key: string): (string | number)[] {
  return key.split(/[.[\]]+/).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

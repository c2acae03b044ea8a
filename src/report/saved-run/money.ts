// What explanations need of a saved run: its figures, its ledger, its scenario, and where every key of that is written.
import path from 'node:path';
import { pricedRun } from '../../experiment/reprice.ts';
import { UserError } from '../../kernel/user-error.ts';
import { nodesOfPool } from '../../scenario/build.ts';
import { loadScenarioText } from '../../scenario/load.ts';
import { preloadFor } from '../../scenario/load/preload.ts';
import { scenarioTextSource } from '../../scenario/load/source.ts';
import type { Money } from '../explain/money.ts';
import { SCENARIO } from '../files.ts';
import type { SavedFiles } from './files.ts';
import { readLedger } from './ledger.ts';
import { checkIsRun, readSummary, readWindows } from './read.ts';

/** Loads what its scenario needs of the program. UserError where the results are of a version that kept no ledger by pool. */
export async function moneyOf(files: SavedFiles): Promise<Money> {
  checkIsRun(files);
  const file = path.join(files.dir, SCENARIO);
  await preloadFor(files.text(SCENARIO));
  const { scenario } = loadScenarioText(files.text(SCENARIO), file);
  const source = scenarioTextSource(files.text(SCENARIO), file);
  const names = scenario.pools.map(({ name }) => name);
  const { ledger, ledgerByPool, ledgerWindows } = readLedger(files, names);
  if (ledgerWindows.length === 0) {
    throw new UserError(
      `${files.dir}: has no ledger.csv and energy.csv with rows (an older version, or stopped at once); run the scenario again`,
    );
  }
  return {
    summary: readSummary(files),
    scenario,
    pools: scenario.pools.map((spec) => {
      const { nodes, gpus } = nodesOfPool(spec);
      return { spec, nodes, gpusPerNode: gpus / nodes, rows: ledgerByPool.get(spec.name) ?? [] };
    }),
    rows: ledger,
    ledgerWindows,
    windows: readWindows(files),
    demandCharge: scenario.economics.demandCharge && pricedRun(scenario, ledgerWindows).demandCharge,
    placeOf: (key) => `${SCENARIO}:${source.locate(pathOf(key)).line}`,
  };
}

/** `periods[0].price`: of the first item of a list. */
function pathOf(key: string): (string | number)[] {
  return key.split(/[.[\]]+/).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

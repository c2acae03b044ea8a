// The contents of a run's files, by name: all of them functions of the result and the scenario alone.
import type { RunResult } from '../run/result.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { energyCsv } from './cost/energy-csv.ts';
import { ledgerCsv } from './cost/ledger-csv.ts';
import { hourlyCsv, windowsCsv } from './csv.ts';
import { eventsText } from '../scenario/events/file.ts';
import type { ResultFiles } from './files.ts';
import { latenciesCsv } from './latencies-csv.ts';
import { scalingCsv } from './scaling/csv.ts';
import { summaryJson } from './summary-json.ts';

export function resultFiles(result: RunResult, loaded: LoadedScenario): ResultFiles {
  return {
    'scenario.resolved.yaml': loaded.resolvedYaml,
    'windows.csv': windowsCsv(result),
    'hourly.csv': hourlyCsv(result),
    'ledger.csv': ledgerCsv(result),
    'energy.csv': energyCsv(result),
    ...eventsFile(result, loaded),
    'latencies.csv': latenciesCsv(result),
    ...(changes(result) && { 'scaling.csv': scalingCsv(result) }),
    'summary.json': JSON.stringify(summaryJson(result, loaded), null, 2) + '\n',
  };
}

function eventsFile({ events }: RunResult, { scenario }: LoadedScenario): { 'events.yaml'?: string } {
  if (events === undefined || events.applied.length === 0) return {};
  const names = scenario.pools.map(({ name }) => name);
  return { 'events.yaml': eventsText(events.applied, names) };
}

/** Whether replicas come and go. */
function changes({ info, reclaimed }: RunResult): boolean {
  return info.scaling.length > 0 || reclaimed !== undefined;
}

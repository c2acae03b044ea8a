// The contents of a run's files, by name: all of them functions of the result and the scenario alone.
import type { RunResult } from '../run/result.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import { hourlyCsv, windowsCsv } from './csv.ts';
import type { ResultFiles } from './files.ts';
import { latenciesCsv } from './latencies-csv.ts';
import { scalingCsv } from './scaling/csv.ts';
import { summaryJson } from './summary-json.ts';

export function resultFiles(result: RunResult, loaded: LoadedScenario): ResultFiles {
  return {
    'scenario.resolved.yaml': loaded.resolvedYaml,
    'windows.csv': windowsCsv(result),
    'hourly.csv': hourlyCsv(result),
    'latencies.csv': latenciesCsv(result),
    ...(scales(result.info) && { 'scaling.csv': scalingCsv(result) }),
    'summary.json': JSON.stringify(summaryJson(result, loaded), null, 2) + '\n',
  };
}

function scales({ scaling }: RunResult['info']): boolean {
  return scaling.length > 0;
}

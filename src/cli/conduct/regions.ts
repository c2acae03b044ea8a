// `fleetday compare --regions`: simulates the day, once where prices steer nothing, prices it for every region, and leaves
// the run's results and the table in a folder.
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRegion, regionCosts, type RegionCosts } from '../../experiment/compare/regions.ts';
import { startJobs } from '../../experiment/jobs.ts';
import { steeredBy } from '../../experiment/steered.ts';
import {
  regionsCsv,
  regionsJson,
  regionsText,
  type RegionsCompared,
} from '../../report/comparison/regions.ts';
import { defaultOutDir, explanation, prepareOutput, writeResults } from '../../report/files.ts';
import { resultFiles } from '../../report/result-files.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { showProgress } from '../progress/comparison.ts';
import { awaitJobs } from './await-jobs.ts';
import { suitableThreads } from '../threads.ts';
import { version } from '../version.ts';

export interface RegionsOptions {
  overrides: readonly string[];
  outDir: string | undefined;
  threads: number | undefined;
  json: boolean;
  allowExec: boolean;
  force: boolean;
}

export async function conductRegions(
  scenarioPath: string,
  regions: readonly string[],
  options: RegionsOptions,
): Promise<void> {
  const loaded = loadScenario(scenarioPath, options.overrides);
  const { scenario, hash } = loaded;
  const outDir =
    options.outDir ??
    `${defaultOutDir(path.join('out', 'compare'), { ...scenario, hash })}-${regions.join('-')}`.slice(0, 200);
  prepareOutput(outDir, options);

  const steered = steeredBy(scenario);
  const places = [undefined, ...regions];
  const simulated = steered === undefined ? [loaded] : places.map((name) => placed(loaded, name));
  const costs: RegionCosts[] = [];
  const progress = showProgress(simulated.length);
  const jobs = startJobs(simulated, {
    threads: options.threads ?? suitableThreads(scenario),
    version: version(),
    allowExec: options.allowExec,
    outDir: () => outDir,
    onProgress: progress.show,
    onFinished: (job, result, ran) => {
      if (job === 0) writeResults(outDir, resultFiles(result, ran.loaded));
      const here = steered === undefined ? places : [places[job]];
      for (const name of here)
        costs[places.indexOf(name)] = regionCosts(scenario, result.ledgerWindows, name);
    },
  });
  const exitCode = await awaitJobs(jobs, progress);
  if (exitCode !== undefined) {
    process.stderr.write('Stopped before the day was over: no results.\n');
    process.exitCode = exitCode;
    return;
  }
  const [own, ...others] = costs;
  const days = scenario.durationSeconds / 86_400;
  const compared = { scenario: scenario.name, days, own, regions: others, simulatedEach: steered };
  show(compared, outDir, options.json);
}

function placed(loaded: LoadedScenario, name: string | undefined): LoadedScenario {
  return name === undefined ? loaded : { ...loaded, scenario: inRegion(loaded.scenario, name) };
}

function show(compared: RegionsCompared, outDir: string, json: boolean): void {
  const text = `${JSON.stringify(regionsJson(compared), null, 2)}\n`;
  write(path.join(outDir, 'regions.csv'), regionsCsv(compared));
  write(path.join(outDir, 'regions.json'), text);
  process.stdout.write(
    json
      ? text
      : `${regionsText(compared)}\nFiles in ${outDir}\n  regions.csv, regions.json, and those of the run\n`,
  );
}

function write(file: string, text: string): void {
  try {
    writeFileSync(`${file}.part`, text, { flush: true });
    renameSync(`${file}.part`, file);
  } catch (error) {
    throw explanation(`cannot write ${file}`, error);
  }
}

// Runs the fleets of the visitors estimate: says how long it may take, shows how far it is, and stops on signals. What is
// said goes to the standard error output, so that a program can read the other.
import type { Values } from '../../estimate/preset.ts';
import { compareSimulated } from '../../experiment/estimate/compared.ts';
import { comparedJson, comparedMarkdown, comparedText } from '../../experiment/estimate/shown.ts';
import { plannedRequests, planSimulation, type SimulationPlan } from '../../experiment/estimate/simulated.ts';
import { startJobs } from '../../experiment/jobs.ts';
import type { RunResult } from '../../run/result.ts';
import { showProgress } from '../progress/comparison.ts';
import { awaitJobs } from './await-jobs.ts';
import { forecast } from './forecast.ts';
import { suitableThreads } from '../threads.ts';
import { version } from '../version.ts';

/** Undefined where it was stopped; the exit code is set then. UserError for what cannot be simulated. */
export async function conductSimulation(values: Values, threadsWanted: number | undefined) {
  const plan = planSimulation(values);
  const { cases } = plan;
  const threads = threadsWanted ?? Math.max(...cases.map(({ loaded }) => suitableThreads(loaded.scenario)));
  process.stderr.write(`${outlook(plan, threads)}\n`);

  const results: RunResult[] = [];
  const progress = showProgress(cases.length);
  const jobs = startJobs(
    cases.map(({ loaded }) => loaded),
    {
      threads,
      version: version(),
      allowExec: false,
      outDir: () => '',
      onProgress: progress.show,
      onFinished: (job, result) => {
        results[job] = result;
        progress.finished(cases[job].name);
      },
    },
  );
  const exitCode = await awaitJobs(jobs, progress);
  if (exitCode !== undefined) {
    process.stderr.write('Stopped before all fleets were simulated: nothing to compare.\n');
    process.exitCode = exitCode;
    return undefined;
  }
  const compared = compareSimulated(values, plan, results);
  return {
    text: comparedText(plan, compared),
    markdown: comparedMarkdown(plan, compared),
    json: comparedJson(plan, compared),
  };
}

function outlook(plan: SimulationPlan, threads: number): string {
  const { cases } = plan;
  const requests = plannedRequests(plan);
  const pools = cases.flatMap(({ loaded }) => loaded.scenario.pools);
  const replicas = pools.reduce((sum, pool) => sum + pool.replicas, 0);
  const [{ durationSeconds, windowSeconds }] = cases.map(({ loaded }) => loaded.scenario);
  const info = { threads, cells: cases.length, replicas };
  const time = forecast({ info, ahead: { requests, windows: durationSeconds / windowSeconds } }, true);
  return `A day on ${cases.length} fleets, one cell of each. ${time ?? 'Some seconds'}`;
}

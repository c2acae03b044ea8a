// report.html: from the result files of one run its report, of several a comparison. Heavy to load (what draws): import it
// only when a report is made.
import path from 'node:path';
import { UserError } from '../../kernel/user-error.ts';
import { loadDraw } from './chart.ts';
import { comparisonPage } from './comparison/page.ts';
import { explainedOf } from './read/explained.ts';
import { resultsOf, type ResultTexts } from './read/results.ts';
import { runView, type RunView } from './read/run-view.ts';
import { runPage } from './run-page.ts';

export { readTexts, textsOf } from './read/results.ts';

export interface ReportedRun {
  /** Its folder: in messages, and its last part to tell runs apart. Not in the report of a single run. */
  name: string;
  texts: ResultTexts;
  /** Requests per second that a replica holds, by pool, where they were found besides; NaN: not known. */
  capacities?: readonly number[];
}

/** Colours and dashes tell so many lines apart. */
export const RUNS_MAX = 8;

export async function reportOf(runs: readonly ReportedRun[]): Promise<string> {
  if (runs.length > RUNS_MAX)
    throw new UserError(
      `${runs.length} runs in one report are more than one can tell apart; name at most ${RUNS_MAX}`,
    );
  const draw = await loadDraw();
  if (runs.length === 1) {
    const [{ name, texts }] = runs;
    // First, since it tells what is wrong with the files.
    const results = resultsOf(name, texts);
    const explained = await explainedOf(name, texts);
    return runPage(runView(results, { capacities: runs[0].capacities, explained }), draw);
  }
  const views = runs.map(viewOf);
  return comparisonPage(
    views.map((view, i) => ({ label: labelOf(runs, i), view })),
    draw,
  );
}

function viewOf({ name, texts, capacities }: ReportedRun): RunView {
  return runView(resultsOf(name, texts), { capacities });
}

function labelOf(runs: readonly ReportedRun[], i: number): string {
  const last = ({ name }: ReportedRun) => path.basename(path.resolve(name));
  const isAlone = runs.filter((run) => last(run) === last(runs[i])).length === 1;
  return isAlone ? last(runs[i]) : runs[i].name;
}

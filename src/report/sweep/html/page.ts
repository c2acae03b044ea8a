// sweep.html: what a sweep has found, on one page that needs nothing else: in short, variants in a table, heat maps over the
// first two parameters, the Pareto front, what each parameter does, what failed, and how it was made. A function of the
// analysis alone.
import type { Analysis, VariantResult } from '../../../experiment/sweep/analysis/analysis.ts';
import { count } from '../../format.ts';
import type { Draw } from '../../html/chart.ts';
import { markup, named, type Html } from '../../html/escape.ts';
import { pageText, table, type Section } from '../../html/page.ts';
import { intervalText, limitsText } from '../text.ts';
import { commandOf } from '../table.ts';
import { effectCharts } from './effects.ts';
import { heatMaps } from './heat-map.ts';
import { frontChart } from './front.ts';
import { inShort } from './in-short.ts';

const VARIANTS_SHOWN = 300;
const FAILURES_SHOWN = 100;
/** One chart in the whole width of a page is out of proportion. */
const ALONE = markup` style="max-width: 760px"`;

export function sweepPage(analysis: Analysis, draw: Draw): string {
  const { experiment } = analysis.result.plan;
  const charts = (title: string, id: string, of: ReturnType<typeof heatMaps>): Section[] =>
    of.length === 0
      ? []
      : [{ id, title, body: markup`<div class="charts"${of.length === 1 && ALONE}>${of.map(draw)}</div>` }];
  const front = frontChart(analysis);
  const sections: Section[] = [
    { id: 'short', title: 'In short', body: inShort(analysis) },
    ...charts('Pareto front', 'front', front === undefined ? [] : [front]),
    ...charts('Over two parameters', 'heat', heatMaps(analysis)),
    ...charts('What each parameter does', 'effects', effectCharts(analysis)),
    { id: 'variants', title: 'Variants', body: variantsTable(analysis) },
    ...(analysis.failures.length === 0
      ? []
      : [{ id: 'failures', title: 'Failed runs', body: failures(analysis) }]),
    { id: 'made', title: 'How it was made', body: howMade(analysis) },
  ];
  const header = markup`<h1>${named(experiment.name)}</h1>
<p class="dim">${named(experiment.description === '' ? 'A sweep of simulated LLM-inference fleets.' : experiment.description)}</p>`;
  const footer = markup`<p>Made by fleetday ${analysis.result.plan.version}. Simulated, not measured.</p>`;
  return pageText({ title: `${experiment.name} · fleetday`, header, sections, footer });
}

function variantsTable(analysis: Analysis): Html {
  const { experiment, baseline } = analysis.result.plan;
  const axes = experiment.axes.map(({ name }) => name);
  const columns = [
    { title: 'variant' },
    ...axes.map((title) => ({ title, isText: true })),
    { title: 'seeds' },
    ...experiment.responses.map((title) => ({ title })),
    ...(experiment.constraints.length > 0 ? [{ title: 'limits', isText: true }] : []),
    { title: 'front', isText: true },
  ];
  const row = (one: VariantResult) => [
    `${one.variant.index + 1}${one.variant.index === baseline ? '°' : ''}`,
    ...axes.map((axis) => named(one.variant.labels[axis])),
    String(one.seeds - one.failed),
    ...experiment.responses.map((key) => intervalText(one.responses[key])),
    ...(experiment.constraints.length > 0 ? [limitsText(one)] : []),
    one.isOnFront ? 'on it' : '',
  ];
  const shown = analysis.variants.slice(0, VARIANTS_SHOWN);
  const left = analysis.variants.length - shown.length;
  const caption = 'Means over seeds, ± half the interval; ° the baseline';
  return markup`${table(caption, columns, shown.map(row))}${left > 0 && markup`<p class="note">${count(left)} more are in variants.csv.</p>`}`;
}

function failures({ failures: rows, result }: Analysis): Html {
  const { scenarioPath } = result.plan.experiment;
  const columns = ['variant', 'seed', 'kind', 'message', 'command'].map((title, i) => ({
    title,
    isText: i > 1,
  }));
  const cells = rows
    .slice(0, FAILURES_SHOWN)
    .map(({ variant, seed, error }) => [
      String(variant.index + 1),
      String(seed),
      error!.kind,
      named(error!.message.split('\n')[0]),
      markup`<code>${commandOf(scenarioPath, variant.overrides, seed)}</code>`,
    ]);
  const left = rows.length - cells.length;
  return markup`${table('Runs without a result', columns, cells)}${left > 0 && markup`<p class="note">${count(left)} more are in sweep.csv.</p>`}`;
}

function howMade({ result }: Analysis): Html {
  const { experiment, cells, hash, version } = result.plan;
  const set = [...experiment.overrides, ...cells];
  const { design } = experiment;
  const share = Math.round(experiment.confidence * 1e6) / 1e4;
  return markup`<ul>
<li>Scenario ${named(experiment.scenarioPath)}${set.length > 0 && markup`, with <code>${set.join(' ')}</code>`}</li>
<li>Design: ${design.kind === 'latin-hypercube' ? `Latin hypercube of ${design.points} points, seed ${design.seed}` : design.kind}; seeds: ${String(experiment.seeds)}${experiment.stop !== undefined && `, more until the interval of ${experiment.stop.response} is narrow enough, at most ${experiment.stop.seedsMax}`}</li>
<li>Intervals: ${share} %, Student’s t over seeds, each by itself. All variants have seen the same arrivals of a seed.</li>
<li>Sweep ${hash}, fleetday ${version}. Every run with its whole configuration, and the command that makes it again, is in sweep.csv and sweep.parquet.</li>
</ul>`;
}

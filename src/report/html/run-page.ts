// The report of one run: the story, then pictures from what came in to what it cost, tables, and what all of it rests on.
import { distributionChart } from './charts/distribution.ts';
import { attainmentChart, replicasChart } from './charts/fleet.ts';
import { latencyChart, type LatencyKey } from './charts/latency.ts';
import { arrivalsChart, batchChart, failuresChart, queueChart, useChart } from './charts/load.ts';
import { carbonChart, costChart, energyChart } from './charts/money.ts';
import type { Chart, Draw } from './chart.ts';
import { markup, named, type Html } from './escape.ts';
import { pageText, type Section } from './page.ts';
import type { RunView } from './read/run-view.ts';
import { assumptionsOf, limitsOf, originOf } from './sections/assumptions.ts';
import { explainedSection } from './sections/explained.ts';
import { decisionsTable, hoursTable } from './sections/tables.ts';
import { figuresOf } from './story/figures.ts';
import { storyOf, warningOf } from './story/sentences.ts';

const LATENCY_KEYS: readonly LatencyKey[] = ['ttft', 'tpot', 'e2el'];

export function runPage(view: RunView, draw: Draw): string {
  const { results, title } = view;
  const { summary, scenario } = results;
  const [what = '', ...more] = (scenario.at('description').text ?? '').trim().split('\n');
  const header = markup`<h1>${named(title)}</h1>
${what !== '' && markup`<p>${named(what)}</p>`}
${more.length > 0 && markup`<p class="dim">${named(more.join(' '))}</p>`}
<p class="dim">A simulated day of an LLM-inference fleet · seed ${summary.number('seed')} · fleetday ${summary.text('version')}</p>
${warningOf(view)}`;
  const charts = (list: readonly (Chart | undefined)[]) => chartGrid(list, draw);
  const decisions = decisionsTable(view);
  const failures = failuresChart(view);
  const sections: Section[] = [
    { id: 'story', title: 'What happened', body: markup`${figuresOf(view)}${storyOf(view)}` },
    {
      id: 'load',
      title: 'Traffic and promise',
      body: charts([
        arrivalsChart(view),
        attainmentChart(view),
        queueChart(view),
        failures ?? batchChart(view),
      ]),
    },
    {
      id: 'latency',
      title: 'Latency',
      body: charts(LATENCY_KEYS.flatMap((key) => [latencyChart(view, key), distributionChart(view, key)])),
    },
    {
      id: 'fleet',
      title: decisions ? 'Fleet and scaling' : 'Fleet',
      body: markup`${charts([replicasChart(view), useChart(view), failures && batchChart(view)])}${decisions}`,
    },
    {
      id: 'cost',
      title: 'Cost and energy',
      body: markup`${charts([costChart(view), energyChart(view), carbonChart(view)])}${EXPLAINED}`,
    },
    { id: 'hours', title: 'By hour', body: hoursTable(view) },
    { id: 'assumptions', title: 'Assumptions and their sources', body: assumptionsOf(view) },
    { id: 'explained', title: 'How these figures were computed', body: explainedSection(view.explained) },
    { id: 'limits', title: 'Limits of validity', body: limitsOf(view) },
    { id: 'origin', title: 'Run it again', body: originOf(view) },
  ];
  return pageText({ title: `${title} · fleetday`, header, sections, footer: FOOTER });
}

const EXPLAINED = markup`<p class="dim">Every figure of money, energy and carbon, with formula, inputs and their sources, is under
<a href="#explained">how these figures were computed</a>; prices and their publishers are under <a href="#assumptions">assumptions</a>.</p>`;

export const FOOTER = markup`Made by fleetday from the files of the run; the numbers are simulated. This page loads nothing and runs no script.`;

export function chartGrid(charts: readonly (Chart | undefined)[], draw: Draw): Html {
  const drawn = charts.flatMap((chart) => (chart ? [draw(chart)] : []));
  if (drawn.length === 0) return markup`<p>Nothing was measured.</p>`;
  return markup`<div class="charts">
${drawn}
</div>`;
}

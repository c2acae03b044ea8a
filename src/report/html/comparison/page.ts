// Several runs on one page: in a sentence each, the keys side by side with the difference to the first, charts on common
// axes, and what differs in their scenarios.
import { percent, usd } from '../../format.ts';
import type { Draw } from '../chart.ts';
import { joined, markup, named, type Html } from '../escape.ts';
import { pageText, table, type Section } from '../page.ts';
import { chartGrid, FOOTER } from '../run-page.ts';
import { leavesOf, limitsOf, originOf } from '../sections/assumptions.ts';
import { totalUsd } from '../read/cost-parts.ts';
import { fleetText } from '../read/run-view.ts';
import { warningOf } from '../story/sentences.ts';
import { comparedCharts, type ComparedRun } from './charts.ts';
import { comparedRows, type Row } from './keys.ts';

export function comparisonPage(runs: readonly ComparedRun[], draw: Draw): string {
  const title = `${runs.length} runs compared`;
  const sections: Section[] = [
    { id: 'story', title: 'In short', body: markup`<ul>${runs.map(sentence)}</ul>` },
    { id: 'keys', title: 'Side by side', body: keysTable(runs) },
    { id: 'charts', title: 'Over time', body: chartGrid(comparedCharts(runs), draw) },
    { id: 'differences', title: 'What differs in the scenarios', body: differences(runs) },
    {
      id: 'origin',
      title: 'The runs',
      body: joined(
        runs.map(({ label, view }) => markup`<h3>${named(label)}</h3>${originOf(view)}${limitsOf(view)}`),
      ),
    },
  ];
  const header = markup`<h1>${title}</h1>
<p class="dim">Simulated days of LLM-inference fleets; differences are to the first run.</p>`;
  return pageText({ title: `${title} · fleetday`, header, sections, footer: FOOTER });
}

function sentence({ label, view }: ComparedRun): Html {
  const { summary } = view.results;
  const attainment = summary.number('slo_attainment');
  const promise = Number.isNaN(attainment) ? 'no SLO was set' : `${percent(attainment)} within the SLO`;
  return markup`<li><strong>${named(label)}</strong> (${named(view.title)}, seed ${summary.number('seed')}): ${usd(totalUsd(view.results))}, ${promise}, ${fleetText(view)}.${warningOf(view)}</li>
`;
}

function keysTable(runs: readonly ComparedRun[]): Html {
  const columns = [{ title: '', isText: true }, ...runs.map(({ label }) => ({ title: label }))];
  const rows = comparedRows(runs.map(({ view }) => view)).map((row) => [
    row.label,
    ...row.values.map((value, i) => cell(row, value, i)),
  ]);
  return table('Results, with the difference to the first run', columns, rows);
}

function cell({ values: [first], text, hasChange }: Row, value: number, run: number): string {
  if (run === 0 || !hasChange || !(Math.abs(first) > 0) || Number.isNaN(value)) return text(value);
  return `${text(value)} (${changeText(first, value)})`;
}

/** −19 %, ×7.2. */
function changeText(first: number, value: number): string {
  if (value === first) return '=';
  const factor = value / first;
  if (factor >= 3) return `×${factor < 10 ? factor.toFixed(1) : Math.round(factor)}`;
  const change = ((value - first) / Math.abs(first)) * 100;
  return `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(Math.abs(change) < 10 ? 1 : 0)} %`;
}

const ROWS_MAX = 200;

function differences(runs: readonly ComparedRun[]): Html {
  const leaves = runs.map(({ view }) => new Map(leavesOf(view.results.scenario.value, '')));
  const paths = [...new Set(leaves.flatMap((run) => [...run.keys()]))];
  const differing = paths.filter((path) => leaves.some((run) => run.get(path) !== leaves[0].get(path)));
  if (differing.length === 0) return markup`<p>Nothing: these are runs of one scenario.</p>`;
  const columns = [
    { title: 'setting', isText: true },
    ...runs.map(({ label }) => ({ title: label, isText: true })),
  ];
  const rows = differing
    .slice(0, ROWS_MAX)
    .map((path) => [named(path), ...leaves.map((run) => named(run.get(path) ?? '—'))]);
  const left = differing.length - rows.length;
  return markup`${table('Settings, defaults written out', columns, rows)}${left > 0 && markup`<p class="note">${left} more differ.</p>`}`;
}

// What a report rests on: the parts of the catalog with their sources, prices and traffic as the scenario states them, the
// limits of the model, and the scenario itself, to read and to run again.
import { CURVES } from '../../../catalog/curves.ts';
import { LENGTH_FITS } from '../../../catalog/length-fits.ts';
import { count, quantity } from '../../format.ts';
import { markup, named, trusted, type Html } from '../escape.ts';
import { table } from '../page.ts';
import type { Data, Summary } from '../read/results.ts';
import type { Pool } from '../read/pools.ts';
import type { RunView } from '../read/run-view.ts';

export function assumptionsOf({ results: { scenario, summary }, pools }: RunView): Html {
  return markup`<h3>The fleet</h3>
${table('Pools', [{ title: 'pool', isText: true }, { title: 'serves', isText: true }, { title: 'replicas' }, { title: 'nodes', isText: true }, { title: 'batching', isText: true }], pools.map(poolRow))}
<h3>Sources</h3>
<ul>${pools
    .flatMap(({ parts }) => parts)
    .map(({ kind, title, sources }) => sourceItem(kind, title, sources))
    .filter(isFirst)}${trafficSources(scenario)}${priceSources(summary)}</ul>
<h3>Prices, defaults written out</h3>
${settings(scenario.at('economics'), 'economics')}
<h3>Traffic, defaults written out</h3>
${settings(scenario.at('workload'), 'workload')}`;
}

function poolRow(pool: Pool): Html[] {
  const { name, parts, replicas, scaling, ownership, batching } = pool;
  const title = (kind: string) => parts.find((part) => part.kind === kind)?.title ?? '';
  const serves = [
    title('model') || 'fixed service times',
    title('stack'),
    `${pool.gpusPerReplica} × ${title('gpu') || 'GPU'}`,
  ];
  const number = scaling
    ? `${count(scaling.min)} to ${count(scaling.max)}, ${scaling.policy}`
    : count(replicas);
  return [
    named(name),
    named(serves.filter((text) => text !== '').join(' · ')),
    named(number),
    named(`${title('node')}, ${ownership}`),
    named(batching),
  ];
}

function sourceItem(kind: string, title: string, sources: readonly string[]): Html {
  const told = sources.length > 0 ? sources.join('; ') : 'the scenario’s own; no source is given';
  return markup`<li><strong>${named(title)}</strong> (${kind}): ${named(told)}</li>
`;
}

const isFirst = (item: Html, i: number, all: readonly Html[]) =>
  all.findIndex(({ text }) => text === item.text) === i;

function trafficSources(scenario: Data): Html[] {
  const curve = scenario.at('workload', 'arrivals', 'curve').text;
  const fits = ['promptTokens', 'outputTokens'].map((key) => scenario.at('workload', key, 'points').text);
  const entries = [
    ...(curve !== undefined && Object.hasOwn(CURVES, curve) ? [CURVES[curve]] : []),
    ...fits.flatMap((fit) =>
      fit !== undefined && Object.hasOwn(LENGTH_FITS, fit) ? [LENGTH_FITS[fit]] : [],
    ),
  ];
  return entries.map(({ description, source }) => sourceItem('traffic', description, [source]));
}

/** What summary.json says of where its prices are from. */
function priceSources({ values }: Summary): Html[] {
  const told = Object.entries(values).filter(
    ([key, value]) => key.endsWith('_source') && typeof value === 'string',
  );
  return told.map(([key, value]) =>
    sourceItem('price, PUE or intensity', key.replace(/_source$/, ''), [String(value)]),
  );
}

const LIST_MAX = 12;

/** Every setting below, by its path. */
function settings(data: Data, name: string): Html {
  const rows = leavesOf(data.value, '').map(([path, value]) => [named(path), named(value)]);
  return table(
    name,
    [
      { title: 'setting', isText: true },
      { title: 'value', isText: true },
    ],
    rows,
  );
}

export function leavesOf(value: unknown, path: string): [path: string, value: string][] {
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) {
    const shown = value.slice(0, LIST_MAX).join(', ');
    return [[path, value.length > LIST_MAX ? `${shown} … (${value.length} values)` : shown]];
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    const shown = entries.slice(0, Array.isArray(value) ? LIST_MAX : entries.length);
    const leaves = shown.flatMap(([key, one]) => leavesOf(one, path === '' ? key : `${path}.${key}`));
    return shown.length < entries.length ? [...leaves, [path, `… (${entries.length} in all)`]] : leaves;
  }
  return [[path, value === null || value === undefined ? '—' : String(value)]];
}

export function limitsOf({ results: { summary } }: RunView): Html {
  const error = summary.number('step_time_error_percent');
  const reasons = summary.text('step_time_error_reasons');
  const stepTimes = Number.isNaN(error)
    ? markup`<li><strong>Service times</strong> are fixed by the scenario, not computed from hardware.</li>`
    : markup`<li><strong>Step times</strong> are ${summary.text('step_times')}: a decode step may be wrong by about ±${quantity(error)} %${reasons !== '' && ` (${reasons})`}. Latency, capacity and energy move with it.</li>`;
  return markup`<ul>
${stepTimes}
<li><strong>Energy</strong> is a model of GPUs and hosts from data sheets and published measurements; facility energy is that times PUE.</li>
<li><strong>Percentiles</strong> come from histograms with at most 1 % relative error. Latencies are the client’s, queueing included.</li>
<li><strong>Rates, means, energy and cost</strong> cover the time in which requests arrive; counts and latencies cover the drain as well.</li>
<li><strong>Not simulated:</strong> networks between data centres, failures of hardware, taxes. One seed is one day that could have been; another differs a little.</li>
${summary.values.reproducible === false && markup`<li><strong>Not reproducible:</strong> a program that decided answered too late or ended; another run may differ.</li>`}
</ul>`;
}

export function originOf({ results: { summary, scenarioYaml }, title }: RunView): Html {
  const data = Buffer.from(scenarioYaml, 'utf8').toString('base64');
  const file = `${title.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60) || 'scenario'}.yaml`;
  const items: [string, string][] = [
    ['scenario', title],
    ['seed', String(summary.number('seed'))],
    ['fleetday', summary.text('version')],
    ['scenario hash', summary.text('scenario_hash')],
  ];
  return markup`<ul class="figures">${items.map(([label, value]) => markup`<li><strong>${named(value)}</strong><span>${label}</span></li>`)}</ul>
<p class="download"><a download="${file}" href="data:application/yaml;base64,${trusted(data)}">Download the scenario</a>, then <code>fleetday run ${file}</code> gives the same results to the byte, with the same version and the traces that it names.</p>
<details><summary>The scenario with every default written out</summary><pre tabindex="0">${scenarioYaml}</pre></details>`;
}

// The story of a run in plain sentences: what was simulated, what it cost, whether the promise held, when and why not, how the
// fleet changed, what was idle. Every number is in the files; nothing is said that they do not hold.
import { count, latency, percent, perTime, quantity, scaled, span, usd } from '../../format.ts';
import { dateText } from '../charts/time-axis.ts';
import { joined, markup, named, type Html } from '../escape.ts';
import { addUp, totalKey, totalUsd } from '../read/cost-parts.ts';
import { servingText } from '../read/pools.ts';
import { fleetText, type RunView } from '../read/run-view.ts';
import { linked } from '../sections/explained.ts';
import { causesOf } from './causes.ts';
import { MISSED_SHARE_MAX, type MissedStretch } from './missed.ts';

const STRETCHES_MAX = 3;

export function storyOf(view: RunView): Html {
  const told = [simulated, cost, promise, scaling, spot, idle, carbon].map((tell) => tell(view));
  return joined(told.filter((part) => part !== undefined));
}

export function warningOf({ results: { summary } }: RunView): Html | undefined {
  if (!summary.isPartial) return undefined;
  const left = summary.number('running_at_end') + summary.number('waiting_at_end');
  return markup`<p class="warning"><strong>Partial results.</strong> The run ended early, after ${span(summary.number('simulated_seconds'))} of traffic, with ${count(left)} requests still in the fleet. Everything below covers only that.</p>`;
}

function simulated(view: RunView): Html {
  const { results, startEpochMs, timeZone, axis, pools } = view;
  const { summary } = results;
  const models = [...new Set(pools.map(servingText))].join('; ');
  return markup`<p class="lead"><strong>${span(summary.number('simulated_seconds'))} of traffic</strong> from ${dateText(startEpochMs, timeZone)}, ${axis.clock(0)} (${timeZone}): ${arrived(view)}. The fleet: ${fleetText(view)}, ${named(models)}.${served(view)}</p>`;
}

function arrived({ results: { summary } }: RunView): string {
  const number = summary.number('arrived');
  if (number === 0) return 'no request arrived';
  const rate = summary.number('peak_arrival_rate');
  const peak = Number.isNaN(rate)
    ? ''
    : `, ${perTime(rate)} in the busiest window at ${summary.text('peak_arrival_at').slice(11, 16)}`;
  return `${requests(number)} arrived, ${perTime(summary.number('arrival_rate'))} on average${peak}`;
}

function served({ results: { summary } }: RunView): string {
  const share = summary.number('completed') / summary.number('arrived');
  if (Number.isNaN(share)) return '';
  const drain = summary.number('drain_seconds');
  return ` ${percent(share)} of the requests were served to the end${drain > 0 ? `, the last of them ${span(drain)} after arrivals had stopped` : ''}.`;
}

function requests(number: number): string {
  return number >= 1e6
    ? `${scaled(number, '')} requests`
    : `${count(number)} request${number === 1 ? '' : 's'}`;
}

function cost({ results, parts, explained }: RunView): Html {
  const { summary } = results;
  const money = (key: string) => linked(explained, key, usd(summary.number(key)));
  const perUnit =
    summary.number('completed') > 0
      ? markup`That is ${money('usd_per_1k_requests')} per 1,000 requests and ${money('usd_per_million_output_tokens')} per million output tokens.${attributed(summary, money)}`
      : 'Nothing was served for it.';
  const total = totalUsd(results);
  const sorted = parts.toSorted((a, b) => b.usd - a.usd);
  const shares = sorted.map(({ key, label, usd: part }) => {
    return markup`${label} ${linked(explained, key, usd(part))} (${percent(part / total)})`;
  });
  const [largest, ...others] = shares;
  const split =
    sorted.length === 1
      ? `all of it ${sorted[0].label}`
      : markup`the largest part is ${largest}${others.length > 0 && markup`, then ${joined(others, ', ')}`}`;
  const sum = linked(explained, totalKey(results), usd(total));
  return markup`<p><strong>It cost ${sum}</strong>${sorted.length > 0 && markup`; ${split}`}. ${perUnit}${!addUp(parts, total) && ' The parts in hourly.csv do not add up to that total.'}</p>`;
}

/** By GPU time, where the ledger does so. */
function attributed(
  summary: RunView['results']['summary'],
  money: (key: string) => string | Html,
): Html | undefined {
  if (Number.isNaN(summary.number('prefill_usd'))) return undefined;
  const parts = ['prefill', 'decode', 'idle'].map((name) => markup`${name} ${money(`${name}_usd`)}`);
  return markup` By GPU time: ${joined(parts, ', ')}.`;
}

/** Undefined where the files say nothing of it. */
function carbon({ results: { summary }, explained }: RunView): Html | undefined {
  const [location, market, embodied] = ['location', 'market', 'embodied'].map((way) =>
    summary.number(`${way}_kg`),
  );
  if (Number.isNaN(location) && Number.isNaN(embodied)) return undefined;
  const unit = summary.text('carbon_unit').replace(/^g/, '') || 'CO2e';
  const grams = (way: string) =>
    linked(explained, `${way}_kg`, scaled(summary.number(`${way}_kg`) * 1000, 'g'));
  const perRequest = linked(
    explained,
    'grams_per_request',
    `${quantity(summary.number('grams_per_request'))} g`,
  );
  const marketBased =
    market === location || Number.isNaN(market)
      ? ''
      : markup`, ${grams('market')} ${unit} after contracts for carbon-free power`;
  const operation = Number.isNaN(location)
    ? 'what the power caused is not known, as the intensity of the grid is not'
    : markup`${grams('location')} ${unit} from the power drawn, by the mean of its grid${marketBased}; ${perRequest} per request`;
  const making = embodied > 0 && markup`; ${grams('embodied')} for its share of making the nodes`;
  return markup`<p><strong>Carbon:</strong> ${operation}${making}.</p>`;
}

function promise(view: RunView): Html {
  const { results, slo, hasSlo, missed } = view;
  const { summary } = results;
  if (!hasSlo) return markup`<p>No SLO was set, so there is nothing to hold or to miss.</p>`;
  const attainment = summary.number('slo_attainment');
  const promised = (['ttft', 'tpot', 'e2el'] as const)
    .filter((key) => slo[key] > 0)
    .map((key) => `${key === 'e2el' ? 'E2E' : key.toUpperCase()} within ${latency(slo[key])}`)
    .join(' and ');
  if (Number.isNaN(attainment))
    return markup`<p>Nothing arrived, so the SLO (${promised}) was not tried.</p>`;
  const isHeld = 1 - attainment <= MISSED_SHARE_MAX + 1e-12;
  const verdict = isHeld
    ? markup`<strong class="held">✓ The SLO held</strong>`
    : markup`<strong class="broken">✗ The SLO did not hold</strong>`;
  const misses = missed.reduce((sum, stretch) => sum + stretch.missed, 0);
  const first = markup`<p>${verdict} over the whole run: ${percent(attainment)} of the arrived requests were served with ${promised}; 99 % are the measure. ${latencies(view)}`;
  if (missed.length === 0) return markup`${first} Nor did it break in any single window.</p>`;
  const worst = missed.toSorted((a, b) => b.missed - a.missed).slice(0, STRETCHES_MAX);
  const shown = worst.toSorted((a, b) => a.first - b.first).map((stretch) => stretchItem(view, stretch));
  const rest = missed.length - shown.length;
  return markup`${first} In ${missed.length === 1 ? 'one stretch' : `${count(missed.length)} stretches`} of time more than 1 % of the arrivals missed it, ${count(misses)} requests in all${rest > 0 && `; the ${shown.length} with the most misses`}:</p>
<ul class="stretches">${shown}</ul>
`;
}

function latencies({ results: { summary } }: RunView): string {
  const p99 = (['ttft', 'tpot', 'e2el'] as const).map((key) => summary.number(`p99_${key}_ms`) / 1000);
  if (p99.every(Number.isNaN)) return 'No latency was measured.';
  return `p99: TTFT ${latency(p99[0])}, TPOT ${latency(p99[1])}, E2E ${latency(p99[2])}.`;
}

function stretchItem(view: RunView, stretch: MissedStretch): Html {
  const { axis } = view;
  const causes = causesOf(view, stretch);
  const when = `${axis.clock(stretch.fromSeconds)} to ${axis.clock(stretch.toSeconds)}`;
  const how = `${count(stretch.missed)} of ${count(stretch.arrived)} arrivals missed it (${percent(stretch.missed / stretch.arrived)})`;
  const why =
    causes.length > 0 ? `Seen then: ${causes.join('; ')}.` : 'The windows show no cause that stands out.';
  return markup`<li><strong>${when}</strong>: ${how}. ${why}</li>
`;
}

function scaling({
  results: { summary, scaling },
  pools,
  replicaCapacityPerSecond,
}: RunView): Html | undefined {
  const scaled = pools.filter((pool) => pool.scaling);
  if (scaled.length === 0 || scaling === undefined) return undefined;
  const policies = scaled.map(
    ({ name, scaling: by }) =>
      `${name} by ${by!.policy} between ${count(by!.min)} and ${count(by!.max)} replicas`,
  );
  const [ups, downs] = ['up', 'down'].map((way) => summary.number(`scaling_changes_${way}`));
  const [least, most] = ['min', 'max'].map((end) => summary.number(`replicas_ready_${end}`));
  const starting = summary.number('replica_hours_provisioning') + summary.number('replica_hours_loading');
  const share = starting / summary.number('replica_hours');
  const refusals = summary.number('capacity_refusals');
  const one =
    replicaCapacityPerSecond > 0 &&
    ` One replica holds ${quantity(replicaCapacityPerSecond)} requests per second within the SLO.`;
  return markup`<p><strong>The fleet scaled:</strong> ${named(policies.join('; '))}. It was changed ${count(ups)} times up and ${count(downs)} times down; between ${count(least)} and ${count(most)} replicas were ready, ${quantity(summary.number('replicas_ready_mean'))} on average. ${percent(share)} of the replica-hours went by while replicas were starting.${refusals > 0 && ` ${count(refusals)} times a node was ordered and there was none to be had.`}${one}</p>`;
}

/** Undefined where no node can be taken back. */
function spot({ results: { summary }, explained }: RunView): Html | undefined {
  const reclaims = summary.number('reclaims');
  if (Number.isNaN(reclaims)) return undefined;
  const link = (key: string, text: (value: number) => string) =>
    linked(explained, key, text(summary.number(key)));
  const cutOff = [
    { key: 'reclaim_retried', fate: 'were begun again elsewhere' },
    { key: 'reclaim_lost', fate: 'were lost' },
  ].flatMap(({ key, fate }) => {
    const requests = summary.number(key);
    return requests > 0 ? [`${count(requests)} requests were cut off and ${fate}`] : [];
  });
  const fate = cutOff.length > 0 ? cutOff.join('; ') : 'no request was cut off';
  return markup`<p><strong>Spot nodes:</strong> ${link('reclaims', count)} notices of a reclaim in ${link('spot_node_hours', quantity)} node-hours, which cost ${link('spot_usd', usd)}; ${fate}.</p>`;
}

function idle({ results: { summary } }: RunView): Html | undefined {
  const duty = summary.number('duty_cycle');
  const share = summary.number('idle_share');
  const [mbu, idleUsd] = [summary.number('mbu'), summary.number('idle_usd')];
  const told = [
    duty >= 0
      ? `for ${percent(1 - duty)} of the time of ready replicas no step ran.`
      : 'no replica was ever ready.',
    ...(share >= 0 ? [`${percent(share)} of the energy was drawn while none did.`] : []),
    ...(idleUsd > 0 ? [`${usd(idleUsd)} of the cost is put down to it.`] : []),
  ];
  // Fixed service times know of no memory.
  const memory =
    mbu > 0
      ? `, ${percent(summary.number('kv_use_mean'))} of the KV cache and ${percent(mbu)} of the memory bandwidth were used`
      : '';
  if (duty > 0)
    told.push(`A step had ${quantity(summary.number('batch_mean'))} sequences on average${memory}.`);
  return markup`<p><strong>Idle:</strong> ${told.join(' ')}</p>`;
}

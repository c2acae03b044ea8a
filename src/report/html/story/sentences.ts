// The story of a run in plain sentences: what was simulated, what it cost, whether the promise held, when and why not, how the
// fleet changed, what was idle. Every number is in the files; nothing is said that they do not hold.
import { count, latency, percent, perTime, quantity, scaled, span, usd } from '../../format.ts';
import { dateText } from '../charts/time-axis.ts';
import { joined, markup, named, type Html } from '../escape.ts';
import { addUp, totalUsd } from '../read/cost-parts.ts';
import { servingText } from '../read/pools.ts';
import { fleetText, type RunView } from '../read/run-view.ts';
import { causesOf } from './causes.ts';
import { MISSED_SHARE_MAX, type MissedStretch } from './missed.ts';

const STRETCHES_MAX = 3;

export function storyOf(view: RunView): Html {
  const told = [simulated(view), cost(view), promise(view), scaling(view), idle(view), carbon(view)];
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

function cost({ results, parts }: RunView): Html {
  const { summary } = results;
  const units = ['usd_per_1k_requests', 'usd_per_million_output_tokens'].map((key) =>
    usd(summary.number(key)),
  );
  const perUnit =
    summary.number('completed') > 0
      ? `That is ${units[0]} per 1,000 requests and ${units[1]} per million output tokens.${attributed(summary)}`
      : 'Nothing was served for it.';
  const total = totalUsd(results);
  const sorted = parts.toSorted((a, b) => b.usd - a.usd);
  const shares = sorted.map(({ label, usd: part }) => `${label} ${usd(part)} (${percent(part / total)})`);
  const split =
    sorted.length === 1
      ? `all of it ${sorted[0].label}`
      : `the largest part is ${shares[0]}${shares.length > 1 ? `, then ${shares.slice(1).join(', ')}` : ''}`;
  return markup`<p><strong>It cost ${usd(total)}</strong>${sorted.length > 0 && `; ${split}`}. ${perUnit}${!addUp(parts, total) && ' The parts in hourly.csv do not add up to that total.'}</p>`;
}

/** By GPU time, where the ledger does so. */
function attributed(summary: RunView['results']['summary']): string {
  const parts = ['prefill', 'decode', 'idle'].map((name) => `${name} ${usd(summary.number(`${name}_usd`))}`);
  return Number.isNaN(summary.number('prefill_usd')) ? '' : ` By GPU time: ${parts.join(', ')}.`;
}

/** Undefined where the files say nothing of it. */
function carbon({ results: { summary } }: RunView): Html | undefined {
  const [location, market, embodied] = ['location', 'market', 'embodied'].map((way) =>
    summary.number(`${way}_kg`),
  );
  if (Number.isNaN(location) && Number.isNaN(embodied)) return undefined;
  const unit = summary.text('carbon_unit').replace(/^g/, '') || 'CO2e';
  const mass = (kilograms: number) => `${scaled(kilograms * 1000, 'g')} ${unit}`;
  const marketBased =
    market === location || Number.isNaN(market)
      ? ''
      : `, ${mass(market)} after contracts for carbon-free power`;
  const operation = Number.isNaN(location)
    ? 'what the power caused is not known, as the intensity of the grid is not'
    : `${mass(location)} from the power drawn, by the mean of its grid${marketBased}; ${quantity(summary.number('grams_per_request'))} g per request`;
  const making = embodied > 0 ? `; ${scaled(embodied * 1000, 'g')} for its share of making the nodes` : '';
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

// A comparison for the terminal, and the same as a Markdown page.
import { markdownTables, textTables } from '../../accuracy/show/text.ts';
import type { Comparison } from '../../experiment/compare/comparison.ts';
import { ATTAINMENT_LEAST } from '../../experiment/capacity.ts';
import { isoLocal } from '../../kernel/clock.ts';
import { count, percent, span, usd } from '../format.ts';
import { capacityText } from './capacity-text.ts';
import { LEGEND, replicaChart } from './chart-text.ts';
import { comparisonTables, ownershipMeans, type TableOptions } from './tables.ts';

const COLUMNS = 72;
const ROWS = 6;

export function comparisonText(comparison: Comparison, options: TableOptions): string {
  const sections = [
    `${introduction(comparison).join('\n')}\n`,
    textTables(comparisonTables(comparison, options)),
    `${notes(comparison, options).join('\n')}\n`,
    `${charts(comparison).join('\n')}\n`,
  ];
  return sections.join('\n');
}

export function comparisonMarkdown(comparison: Comparison, options: TableOptions): string {
  const { name } = comparison.plan.base.loaded.scenario;
  return [
    `# Policies compared: ${name}\n`,
    `${introduction(comparison).join('\n\n')}\n`,
    markdownTables(comparisonTables(comparison, options)),
    `${notes(comparison, options)
      .map((note) => `- ${note.replaceAll('*', String.raw`\*`)}`)
      .join('\n')}\n`,
    `\`\`\`text\n${charts(comparison).join('\n')}\n\`\`\`\n`,
  ].join('\n');
}

function introduction({ plan, entries, isPartial }: Comparison): string[] {
  const { scenario, hash } = plan.base.loaded;
  const start = isoLocal(scenario.startEpochMs, scenario.timeZone).slice(0, 16).replace('T', ' ');
  const [first, last] = [plan.seeds[0], plan.seeds[plan.seeds.length - 1]];
  const seeds = first === last ? `seed ${first}` : `seeds ${first} to ${last}`;
  const arrived = entries[0]?.means.arrived ?? 0;
  const lines = [
    `${scenario.name} · ${seeds} · scenario ${hash}`,
    `${span(scenario.durationSeconds)} from ${start} ${scenario.timeZone}, ${count(Math.round(arrived))} requests, the same for all policies`,
  ];
  if (plan.part > 1) {
    const [small, whole] = [plan.runs[0].loaded.scenario, scenario].map(({ pools }) =>
      pools.reduce((sum, { replicas }) => sum + replicas, 0),
    );
    lines.push(
      `Compared on one part in ${plan.part}: up to ${count(small)} of ${count(whole)} replicas, and as much less traffic.`,
    );
  }
  for (const [pool, capacity] of plan.capacities.entries()) {
    if (capacity === undefined) continue;
    const { name, autoscaling } = scenario.pools[pool];
    const how =
      autoscaling?.replicaCapacityPerSecond === undefined ? 'found by simulation' : 'as the scenario says';
    lines.push(capacityText(name, capacity, how));
  }
  if (isPartial) lines.push('PARTIAL: interrupted; below are the runs that came to their end.');
  return lines;
}

function notes({ plan, entries, oracle, winner }: Comparison, { ownership }: TableOptions): string[] {
  const lines: string[] = [];
  if (winner !== undefined) {
    const { means } = entries.find(({ label }) => label === winner)!;
    const keeps = means.servableAttainment >= ATTAINMENT_LEAST;
    const what = keeps
      ? `cheapest that meets the SLO for ${percent(ATTAINMENT_LEAST)}`
      : 'closest to the SLO, which none meets';
    const which =
      means.servableAttainment === means.attainment ? 'the requests' : 'the requests that fit the model';
    lines.push(`Best: ${winner}, the ${what} of ${which}.`);
  }
  lines.push(
    'front *: no other policy has fewer misses at no more cost; beyond: misses beyond those of the oracle.',
  );
  if (oracle === undefined) lines.push('No oracle to measure against: add it to --policies.');
  else lines.push('The oracle is a bound of need(t) only: a policy may do better by letting requests wait.');
  if (plan.seeds.length === 1) lines.push('One seed: small differences may be chance; --seeds 5 tells.');
  for (const { label, runs } of entries) {
    if (runs.some(({ isUndrained }) => isUndrained))
      lines.push(
        `${label}: requests were left when the drain had lasted as long as it may; they count as misses.`,
      );
  }
  for (const reason of plan.whyNoNeed) lines.push(`need(t) is unknown: ${reason}`);
  if (ownership) lines.push(...ownershipNotes(entries));
  return lines;
}

function ownershipNotes(entries: Comparison['entries']): string[] {
  const means = entries[0] && ownershipMeans(entries[0]);
  if (means === undefined)
    return ['Owned against rented: not for pools on nodes with different numbers of GPUs.'];
  const share = means.breakEvenUtilisation;
  if (share > 1) return ['At these prices renting is cheaper even for a node that is always on.'];
  const kept = usd(means.amortizationUsd);
  return [
    `A node that is on for more than ${percent(share)} of its life is cheaper owned, one that is on for less rented.`,
    `The capital of the owned fleet, ${kept}, is paid whatever the policy does: autoscaling saves electricity only.`,
  ];
}

/** One below the other, on one scale. */
function charts({ entries, windowEnds, need }: Comparison): string[] {
  const top = Math.max(1, ...(need ?? []), ...entries.flatMap(({ runs }) => runs[0].ready));
  return [
    `Replicas over the day, first seed: ${LEGEND}`,
    ...entries.flatMap(({ label, runs }) => [
      label,
      ...replicaChart(
        { endsSeconds: windowEnds, ready: runs[0].ready, need },
        { rows: ROWS, columns: COLUMNS, top },
      ),
    ]),
  ];
}

// A comparison of policies as tables of text cells, the same for the terminal and for Markdown. What cannot be known is
// a dash: costs over the oracle's where there is none, minutes against need(t) where no capacity was found.
import type { Table } from '../../accuracy/show/tables.ts';
import type { Comparison, Entry } from '../../experiment/compare/comparison.ts';
import type { PairedDifference } from '../../experiment/compare/paired.ts';
import { isoLocal } from '../../kernel/clock.ts';
import { count, latency, percent, quantity, usd } from '../format.ts';

export interface TableOptions {
  /** Whether to show what an owned and a rented fleet would cost. */
  ownership: boolean;
}

const MISSING = '—';

const text = (title: string) => ({ title });
const number = (title: string) => ({ title, isNumber: true });

export function comparisonTables(comparison: Comparison, { ownership }: TableOptions): Table[] {
  const tables = [serviceTable(comparison), scalingTable(comparison)];
  if (comparison.plan.seeds.length > 1) tables.push(differenceTable(comparison));
  if (ownership) tables.push(ownershipTable(comparison));
  return tables.filter(({ rows }) => rows.length > 0);
}

function serviceTable({ entries, plan }: Comparison): Table {
  const scaled = plan.part > 1 ? `, one part in ${plan.part} of the fleet` : '';
  return {
    title: `Cost and service${scaled}`,
    columns: [
      text('policy'),
      number('cost'),
      number('× oracle'),
      number('SLO met'),
      number('misses'),
      number('beyond'),
      number('p99 TTFT'),
      number('goodput'),
      text('front'),
    ],
    rows: entries.map(({ label, means, costPerOracle, missesAboveOracle, isOnFront }) => [
      label,
      usd(means.totalUsd),
      costPerOracle === undefined ? MISSING : costPerOracle.toFixed(3),
      percent(means.attainment),
      count(Math.round(means.misses)),
      missesAboveOracle === undefined ? MISSING : signed(missesAboveOracle, (n) => count(Math.round(n))),
      latency(means.ttftP99Seconds),
      `${quantity(means.goodputPerSecond)} /s`,
      isOnFront ? '*' : '',
    ]),
  };
}

function scalingTable(comparison: Comparison): Table {
  return {
    title: 'Scaling',
    columns: [
      text('policy'),
      number('replica-h'),
      number('actions'),
      number('flaps'),
      number('min < need'),
      number('min > need'),
      number('worst minute'),
      text('at'),
    ],
    rows: comparison.entries.map(({ label, means }) => [
      label,
      quantity(means.replicaHours),
      quantity(means.actions),
      quantity(means.flaps),
      quantity(means.underMinutes),
      quantity(means.overMinutes),
      percent(means.worstMinuteAttainment),
      clockTime(comparison, means.worstMinuteStartSeconds),
    ]),
  };
}

function differenceTable({ entries, plan }: Comparison): Table {
  const first = plan.variants[0].label;
  const rows = entries.flatMap(({ label, differences }) => {
    if (differences === undefined) return [];
    const { totalUsd, attainment, ttftP99Seconds, replicaHours } = differences;
    return [
      [
        label,
        difference(totalUsd, usd),
        difference(attainment, (share) => (100 * share).toFixed(2)),
        difference(ttftP99Seconds, latency),
        difference(replicaHours, quantity),
      ],
    ];
  });
  return {
    title: `Differences to ${first}, seed by seed, with 95 % intervals; * where 0 lies outside`,
    columns: [
      text('policy'),
      number('cost'),
      number('SLO met, points'),
      number('p99 TTFT'),
      number('replica-h'),
    ],
    rows,
  };
}

function difference(
  { mean, halfWidth, verdict }: PairedDifference,
  shown: (value: number) => string,
): string {
  const interval = verdict === 'one seed' ? '' : ` ± ${shown(halfWidth)}`;
  return `${signed(mean, shown)}${interval}${verdict === 'real' ? ' *' : '  '}`;
}

function signed(value: number, shown: (value: number) => string): string {
  if (value === 0) return '0';
  return Number.isFinite(value) ? `${value > 0 ? '+' : '−'}${shown(Math.abs(value))}` : MISSING;
}

function ownershipTable({ entries, oracle }: Comparison): Table {
  const bound = entries.find(({ label }) => label === oracle);
  const oracleMeans = bound && ownershipMeans(bound);
  const ratio = (value: number, ofOracle: number | undefined) =>
    ofOracle === undefined ? MISSING : (value / ofOracle).toFixed(3);
  return {
    title: 'The same fleet owned, and rented',
    columns: [
      text('policy'),
      number('owned'),
      number('electricity'),
      number('× oracle'),
      number('rented'),
      number('× oracle'),
      number('nodes on'),
      text('cheaper'),
    ],
    rows: entries.flatMap((entry) => {
      const means = ownershipMeans(entry);
      if (means === undefined) return [];
      const { ownedUsd, electricityUsd, rentedUsd, utilisation } = means;
      return [
        [
          entry.label,
          usd(ownedUsd),
          usd(electricityUsd),
          ratio(ownedUsd, oracleMeans?.ownedUsd),
          usd(rentedUsd),
          ratio(rentedUsd, oracleMeans?.rentedUsd),
          percent(utilisation),
          rentedUsd < ownedUsd ? 'rented' : 'owned',
        ],
      ];
    }),
  };
}

/** Over the seeds. */
export function ownershipMeans({ runs }: Entry) {
  const all = runs.flatMap(({ costs }) => costs ?? []);
  if (all.length === 0) return undefined;
  const mean = (value: (costs: (typeof all)[number]) => number) =>
    all.reduce((sum, costs) => sum + value(costs), 0) / all.length;
  return {
    ownedUsd: mean(({ owned }) => owned.totalUsd),
    electricityUsd: mean(({ owned }) => owned.electricityUsd),
    amortizationUsd: mean(({ owned }) => owned.amortizationUsd),
    rentedUsd: mean(({ rented }) => rented.totalUsd),
    utilisation: mean((costs) => costs.utilisation),
    breakEvenUtilisation: mean((costs) => costs.breakEven.utilisation),
  };
}

/** With the date where a run is longer than a day. */
function clockTime({ plan }: Comparison, seconds: number): string {
  if (!Number.isFinite(seconds)) return MISSING;
  const { startEpochMs, timeZone, durationSeconds } = plan.base.loaded.scenario;
  const local = isoLocal(startEpochMs + seconds * 1000, timeZone).slice(0, 16);
  return durationSeconds > 86_400 ? local.replace('T', ' ') : local.slice(11);
}

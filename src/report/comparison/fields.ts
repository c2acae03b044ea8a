// compare.csv (a row per run) and compare.json (means over seeds, differences, and the same rows): the measures by name.
import type { Comparison, ComparedRun, Entry } from '../../experiment/compare/comparison.ts';
import type { Measures } from '../../experiment/compare/measures.ts';
import { csv } from '../csv.ts';
import { field, milliseconds, type Cell, type Field } from '../field.ts';

export const MEASURES: readonly Field<Measures>[] = [
  field('total_usd', '$', 'electricity, amortization and rent of the day', (m) => m.totalUsd),
  field('electricity_usd', '$', 'of owned nodes', (m) => m.electricityUsd),
  field('amortization_usd', '$', 'of owned nodes, on or off', (m) => m.amortizationUsd),
  field('rent_usd', '$', 'of rented nodes', (m) => m.rentUsd),
  field('arrived', 'requests', 'all that came', (m) => m.arrived),
  field('misses', 'requests', 'arrived, but not served within the SLO', (m) => m.misses),
  field('slo_attainment', 'share', 'of the arrived, served within the SLO', (m) => m.attainment),
  field('p99_ttft_ms', 'ms', 'p99 time to first token, queueing included', (m) =>
    milliseconds(m.ttftP99Seconds),
  ),
  field(
    'request_goodput',
    'requests/s',
    'served within the SLO, per second of the day',
    (m) => m.goodputPerSecond,
  ),
  field('replica_hours', 'h', 'of replicas in any state but off', (m) => m.replicaHours),
  field('node_hours', 'h', 'of nodes that were on', (m) => m.nodeHours),
  field('actions', '', 'changes of how many replicas are wanted', (m) => m.actions),
  field(
    'flaps',
    '',
    'of these, in the other direction than the one within ten minutes before',
    (m) => m.flaps,
  ),
  field('under_minutes', 'min', 'with fewer ready replicas than need(t)', (m) => m.underMinutes),
  field('over_minutes', 'min', 'with more ready replicas than need(t)', (m) => m.overMinutes),
  field(
    'worst_minute_attainment',
    'share',
    'of the requests of the worst minute',
    (m) => m.worstMinuteAttainment,
  ),
  field(
    'worst_minute_start_seconds',
    's',
    'its start, from the start of the run',
    (m) => m.worstMinuteStartSeconds,
  ),
];

interface Row {
  entry: Entry;
  run: ComparedRun;
}

export const COLUMNS: readonly Field<Row>[] = [
  field('label', '', 'as in --policies', ({ entry }) => entry.label),
  field('policy', '', 'name of the policy', ({ entry }) => entry.policy),
  field('seed', '', 'of the run', ({ run }) => run.seed),
  ...MEASURES.map(({ read, ...rest }) => ({ ...rest, read: ({ run }: Row) => read(run.measures) })),
  field('owned_usd', '$', 'had all nodes been owned', ({ run }) => run.costs?.owned.totalUsd),
  field('rented_usd', '$', 'had all nodes been rented', ({ run }) => run.costs?.rented.totalUsd),
  field(
    'node_utilisation',
    'share',
    'of the hours of all nodes, those on',
    ({ run }) => run.costs?.utilisation,
  ),
  field(
    'break_even_utilisation',
    'share',
    'above it owning a node is cheaper than renting it',
    ({ run }) => run.costs?.breakEven.utilisation,
  ),
];

export function comparisonCsv({ entries }: Comparison): string {
  return csv(
    COLUMNS,
    entries.flatMap((entry) => entry.runs.map((run) => ({ entry, run }))),
  );
}

export function comparisonJson(comparison: Comparison, version: string): object {
  const { plan, entries, oracle, winner, isPartial } = comparison;
  const { scenario, hash } = plan.base.loaded;
  return {
    scenario: scenario.name,
    scenario_hash: hash,
    version,
    partial: isPartial,
    seeds: plan.seeds,
    part: plan.part,
    replica_capacity_per_second: plan.capacities.map((capacity) => capacity ?? null),
    oracle: oracle ?? null,
    best: winner ?? null,
    policies: entries.map((entry) => ({
      label: entry.label,
      policy: entry.policy,
      is_bound: entry.isBound,
      on_front: entry.isOnFront,
      cost_per_oracle: entry.costPerOracle ?? null,
      misses_above_oracle: entry.missesAboveOracle ?? null,
      means: asObject(MEASURES, entry.means),
      differences_to_first: entry.differences ? differencesJson(entry.differences) : null,
      runs: entry.runs.map((run) => asObject(COLUMNS.slice(2), { entry, run })),
    })),
  };
}

function differencesJson(differences: NonNullable<Entry['differences']>): object {
  const { totalUsd, attainment, ttftP99Seconds, replicaHours } = differences;
  const shown = ({ mean, halfWidth, pairs, verdict }: typeof totalUsd, factor = 1) => ({
    mean: finite(mean * factor),
    half_width_95: finite(halfWidth * factor),
    pairs,
    verdict,
  });
  return {
    total_usd: shown(totalUsd),
    slo_attainment: shown(attainment),
    p99_ttft_ms: shown(ttftP99Seconds, 1000),
    replica_hours: shown(replicaHours),
  };
}

function asObject<Source>(fields: readonly Field<Source>[], source: Source): Record<string, Cell | null> {
  return Object.fromEntries(fields.map(({ key, read }) => [key, finite(read(source))]));
}

function finite(value: Cell): Cell | null {
  return value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
}

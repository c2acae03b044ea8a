// The tidy table of a sweep: a row per variant and seed; columns: which one it is, what varies, how the row ended, the
// command that makes it again, every key of its summary, and its whole configuration (`config.…`). sweep.csv and
// sweep.parquet are made from it.
import { configurationOf } from '../../experiment/sweep/plan.ts';
import type { SweepResult, SweepRow } from '../../experiment/sweep/sweep.ts';
import type { Value } from '../../experiment/sweep/point.ts';
import { shellWord } from '../shell.ts';
import { SUMMARY_FIELDS } from '../summary-json.ts';

export type TableCell = Value | null;

export interface TableColumn {
  name: string;
  cells: TableCell[];
}

export function sweepTable({ plan, rows }: SweepResult): TableColumn[] {
  const { experiment, variants } = plan;
  const paths = [...new Set(variants.flatMap(({ assignments }) => Object.keys(assignments)))];
  const column = (name: string, cell: (row: SweepRow) => TableCell): TableColumn => ({
    name,
    cells: rows.map(cell),
  });
  return [
    column('variant', ({ variant }) => variant.index + 1),
    column('seed', ({ seed }) => seed),
    ...paths.map((path) => column(path, ({ variant }) => variant.assignments[path] ?? null)),
    column('status', ({ error }) => (error === undefined ? 'ok' : error.kind)),
    column('error', ({ error }) => error?.message ?? null),
    column('command', ({ variant, seed }) => commandOf(experiment.scenarioPath, variant.overrides, seed)),
    ...SUMMARY_FIELDS.filter(({ key }) => key !== 'seed').map(({ key }) =>
      column(key, ({ summary }) => summary?.[key] ?? null),
    ),
    ...configurationColumns(rows, variants.map(configurationOf)),
  ];
}

export function commandOf(scenarioPath: string, overrides: readonly string[], seed: number): string {
  const words = [
    scenarioPath,
    ...overrides.flatMap((override) => ['--set', override]),
    '--seed',
    String(seed),
  ];
  return `fleetday run ${words.map(shellWord).join(' ')}`;
}

/** `config.fleet.pools[0].replicas`; lists of plain values as JSON. `seed` is a column of its own. */
function configurationColumns(rows: readonly SweepRow[], configurations: readonly unknown[]): TableColumn[] {
  const flat = configurations.map((configuration) => new Map(leaves(configuration, '')));
  const names = [...new Set(flat.flatMap((one) => [...one.keys()]))].filter((name) => name !== 'seed');
  return names.map((name) => ({
    name: `config.${name}`,
    cells: rows.map(({ variant }) => flat[variant.index].get(name) ?? null),
  }));
}

function leaves(value: unknown, path: string): [string, TableCell][] {
  if (value === undefined || value === null) return path === '' ? [] : [[path, null]];
  if (typeof value !== 'object') return [[path, value as Value]];
  if (Array.isArray(value)) {
    const items = value as unknown[];
    if (items.length === 0 || items.some((item) => typeof item !== 'object' || Array.isArray(item)))
      return [[path, JSON.stringify(items)]];
    return items.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

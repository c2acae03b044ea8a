// What each parameter does on average: the mean of a response over all variants at one of its levels, less the mean over
// all variants. Worked out seed by seed, since all variants have seen the same arrivals; the interval is over seeds. Of a
// Latin hypercube, where every level is used once, the numbers of an axis are taken in fifths. Left out: interactions, and
// variants that failed (the rest is then no longer balanced, which is said).
import { intervalOf, type Interval } from './interval.ts';

export interface EffectRow {
  /** By axis; a number where the axis is one of numbers. */
  levels: Record<string, string | number>;
  /** By seed; a seed that is missing or NaN in any row is left out everywhere. */
  values: ReadonlyMap<number, number>;
}

export interface LevelEffect {
  label: string;
  variants: number;
  /** Of the response at that level, and its difference to the mean of all. */
  mean: number;
  effect: Interval;
}

export interface MainEffect {
  axis: string;
  levels: LevelEffect[];
}

const GROUPS = 5;
/** More levels than this, used once or twice each, are taken together. */
const LEVELS_APART_MAX = 12;

export function mainEffects(
  rows: readonly EffectRow[],
  axes: readonly string[],
  confidence: number,
): MainEffect[] {
  const seeds = commonSeeds(rows);
  if (rows.length < 2 || seeds.length === 0) return [];
  const grand = seeds.map((seed) => meanAt(rows, seed));
  const total = grand.reduce((sum, value) => sum + value, 0) / grand.length;
  return axes.map((axis) => ({
    axis,
    levels: groupsOf(rows, axis).map(({ label, members }) => {
      const differences = seeds.map((seed, i) => meanAt(members, seed) - grand[i]);
      const effect = intervalOf(differences, confidence);
      return { label, variants: members.length, mean: total + effect.mean, effect };
    }),
  }));
}

export function commonSeeds(rows: readonly EffectRow[]): number[] {
  if (rows.length === 0) return [];
  const isWhole = (seed: number) => rows.every(({ values }) => Number.isFinite(values.get(seed) ?? NaN));
  return [...rows[0].values.keys()].filter(isWhole);
}

function meanAt(rows: readonly EffectRow[], seed: number): number {
  return rows.reduce((sum, { values }) => sum + values.get(seed)!, 0) / rows.length;
}

interface Group {
  label: string;
  members: EffectRow[];
}

function groupsOf(rows: readonly EffectRow[], axis: string): Group[] {
  const groups = new Map<string | number, EffectRow[]>();
  for (const row of rows) groups.set(row.levels[axis], [...(groups.get(row.levels[axis]) ?? []), row]);
  const isNumeric = [...groups.keys()].every((level) => typeof level === 'number');
  if (isNumeric && groups.size > LEVELS_APART_MAX && groups.size > rows.length / 2) return fifths(rows, axis);
  return [...groups].map(([label, members]) => ({ label: String(label), members }));
}

function fifths(rows: readonly EffectRow[], axis: string): Group[] {
  const levelOf = (row: EffectRow) => row.levels[axis] as number;
  const sorted = rows.toSorted((a, b) => levelOf(a) - levelOf(b));
  return Array.from({ length: GROUPS }, (_, i) => {
    const from = Math.round((i * sorted.length) / GROUPS);
    const members = sorted.slice(from, Math.round(((i + 1) * sorted.length) / GROUPS));
    return { label: `${levelOf(members[0])}–${levelOf(members.at(-1)!)}`, members };
  });
}

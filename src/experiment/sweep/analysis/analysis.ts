// What a sweep has found: per variant the means of its responses with intervals, differences to the baseline seed by seed,
// the constraints it keeps, and whether it is on the Pareto front; and what each parameter does on average.
import { isMet } from '../file/constraint.ts';
import type { Constraint } from '../file/experiment.ts';
import type { Variant } from '../plan.ts';
import { numberOf, type SweepResult, type SweepRow } from '../sweep.ts';
import { intervalOf, type Interval } from './interval.ts';
import { mainEffects, type EffectRow, type MainEffect } from './main-effects.ts';
import { frontOf } from './pareto.ts';

/** `unknown`: the response is missing in a seed. */
export type Verdict = 'met' | 'broken' | 'unknown';

export interface KeptConstraint {
  constraint: Constraint;
  verdict: Verdict;
  /** The limit lies outside the interval. */
  isSure: boolean;
}

export interface VariantResult {
  variant: Variant;
  seeds: number;
  failed: number;
  /** Of those that did not come to their end (the queue outlived the drain). */
  partial: number;
  responses: Record<string, Interval>;
  /** To the baseline, over the seeds that both have; undefined for the baseline itself, or where there are none. */
  differences: Record<string, Interval> | undefined;
  constraints: KeptConstraint[];
  isFeasible: boolean;
  isOnFront: boolean;
}

export interface Analysis {
  result: SweepResult;
  /** Responses of the experiment, and what its constraints and objectives are about. */
  keys: string[];
  variants: VariantResult[];
  /** By response. */
  effects: Record<string, MainEffect[]>;
  failures: SweepRow[];
}

export function analyse(result: SweepResult): Analysis {
  const { experiment, variants, baseline } = result.plan;
  const { responses, constraints, objectives, stop, confidence } = experiment;
  const keys = [
    ...new Set([
      ...responses,
      ...constraints.map(({ key }) => key),
      ...objectives.map(({ key }) => key),
      ...(stop === undefined ? [] : [stop.response]),
    ]),
  ];
  const rowsOf = new Map<number, SweepRow[]>(variants.map(({ index }) => [index, []]));
  for (const row of result.rows) rowsOf.get(row.variant.index)!.push(row);
  const context = { keys, confidence, constraints, reference: good(rowsOf.get(baseline) ?? []) };
  const found = variants.map((variant) =>
    variantResult(variant, rowsOf.get(variant.index) ?? [], {
      ...context,
      isBaseline: variant.index === baseline,
    }),
  );
  const front = frontOf(
    found.map(({ isFeasible, responses: means }) =>
      isFeasible ? objectives.map(({ key }) => means[key].mean) : undefined,
    ),
    objectives,
  );
  return {
    result,
    keys,
    variants: found.map((one, i) => ({ ...one, isOnFront: front[i] })),
    effects: effectsOf(result, rowsOf),
    failures: result.rows.filter(({ error }) => error !== undefined),
  };
}

interface Context {
  keys: string[];
  confidence: number;
  constraints: readonly Constraint[];
  reference: readonly SweepRow[];
  isBaseline: boolean;
}

function variantResult(variant: Variant, rows: readonly SweepRow[], context: Context): VariantResult {
  const { keys, confidence, constraints, reference, isBaseline } = context;
  const sound = good(rows);
  const interval = (key: string) => intervalOf(valuesOf(sound, key), confidence);
  const responses = Object.fromEntries(keys.map((key) => [key, interval(key)]));
  const kept = constraints.map((constraint) => keptConstraint(constraint, responses[constraint.key]));
  return {
    variant,
    seeds: rows.length,
    failed: rows.length - sound.length,
    partial: sound.filter(({ summary }) => summary!.partial === true).length,
    responses,
    differences: isBaseline ? undefined : differencesOf(sound, reference, context),
    constraints: kept,
    isFeasible: sound.length > 0 && kept.every(({ verdict }) => verdict === 'met'),
    isOnFront: false,
  };
}

function good(rows: readonly SweepRow[]): SweepRow[] {
  return rows.filter(({ summary }) => summary !== undefined);
}

function valuesOf(rows: readonly SweepRow[], key: string): number[] {
  return rows.map(({ summary }) => numberOf(summary!, key));
}

function keptConstraint(constraint: Constraint, { mean, halfWidth }: Interval): KeptConstraint {
  if (Number.isNaN(mean)) return { constraint, verdict: 'unknown', isSure: false };
  const verdict = isMet(constraint, mean) ? 'met' : 'broken';
  // NaN with a single seed: not sure.
  const isSure = Math.abs(mean - constraint.limit) > halfWidth || halfWidth === 0;
  return { constraint, verdict, isSure };
}

/** Undefined where no seed is common. */
function differencesOf(
  rows: readonly SweepRow[],
  reference: readonly SweepRow[],
  { keys, confidence }: Context,
): VariantResult['differences'] {
  const bySeed = new Map(reference.map((row) => [row.seed, row]));
  const pairs = rows.flatMap((row) => {
    const other = bySeed.get(row.seed);
    return other === undefined ? [] : [[row, other] as const];
  });
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    keys.map((key) => {
      const differences = pairs.map(([a, b]) => numberOf(a.summary!, key) - numberOf(b.summary!, key));
      return [key, intervalOf(differences, confidence)];
    }),
  );
}

function effectsOf(result: SweepResult, rowsOf: ReadonlyMap<number, SweepRow[]>): Analysis['effects'] {
  const { experiment, variants } = result.plan;
  const { axes, responses, confidence } = experiment;
  const names = axes.map(({ name }) => name);
  const effects = responses.map((key) => {
    const rows = variants.flatMap((variant): EffectRow[] => {
      const own = good(rowsOf.get(variant.index) ?? []);
      const values = new Map(own.map((row) => [row.seed, numberOf(row.summary!, key)]));
      // One that never has the response would leave nothing of the others.
      if (![...values.values()].some(Number.isFinite)) return [];
      return [{ levels: levelsOf(variant, names), values }];
    });
    return [key, mainEffects(rows, names, confidence)] as const;
  });
  return Object.fromEntries(effects);
}

/** A number where the level sets one path to one. */
export function levelsOf(variant: Variant, axes: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(
    axes.map((axis) => {
      const value = variant.assignments[axis];
      return [axis, typeof value === 'number' ? value : variant.labels[axis]];
    }),
  );
}

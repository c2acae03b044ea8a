// variants.csv, a row per variant, and sweep.json, everything that a sweep has found but its rows. Keys in snake case, as in
// summary.json; null where there is no value.
import type { Analysis, VariantResult } from '../../experiment/sweep/analysis/analysis.ts';
import type { Interval } from '../../experiment/sweep/analysis/interval.ts';
import { csv } from '../csv.ts';
import { field, type Field } from '../field.ts';

export function variantsCsv({ result, keys, variants }: Analysis): string {
  const { experiment, variants: planned } = result.plan;
  const paths = [...new Set(planned.flatMap(({ assignments }) => Object.keys(assignments)))];
  const columns: Field<VariantResult>[] = [
    field('variant', '', '', ({ variant }) => variant.index + 1),
    ...paths.map((path) => field<VariantResult>(path, '', '', ({ variant }) => variant.assignments[path])),
    field('seeds', '', '', ({ seeds }) => seeds),
    field('failed', '', '', ({ failed }) => failed),
    field('partial', '', '', ({ partial }) => partial),
    ...keys.flatMap((key): Field<VariantResult>[] => [
      field(`${key}_mean`, '', '', ({ responses }) => responses[key].mean),
      field(`${key}_half_width`, '', '', ({ responses }) => responses[key].halfWidth),
      field(`${key}_difference`, '', '', ({ differences }) => differences?.[key].mean),
      field(`${key}_difference_half_width`, '', '', ({ differences }) => differences?.[key].halfWidth),
    ]),
    ...experiment.constraints.map(({ text }, i) =>
      field<VariantResult>(text, '', '', ({ constraints }) => constraints[i].verdict),
    ),
    field('feasible', '', '', ({ isFeasible }) => isFeasible),
    field('on_front', '', '', ({ isOnFront }) => isOnFront),
  ];
  return csv(columns, variants);
}

export function sweepJson(analysis: Analysis) {
  const { result, variants, effects, failures } = analysis;
  const { plan, rows, isPartial } = result;
  const { experiment } = plan;
  return {
    name: experiment.name,
    description: experiment.description,
    hash: plan.hash,
    version: plan.version,
    scenario: experiment.scenarioPath,
    set: [...experiment.overrides, ...plan.cells],
    design: experiment.design,
    confidence: experiment.confidence,
    partial: isPartial,
    rows: rows.length,
    failed: failures.length,
    baseline: plan.baseline + 1,
    objectives: experiment.objectives,
    variants: variants.map(variantJson),
    main_effects: Object.entries(effects).map(([response, ofAxes]) => ({
      response,
      parameters: ofAxes.map(({ axis, levels }) => ({
        parameter: axis,
        levels: levels.map(({ label, variants: count, mean, effect }) => ({
          level: label,
          variants: count,
          mean: orNull(mean),
          effect: orNull(effect.mean),
          half_width: orNull(effect.halfWidth),
        })),
      })),
    })),
    failures: failures.map(({ variant, seed, error }) => ({ variant: variant.index + 1, seed, ...error })),
  };
}

function variantJson(one: VariantResult) {
  const { variant, seeds, failed, partial, responses, differences, constraints } = one;
  return {
    variant: variant.index + 1,
    set: variant.assignments,
    seeds,
    failed,
    partial,
    responses: intervals(responses),
    differences: differences === undefined ? null : intervals(differences),
    constraints: constraints.map(({ constraint, verdict, isSure }) => ({
      constraint: constraint.text,
      verdict,
      sure: isSure,
    })),
    feasible: one.isFeasible,
    on_front: one.isOnFront,
  };
}

function intervals(of: Record<string, Interval>) {
  return Object.fromEntries(
    Object.entries(of).map(([key, { count, mean, halfWidth }]) => [
      key,
      { seeds: count, mean: orNull(mean), half_width: orNull(halfWidth) },
    ]),
  );
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

// The Pareto front: variants that no other beats, being as good in every objective and better in one. On means over seeds;
// variants that do not keep the constraints, or have no value for an objective, are no candidates.
import type { Objective } from '../file/experiment.ts';

/** By row of `values`, an objective a column; undefined rows are no candidates. */
export function frontOf(
  values: readonly (readonly number[] | undefined)[],
  objectives: readonly Objective[],
): boolean[] {
  const signs = objectives.map(({ sense }) => (sense === 'minimise' ? 1 : -1));
  const costs = values.map((row) =>
    row === undefined || row.some(Number.isNaN) ? undefined : row.map((value, i) => signs[i] * value),
  );
  return costs.map(
    (own) => own !== undefined && !costs.some((other) => other !== undefined && beats(other, own)),
  );
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, i) => value <= other[i]) && one.some((value, i) => value < other[i]);
}

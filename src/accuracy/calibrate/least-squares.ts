// Nonlinear least squares by Levenberg and Marquardt, with bounds that hold while the other parameters move (a
// parameter at its bound leaves the step when the slope presses it outwards), Huber's loss, and the information
// matrix from which standard errors follow. Own code, because what the registry offers (ml-levenberg-marquardt 5.1)
// knows no loss but the square, stops at a bound with all parameters, and gives no covariance. After Nocedal and
// Wright, Numerical Optimization (2006), chapter 10. For a handful of parameters that are of order 1.

export interface Problem {
  /** Number of residuals. */
  count: number;
  residuals(parameters: readonly number[], into: Float64Array): void;
  lower: readonly number[];
  upper: readonly number[];
  /** Of every residual, >= 0. */
  weights?: Float64Array;
}

export interface Solution {
  parameters: number[];
  residuals: Float64Array;
  /** Sum of the weighted losses. */
  cost: number;
  /** JᵀWJ: the inverse of the parameters' covariance where residuals have variance 1. */
  information: number[][];
}

/** Residuals beyond it count linearly: 95 % as efficient as squares where errors are normal (Huber, 1964). */
export const HUBER = 1.345;
const ITERATIONS_MAX = 100;
const DAMPING_MAX = 1e10;
/** A step that gains less than this part of the cost is the last. */
const GAIN_MIN = 1e-9;
const DIFFERENCE = 1e-6;

export function leastSquares(problem: Problem, start: readonly number[]): Solution {
  let parameters = start.map((value, i) => bounded(value, problem, i));
  let residuals = evaluate(problem, parameters);
  let cost = costOf(problem, residuals);
  let damping = 1e-3;
  let { information, slope } = normalEquations(problem, parameters, residuals);
  for (let i = 0; i < ITERATIONS_MAX && damping < DAMPING_MAX; i++) {
    const step = dampedStep({ problem, parameters, information, slope, damping });
    const next = parameters.map((value, j) => bounded(value + step[j], problem, j));
    const nextResiduals = evaluate(problem, next);
    const nextCost = costOf(problem, nextResiduals);
    if (!(nextCost < cost)) {
      damping *= 8;
      continue;
    }
    const gain = (cost - nextCost) / cost;
    [parameters, residuals, cost] = [next, nextResiduals, nextCost];
    damping = Math.max(damping / 8, 1e-12);
    ({ information, slope } = normalEquations(problem, parameters, residuals));
    if (gain < GAIN_MIN || cost < 1e-20) break;
  }
  return { parameters, residuals, cost, information };
}

function bounded(value: number, { lower, upper }: Problem, i: number): number {
  return Math.min(Math.max(value, lower[i]), upper[i]);
}

function evaluate(problem: Problem, parameters: readonly number[]): Float64Array {
  const residuals = new Float64Array(problem.count);
  problem.residuals(parameters, residuals);
  return residuals;
}

function costOf({ weights }: Problem, residuals: Float64Array): number {
  let cost = 0;
  for (let i = 0; i < residuals.length; i++) {
    const size = Math.abs(residuals[i]);
    const loss = size < HUBER ? (size * size) / 2 : HUBER * (size - HUBER / 2);
    cost += (weights?.[i] ?? 1) * loss;
  }
  return cost;
}

/** JᵀWJ and JᵀWr, with Huber's weights in W. */
function normalEquations(problem: Problem, parameters: readonly number[], residuals: Float64Array) {
  const columns = parameters.map((value, j) => {
    const difference = DIFFERENCE * Math.max(Math.abs(value), 0.01);
    // Inwards at the upper bound.
    const signed = value + difference > problem.upper[j] ? -difference : difference;
    const column = evaluate(
      problem,
      parameters.map((other, k) => (k === j ? other + signed : other)),
    );
    return column.map((shifted, i) => (shifted - residuals[i]) / signed);
  });
  const weights = residuals.map(
    (residual, i) => (problem.weights?.[i] ?? 1) * Math.min(1, HUBER / Math.max(Math.abs(residual), 1e-300)),
  );
  const product = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, x, i) => sum + weights[i] * x * b[i], 0);
  return {
    information: columns.map((a) => columns.map((b) => product(a, b))),
    slope: columns.map((a) => product(a, residuals)),
  };
}

function dampedStep({
  problem,
  parameters,
  information,
  slope,
  damping,
}: {
  problem: Problem;
  parameters: readonly number[];
  information: readonly number[][];
  slope: readonly number[];
  damping: number;
}): number[] {
  const free = parameters.flatMap((value, i) => {
    const pressed =
      (value <= problem.lower[i] && slope[i] > 0) || (value >= problem.upper[i] && slope[i] < 0);
    return pressed ? [] : [i];
  });
  const matrix = free.map((i) =>
    free.map((j) => information[i][j] + (i === j ? damping * information[i][i] + 1e-12 : 0)),
  );
  const solved = solve(
    matrix,
    free.map((i) => -slope[i]),
  );
  const step = parameters.map(() => 0);
  free.forEach((i, k) => (step[i] = solved[k]));
  return step;
}

/** What the information says of the parameters; nearly infinite errors where it says nothing. */
export function uncertainty(information: readonly number[][]): {
  errors: number[];
  correlations: number[][];
} {
  const ridged = information.map((row, i) => row.map((x, j) => (i === j ? x * (1 + 1e-9) + 1e-12 : x)));
  const covariance = ridged.map((_, k) =>
    solve(
      ridged,
      ridged.map((_one, j) => (j === k ? 1 : 0)),
    )!,
  );
  const errors = covariance.map((row, i) => Math.sqrt(row[i]));
  return {
    errors,
    correlations: covariance.map((row, i) => row.map((x, j) => x / (errors[i] * errors[j]))),
  };
}

/** Of a symmetric, non-negative matrix with something added to its diagonal, by Gauss's elimination. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const n = right.length;
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i]));
  const rows = matrix.map((row, i) => [...row.map((x, j) => x * scale[i] * scale[j]), right[i] * scale[i]]);
  for (let i = 0; i < n; i++) {
    for (let k = i + 1; k < n; k++) {
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j];
    }
  }
  const solution = Array.from({ length: n }, () => 0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = rows[i][n];
    for (let j = i + 1; j < n; j++) rest -= rows[i][j] * solution[j];
    solution[i] = rest / rows[i][i];
  }
  return solution.map((x, i) => x * scale[i]);
}

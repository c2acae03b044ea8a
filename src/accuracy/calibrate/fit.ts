// Fits given constants of a stack to observations: least squares of the logarithm of predicted over measured, with
// Huber's loss, so that relative errors count and a few bad rows do not. Times of one kind have a scale of their own
// (prompts scatter more than decode steps). Which constants are fitted is decided in choose.ts.
// Left out: errors that depend on the size of the batch, or that go together in a row.
import { mean } from 'd3-array';
import type { Served } from '../../perf/served.ts';
import { CONSTANTS, fromParameter, toParameter, type Constants, type FittedField } from './constants.ts';
import { HUBER, leastSquares, type Problem, type Solution } from './least-squares.ts';
import { KINDS, predictor, type Kind, type Observation } from './observations.ts';

export type Scales = Record<Kind, number>;

/** What is solved, from where on. */
export interface Start {
  /** Fitted; the other constants stay as they are. */
  free: readonly FittedField[];
  constants: Constants;
  /** Scale of log(predicted / measured), by kind. */
  scales: Scales;
}

export interface Solved extends Start, Pick<Solution, 'information' | 'parameters'> {
  /** Minus the logarithm of the likelihood, but for a constant. */
  unlikelihood: number;
}

export interface Fitter {
  observations: readonly Observation[];
  /** With scales that follow the errors. */
  solve(start: Start): Solved;
  /** Scales as they are, and a weight for every observation. */
  resolve(start: Start, weights: Float64Array): Constants;
  /** Seconds of every observation. */
  predict(constants: Constants): Float64Array;
}

export const SCALES_START: Scales = { prompt: 0.05, token: 0.05, total: 0.05 };
/** Below it measurements are not trusted to be: otherwise few or rounded rows of one kind would outweigh all others. */
const SCALE_MIN = 0.01;
/** Fewer times of a kind share the scale of all. */
const SCALE_COUNT_MIN = 6;
const FIT_ROUNDS = 4;
const SCALE_ROUNDS = 20;
/** Mean of min(z², HUBER²) for a standard normal z. */
const CUT_VARIANCE = 0.7102;

export function createFitter(
  observations: readonly Observation[],
  servedByTp: ReadonlyMap<number, Served>,
): Fitter {
  const predict = predictor(observations, servedByTp);
  const measured = Float64Array.from(observations, ({ measuredSeconds }) => Math.log(measuredSeconds));

  function logErrors(constants: Constants): Float64Array {
    return predict(constants).map((seconds, i) => Math.log(seconds) - measured[i]);
  }

  function solveOnce({ free, constants, scales }: Start, weights?: Float64Array) {
    const withFree = (parameters: readonly number[]): Constants => ({
      ...constants,
      ...Object.fromEntries(free.map((field, i) => [field, fromParameter(field, parameters[i])])),
    });
    const problem: Problem = {
      count: observations.length,
      residuals(parameters, into) {
        const errors = logErrors(withFree(parameters));
        for (let i = 0; i < into.length; i++) into[i] = errors[i] / scales[observations[i].kind];
      },
      lower: free.map((field) => CONSTANTS[field].lower),
      upper: free.map((field) => CONSTANTS[field].upper),
      weights,
    };
    const solution = leastSquares(
      problem,
      free.map((field) => toParameter(field, constants[field])),
    );
    return { ...solution, constants: withFree(solution.parameters) };
  }

  function solve({ free, ...start }: Start): Solved {
    let { scales } = start;
    let solution = solveOnce({ free, ...start });
    for (let round = 0; round < FIT_ROUNDS; round++) {
      scales = scalesOf(observations, logErrors(solution.constants), free.length);
      solution = solveOnce({ free, constants: solution.constants, scales });
    }
    const { constants, information, parameters, residuals } = solution;
    // Errors are cut off as in the scales: else one row that is far off would speak for large scales.
    const unlikelihood = observations.reduce((sum, { kind }, i) => {
      const size = Math.min(Math.abs(residuals[i]), HUBER);
      return sum + Math.log(scales[kind]) + (size * size) / 2;
    }, 0);
    return { free, constants, scales, information, parameters, unlikelihood };
  }

  return {
    observations,
    solve,
    resolve: (start, weights) => solveOnce(start, weights).constants,
    predict,
  };
}

function scalesOf(observations: readonly Observation[], errors: Float64Array, constants: number): Scales {
  const freedom = Math.max(errors.length - constants, 1) / errors.length;
  const all = Array.from(errors);
  return Object.fromEntries(
    KINDS.map((kind) => {
      const own = all.filter((_, i) => observations[i].kind === kind);
      return [kind, robustScale(own.length < SCALE_COUNT_MIN ? all : own, freedom)];
    }),
  ) as Scales;
}

/** Huber's proposal 2: the scale at which the errors, cut off at HUBER scales, have the variance of normal ones. */
function robustScale(errors: readonly number[], freedom: number): number {
  let scale = Math.sqrt(mean(errors, (error) => error * error)! / freedom);
  for (let round = 0; round < SCALE_ROUNDS; round++) {
    const cut = errors.map((error) => Math.min(error * error, HUBER * scale * (HUBER * scale)));
    scale = Math.sqrt(mean(cut)! / (CUT_VARIANCE * freedom));
  }
  return Math.max(scale, SCALE_MIN);
}

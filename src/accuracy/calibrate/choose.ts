// Which constants of a stack measurements show. All are fitted; those that a stack may do without are left out where
// that explains the measurements as well, and those whose interval would say nothing are fixed at their defaults, one
// after the other. Left out: a search over all subsets, and the doubt about the choice in the intervals.
import { CONSTANTS, FIELDS, FIXED_CONSTANTS, fromParameter, rulesOf, type FittedField } from './constants.ts';
import { SCALES_START, type Fitter, type Solved } from './fit.ts';
import { uncertainty } from './least-squares.ts';
import type { Observation } from './observations.ts';

export interface Choice extends Solved {
  /** Of the constants that are not free: why. */
  reasons: Partial<Record<FittedField, string>>;
  /** 95 %, of the free constants. */
  intervals: Partial<Record<FittedField, readonly [number, number]>>;
}

/** The constant is known to be small, or not needed: nothing is missing. */
export const NEEDLESS = 'the measurements are explained as well without';

const HOST_TIME = 'cpuSecondsPerLayer';
/** Shares of the shortest decode step at which the host time starts: from below it does not feel the measurements. */
const HOST_TIME_STARTS = [0, 0.8, 1];
const TWO_SIDED_95 = 1.96;
/** Correlation of two estimates above which one constant can stand for the other. */
const EXCHANGEABLE = 0.9;
/** Measured times per fitted constant. */
const TIMES_PER_CONSTANT = 2;
/** Half of χ²'s 95 % point: a loss of log-likelihood that chance alone gives one time in twenty. */
const EQUALLY_LIKELY = 1.92;

/** `layers` of the model. */
export function chooseAndFit(fitter: Fitter, layers: number): Choice {
  const { observations } = fitter;
  const reasons = structuralReasons(observations);
  let found = firstSolution(
    fitter,
    FIELDS.filter((field) => reasons[field] === undefined),
    layers,
  );
  for (;;) {
    const given = needless(fitter, found) ?? unseen(fitter, found);
    if (!given) return { ...found, reasons, intervals: intervalsOf(found, observations.length) };
    reasons[given.field] = given.reason;
    found = given.found;
  }
}

/** The best from several host times. */
function firstSolution(fitter: Fitter, free: FittedField[], layers: number): Solved {
  const steps = fitter.observations.filter(({ kind }) => kind === 'token');
  const least = Math.min(...steps.map(({ measuredSeconds }) => measuredSeconds / layers), 1e-3);
  const starts = free.includes(HOST_TIME) ? HOST_TIME_STARTS.map((share) => share * least) : [0];
  return starts
    .map((cpuSecondsPerLayer) =>
      fitter.solve({ free, constants: { ...FIXED_CONSTANTS, cpuSecondsPerLayer }, scales: SCALES_START }),
    )
    .reduce((best, other) => (other.unlikelihood < best.unlikelihood ? other : best));
}

interface GivenUp {
  field: FittedField;
  reason: string;
  /** Without it. */
  found: Solved;
}

function withoutField(fitter: Fitter, { free, constants, scales }: Solved, field: FittedField) {
  return fitter.solve({
    free: free.filter((other) => other !== field),
    constants: { ...constants, [field]: CONSTANTS[field].fixedAt },
    scales,
  });
}

/** The first effect without which the measurements are explained as well. */
function needless(fitter: Fitter, found: Solved): GivenUp | undefined {
  for (const field of found.free) {
    const { gainMin } = rulesOf(field);
    if (gainMin === undefined) continue;
    const without = withoutField(fitter, found, field);
    if (without.unlikelihood >= found.unlikelihood + gainMin) continue;
    return { field, reason: NEEDLESS, found: without };
  }
  return undefined;
}

/**
 * Where there are constants whose intervals would say nothing, one of them or of those that could take their place:
 * that whose loss costs least, of nearly equal ones the first.
 */
function unseen(fitter: Fitter, found: Solved): GivenUp | undefined {
  const { free } = found;
  const times = fitter.observations.length;
  const isTooFew = times < TIMES_PER_CONSTANT * free.length;
  const optional = free.filter((field) => rulesOf(field).gainMin !== undefined);
  const few = optional.length > 0 ? optional : free;
  const candidates = (isTooFew ? few : unseenConstants(found)).map((field) => {
    return { field, found: withoutField(fitter, found, field) };
  });
  const least = Math.min(...candidates.map((one) => one.found.unlikelihood));
  const chosen = candidates.find((one) => one.found.unlikelihood < least + EQUALLY_LIKELY);
  const reason = isTooFew
    ? `${times} measured times are too few for ${free.length} constants`
    : 'the measurements do not tell it from the other constants';
  return chosen && { ...chosen, reason };
}

function unseenConstants({ free, information }: Solved): FittedField[] {
  const { errors, correlations } = uncertainty(information);
  const isUnseen = free.map((field, i) => !(2 * TWO_SIDED_95 * errors[i] < CONSTANTS[field].widthMax));
  return free.filter((_, i) =>
    correlations[i].some((correlation, j) => isUnseen[j] && Math.abs(correlation) > EXCHANGEABLE),
  );
}

/**
 * From the curvature at the solution, with Student's t. In simulated measurements with 3 % of noise they hold the
 * constant that made them about 95 times in a hundred; those of a bootstrap over rows, which would not need normal
 * errors, only 75 to 93 times with as few rows as a benchmark has.
 */
function intervalsOf({ free, information, parameters }: Solved, times: number): Choice['intervals'] {
  const { errors } = uncertainty(information);
  const freedom = Math.max(times - free.length, 1);
  // Cornish and Fisher's expansion of t's 97.5 % point.
  const t = TWO_SIDED_95 + 2.372 / freedom + 2.82 / (freedom * freedom);
  return Object.fromEntries(
    free.map((field, i) => {
      const { lower, upper } = CONSTANTS[field];
      const [from, to] = [parameters[i] - t * errors[i], parameters[i] + t * errors[i]]
        .map((end) => fromParameter(field, Math.min(Math.max(end, lower), upper)))
        .toSorted((a, b) => a - b);
      return [field, [from, to] as const];
    }),
  );
}

/** What one sees without a fit. */
function structuralReasons(observations: readonly Observation[]): Choice['reasons'] {
  const distinct = (values: number[]) => new Set(values).size;
  const prompts = observations.filter(({ kind }) => kind !== 'token');
  const tokens = observations.filter(({ kind }) => kind !== 'prompt');
  const reasons: Choice['reasons'] = {};
  const give = (fields: FittedField[], reason: string) => {
    for (const field of fields) reasons[field] = reason;
  };
  if (tokens.length === 0) {
    give(
      ['secondsPerContextToken', 'decodeAttentionEfficiency', 'cpuSecondsPerLayer', 'batchedWeightsFactor'],
      'no decode step was measured (token_ms)',
    );
  }
  if (distinct(observations.map(({ batch }) => batch)) === 1) {
    give(
      ['secondsPerSequence', 'batchedWeightsFactor', 'severalPromptsFactor'],
      `every row has batch ${observations[0].batch}`,
    );
  }
  if (prompts.length === 0) {
    give(['clientDelaySeconds', 'severalPromptsFactor'], 'no prompt was measured (prompt_ms)');
  } else if (distinct(prompts.map(({ promptTokens, batch }) => promptTokens * batch)) === 1) {
    give(['clientDelaySeconds'], 'every prompt measured has the same number of tokens');
  }
  return reasons;
}

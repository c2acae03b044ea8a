// A stack's constants from measurements, with what one has to know to trust them: errors on the rows fitted and on rows
// left out, and the rows that do not fit. Cross-validation leaves out whole configurations (prompt, batch, tp), since
// a repeated one would answer for itself. Left out: which constants are free, and the scales of the errors, are not
// chosen anew in every fold.
import { quantile } from 'd3-array';
import { RandomStream } from '../../kernel/random.ts';
import type { Served } from '../../perf/served.ts';
import { chooseAndFit, type Choice } from './choose.ts';
import { FIXED_CONSTANTS } from './constants.ts';
import { createFitter, type Fitter } from './fit.ts';
import { KINDS, type Kind, type Observation } from './observations.ts';

export interface ErrorFigures {
  times: number;
  /** Of |predicted / measured − 1|, percent. */
  medianPercent: number;
  p90Percent: number;
}

export type ErrorsByKind = Partial<Record<Kind, ErrorFigures>>;

export interface Calibration extends Choice {
  /** On the rows fitted, those that do not fit among them. */
  errors: ErrorsByKind;
  /** On configurations left out of the fit; undefined where there are too few. */
  unseenErrors: ErrorsByKind | undefined;
  folds: number;
  outliers: { observation: Observation; predictedSeconds: number }[];
}

const FOLDS_MAX = 10;
const FOLDS_MIN = 3;
/** Beyond so many scales, and so large a part, a time does not fit. */
const OUTLIER_SCALES = 4;
const OUTLIER_SHARE = 0.1;

export function calibrate(
  observations: readonly Observation[],
  servedByTp: ReadonlyMap<number, Served>,
): Calibration {
  const fitter = createFitter(observations, servedByTp);
  const fit = chooseAndFit(fitter, [...servedByTp.values()][0].model.layers);
  const predicted = fitter.predict(fit.constants);
  const { folds, unseen } = crossValidate(fitter, fit);
  return {
    ...fit,
    errors: errorsByKind(observations, predicted),
    unseenErrors: unseen && errorsByKind(observations, unseen),
    folds,
    outliers: observations.flatMap((observation, i) => {
      const ratio = predicted[i] / observation.measuredSeconds;
      const isFar = Math.abs(Math.log(ratio)) > OUTLIER_SCALES * fit.scales[observation.kind];
      const isLarge = Math.abs(ratio - 1) > OUTLIER_SHARE;
      return isFar && isLarge ? [{ observation, predictedSeconds: predicted[i] }] : [];
    }),
  };
}

/** Seconds of every observation as predicted from other configurations. */
function crossValidate(
  { observations, predict, resolve }: Fitter,
  fit: Choice,
): { folds: number; unseen: Float64Array | undefined } {
  const configurationOf = ({ promptTokens, batch, tp }: Observation) => `${promptTokens}/${batch}/${tp}`;
  const configurations = shuffled([...new Set(observations.map(configurationOf))]);
  const folds = Math.min(FOLDS_MAX, configurations.length);
  if (folds < FOLDS_MIN || fit.free.length === 0) return { folds, unseen: undefined };
  const foldOf = new Map(configurations.map((configuration, i) => [configuration, i % folds]));
  // From the defaults: what a fold does not show must not be known from the others. But for the host time, which does
  // not feel the measurements from everywhere.
  const { cpuSecondsPerLayer } = fit.constants;
  const start = { ...fit, constants: { ...FIXED_CONSTANTS, cpuSecondsPerLayer } };
  const unseen = new Float64Array(observations.length);
  for (let fold = 0; fold < folds; fold++) {
    const isLeftOut = observations.map((one) => foldOf.get(configurationOf(one)) === fold);
    const predicted = predict(
      resolve(
        start,
        Float64Array.from(isLeftOut, (left) => (left ? 0 : 1)),
      ),
    );
    isLeftOut.forEach((left, i) => left && (unseen[i] = predicted[i]));
  }
  return { folds, unseen };
}

function shuffled<T>(items: T[]): T[] {
  const random = new RandomStream(1, 'calibrate/folds');
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}

function errorsByKind(observations: readonly Observation[], predicted: Float64Array): ErrorsByKind {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const percents = observations.flatMap((one, i) =>
        one.kind === kind ? [100 * Math.abs(predicted[i] / one.measuredSeconds - 1)] : [],
      );
      if (percents.length === 0) return [];
      const [medianPercent, p90Percent] = [quantile(percents, 0.5)!, quantile(percents, 0.9)!];
      return [[kind, { times: percents.length, medianPercent, p90Percent }]];
    }),
  );
}

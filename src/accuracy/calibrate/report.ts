// What a calibration prints: constants with their intervals, errors on rows fitted and on rows left out, rows that do
// not fit, and what to measure for the constants that the rows do not show.
import { GPUS } from '../../catalog/gpus.ts';
import { modelOf } from '../../catalog/models.ts';
import { textTables } from '../show/text.ts';
import type { Calibration } from './calibrate.ts';
import { NEEDLESS } from './choose.ts';
import { CONSTANTS, FIELDS, type FittedField } from './constants.ts';
import { KINDS, type Kind, type Observation } from './observations.ts';
import { shownPlaces } from './select.ts';
import { stackMappingOf, type StackText } from './stack-yaml.ts';

const KIND_TITLES: Record<Kind, string> = { prompt: 'prefill', token: 'decode step', total: 'whole batch' };

export function calibrationText(text: StackText): string {
  const { spec, selection, calibration } = text;
  const { rows, observations, leftOut } = selection;
  const { tp } = stackMappingOf(text).calibration;
  const title =
    `${modelOf(spec.model).title} on ${GPUS[spec.gpu].title}, tp ${tp.join(', ')}: ` +
    `${rows.length} rows, ${observations.length} measured times`;
  const notes = [
    ...FIELDS.flatMap((field) => fixedNote(field, calibration)),
    ...outliers(text).map(
      ({ place, kind, measuredMs, predictedMs }) =>
        `note: ${place} does not fit: ${KIND_TITLES[kind]} measured ${measuredMs} ms, fitted ${predictedMs} ms`,
    ),
    ...leftOut.map(({ reason, places }) => `note: left out, ${reason}: ${shownPlaces(places)}`),
  ];
  return [title, '', textTables([constantsTable(text), errorsTable(text)]), ...notes, ''].join('\n');
}

function fixedNote(field: FittedField, { constants, reasons }: Calibration): string[] {
  const reason = reasons[field];
  if (reason === undefined) return [];
  const { symbol, measure } = CONSTANTS[field];
  const advice = reason === NEEDLESS ? '' : `; what shows it: ${measure}`;
  return [`note: ${symbol} stands at its default ${shown(field, constants[field])}: ${reason}${advice}`];
}

function constantsTable({ calibration }: StackText) {
  return {
    title: 'Constants',
    columns: [
      { title: '' },
      { title: '' },
      { title: 'value', isNumber: true },
      { title: '95 % interval', isNumber: true },
    ],
    rows: FIELDS.toReversed().map((field) => {
      const { symbol, title, unit } = CONSTANTS[field];
      const interval = calibration.intervals[field];
      return [
        symbol,
        `${title}${unit && `, ${unit}`}`,
        inUnit(field, calibration.constants[field]),
        interval ? interval.map((end) => inUnit(field, end)).join(' – ') : 'not fitted',
      ];
    }),
  };
}

function errorsTable({ calibration }: StackText) {
  const { errors, unseenErrors, folds } = calibration;
  const percent = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(1));
  const unseen = unseenErrors ? `${folds} folds` : 'too few rows';
  return {
    title: `|predicted / measured − 1| in percent; on configurations left out of the fit: ${unseen}`,
    columns: ['', 'times', 'median', 'p90', 'left out: median', 'p90'].map((title, i) => ({
      title,
      isNumber: i > 0,
    })),
    rows: KINDS.flatMap((kind) => {
      const fitted = errors[kind];
      if (!fitted) return [];
      const other = unseenErrors?.[kind];
      const figures = [fitted.medianPercent, fitted.p90Percent, other?.medianPercent, other?.p90Percent];
      return [[KIND_TITLES[kind], String(fitted.times), ...figures.map(percent)]];
    }),
  };
}

function outliers({ selection, calibration }: StackText) {
  return calibration.outliers.map(({ observation, predictedSeconds }) => ({
    place: placeOf(selection.rows, observation),
    kind: observation.kind,
    measuredMs: milliseconds(observation.measuredSeconds),
    predictedMs: milliseconds(predictedSeconds),
  }));
}

function placeOf(rows: StackText['selection']['rows'], { row }: Observation): string {
  return `${rows[row].file}:${rows[row].line}`;
}

function milliseconds(seconds: number): number {
  return Number((1000 * seconds).toPrecision(4));
}

function inUnit(field: FittedField, value: number): string {
  return String(Number((value * CONSTANTS[field].displayScale).toPrecision(3)));
}

function shown(field: FittedField, value: number): string {
  return `${inUnit(field, value)} ${CONSTANTS[field].unit}`.trim();
}

/** The same for programs. */
export function calibrationJson(text: StackText) {
  const { selection, calibration } = text;
  const { errors, unseenErrors, folds } = calibration;
  const figures = (of: typeof errors | undefined) =>
    of &&
    Object.fromEntries(
      Object.entries(of).map(([kind, { times, medianPercent, p90Percent }]) => [
        kind,
        { times, median_percent: medianPercent, p90_percent: p90Percent },
      ]),
    );
  return {
    stack: stackMappingOf(text),
    constants: Object.fromEntries(
      FIELDS.map((field) => [
        field,
        {
          value: calibration.constants[field],
          interval_95: calibration.intervals[field] ?? null,
          not_fitted: calibration.reasons[field] ?? null,
        },
      ]),
    ),
    errors: figures(errors),
    errors_left_out: figures(unseenErrors) ?? null,
    folds,
    outliers: outliers(text).map(({ place, kind, measuredMs, predictedMs }) => {
      return { place, kind, measured_ms: measuredMs, predicted_ms: predictedMs };
    }),
    left_out: selection.leftOut,
  };
}

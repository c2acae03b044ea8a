// A calibration as a stack file: every constant with its interval or the reason why it stands at its default, then
// where it comes from and how wrong it was on rows left out. Nothing in it depends on when it is written.
import { basename } from 'node:path';
import { Document, isScalar, type Scalar, type YAMLMap } from 'yaml';
import { modelName } from '../../catalog/models.ts';
import type { Served } from '../../perf/served.ts';
import type { PhysicalPerfSpec } from '../../perf/spec.ts';
import type { Calibration } from './calibrate.ts';
import { CONSTANTS, FIELDS, type FittedField } from './constants.ts';
import type { Kind } from './observations.ts';
import type { Selection } from './select.ts';

export interface StackText {
  title: string;
  spec: PhysicalPerfSpec;
  served: Served;
  selection: Selection;
  calibration: Calibration;
}

export function stackMappingOf({ title, spec, served, selection, calibration }: StackText) {
  const { rows } = selection;
  const days = rows.flatMap(({ date }) => date ?? []).toSorted();
  const [first, last] = [days[0], days.at(-1)];
  const percentOf = (kind: Kind) => {
    const figures = calibration.unseenErrors?.[kind];
    return figures && Math.round(10 * figures.p90Percent) / 10;
  };
  const [decode, prefill, total] = (['token', 'prompt', 'total'] as const).map(percentOf);
  return {
    title,
    fittedModels: [modelName(spec.model)],
    ...Object.fromEntries(FIELDS.map((field) => [field, rounded(calibration.constants[field])])),
    calibration: {
      files: [...new Set(rows.map(({ file }) => basename(file)))],
      rows: rows.length,
      ...(first && { dates: first === last ? first : `${first} to ${last}` }),
      gpu: spec.gpu,
      tp: [...new Set(rows.map(({ tp }) => tp))].toSorted((a, b) => a - b),
      weights: served.weights,
      compute: served.compute,
      kvCache: served.kvCache,
      notShown: FIELDS.filter((field) => !calibration.free.includes(field)),
      ...(decode !== undefined && { decodeErrorPercent: decode }),
      ...(prefill !== undefined && { prefillErrorPercent: prefill }),
      ...(total !== undefined && { totalErrorPercent: total }),
    },
  };
}

export function stackYaml(text: StackText): string {
  const document = new Document(stackMappingOf(text));
  document.commentBefore =
    ' A stack for fleetday, fitted to measurements by `fleetday calibrate`. In a pool: stack: ./<this file>';
  for (const { key, value } of (document.contents as YAMLMap<Scalar<string>>).items) {
    if (key.value in CONSTANTS && isScalar(value)) {
      value.comment = ` ${constantNote(key.value as FittedField, text.calibration)}`;
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** `κ, 95 % from 0.98 to 1.09`, or why it was not fitted. */
function constantNote(field: FittedField, { intervals, reasons }: Calibration): string {
  const { symbol } = CONSTANTS[field];
  const interval = intervals[field];
  return interval
    ? `${symbol}, 95 % from ${rounded(interval[0], 3)} to ${rounded(interval[1], 3)}`
    : `${symbol}, not fitted: ${reasons[field]}`;
}

function rounded(value: number, digits = 6): number {
  return Number(value.toPrecision(digits));
}

// Measured rows against the performance model: every quantity that a row gives beside the model's answer for the same
// uniform batch. Nothing is dropped: what the model cannot answer, or what does not count, is kept with the reason.
import { GPUS, gpuOf } from '../../catalog/gpus.ts';
import { findKey } from '../../catalog/lookup.ts';
import { modelName, modelOf, MODELS } from '../../catalog/models.ts';
import { stackName, stackOf, STACKS } from '../../catalog/stacks.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { PhysicalPerfSpec } from '../../perf/spec.ts';
import { uniformBatch, type UniformBatchAnswer } from '../../perf/uniform-batch.ts';
import type { Measurement } from '../measurements.ts';
import { exclusionOf } from './exclusions.ts';
import { PHASES, type Phase } from './phases.ts';

/** Letters of a user's own name in a message. */
export const NAME_SHOWN = 40;

/** What the options of the command say. */
export interface Setting {
  /** For rows that do not say. */
  model?: PhysicalPerfSpec['model'];
  gpu?: string;
  tp?: number;
  /** For all rows, instead of the stack they name; without it that stack, or else the model's default. */
  stack?: PhysicalPerfSpec['stack'];
}

/** What served the batch: names of the catalog, or titles of the user's own. */
export interface Subject {
  stack: string;
  model: string;
  gpu: string;
  tp: number;
  /** The stack's constants were fitted on measurements of this model. */
  fitted: boolean;
}

export interface ComparedValue extends Subject {
  row: Measurement;
  phase: Phase;
  /** In the phase's unit. */
  measured: number;
  predicted: number;
  /** predicted/measured − 1. */
  relativeError: number;
  /** Why it does not count; undefined where it does. */
  excluded?: string;
}

export interface UnansweredRow {
  row: Measurement;
  reason: string;
}

export interface Comparison {
  rows: number;
  values: ComparedValue[];
  unanswered: UnansweredRow[];
}

/** Names under which published tables call the software that a preset was fitted on. */
const PUBLISHED_NAMES: Readonly<Record<string, string>> = {
  'deepspeed-inference': 'deepspeed-bloom',
  'lmdeploy-0.1': 'lmdeploy',
};

/** Names in `setting` must be of the catalog. */
export function compare(rows: readonly Measurement[], setting: Setting = {}): Comparison {
  const comparison: Comparison = { rows: rows.length, values: [], unanswered: [] };
  for (const row of rows) {
    try {
      const { spec, subject } = servedBy(row, setting);
      const { promptTokens, batch, outputTokens } = row;
      addRow(comparison, row, subject, uniformBatch(spec, { promptTokens, batch, outputTokens }));
    } catch (error) {
      // A name that the catalog lacks, a model that does not fit its GPUs, a degree that is not supported.
      if (!(error instanceof UserError)) throw error;
      comparison.unanswered.push({ row, reason: error.message });
    }
  }
  return comparison;
}

function addRow(
  { values, unanswered }: Comparison,
  row: Measurement,
  subject: Subject,
  answer: UniformBatchAnswer,
): void {
  let found = 0;
  for (const phase of PHASES) {
    const measured = phase.measured(row, gpuOf(subject.gpu).wattsMax);
    if (measured === undefined) continue;
    found += 1;
    const predicted = phase.predicted(answer);
    if (predicted === undefined) {
      unanswered.push({ row, reason: `${phase.title}: there is none with one output token` });
      continue;
    }
    const relativeError = predicted / measured - 1;
    const excluded = exclusionOf(row, phase.key, subject.stack, answer);
    values.push({ ...subject, row, phase, measured, predicted, relativeError, excluded });
  }
  if (found === 0) unanswered.push({ row, reason: 'nothing measured in it that is compared' });
}

/** Throws a UserError that says what the row lacks or what the catalog does not have. */
function servedBy(row: Measurement, setting: Setting): { spec: PhysicalPerfSpec; subject: Subject } {
  const tp = row.tp ?? setting.tp;
  const gpuName = row.gpu ?? setting.gpu;
  const model = row.model === undefined ? setting.model : known(MODELS, 'model', row.model);
  if (model === undefined) throw new UserError('names no model: add a column `model` or give --model');
  if (gpuName === undefined) throw new UserError('names no GPU: add a column `gpu` or give --gpu');
  if (tp === undefined) throw new UserError('has no tp: add a column `tp` or give --tp');
  const gpu = known(GPUS, 'GPU', gpuName);
  const stack = setting.stack ?? stackFor(row, model);
  const served = { stack: stackName(stack), model: modelName(model), gpu, tp };
  const fitted = stackOf(stack).fittedModels.includes(served.model);
  return { spec: { kind: 'physical', model, gpu, tp, stack }, subject: { ...served, fitted } };
}

function stackFor(row: Measurement, model: PhysicalPerfSpec['model']): string {
  if (row.stack === undefined) return modelOf(model).defaultStack;
  return known(STACKS, 'stack', PUBLISHED_NAMES[row.stack.toLowerCase()] ?? row.stack);
}

function known(entries: Record<string, unknown>, what: string, name: string): string {
  const key = findKey(entries, name);
  if (key === undefined)
    throw new UserError(`the catalog has no ${what} ${JSON.stringify(name.slice(0, NAME_SHOWN))}`);
  return key;
}

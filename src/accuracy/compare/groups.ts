// Compared values → tables: errors by stack and phase, by stack, model, tp and phase, and what was left out by reason.
import type { Measurement } from '../measurements.ts';
import { errorStatistics, type ErrorStatistics } from '../statistics.ts';
import { NAME_SHOWN, type ComparedValue, type Comparison } from './compare.ts';
import { PHASES, type PhaseKey } from './phases.ts';

export interface ErrorGroup extends ErrorStatistics {
  stack: string;
  phase: PhaseKey;
  models: string[];
  gpus: string[];
  tps: number[];
  /** The stack's constants were fitted on measurements of these models. */
  fitted: boolean;
}

export interface LeftOut {
  reason: string;
  /** Of the values left out; none where whole rows have no answer. */
  phases: PhaseKey[];
  /** Model, tp, batch and tokens of the rows concerned, each once. */
  rows: string[];
}

/** One line per stack and phase, the models it was not fitted on apart; in the order of the rows. */
export function byStack(comparison: Comparison): ErrorGroup[] {
  return grouped(comparison, (value) => [value.stack, value.fitted, value.phase.key].join('\n'));
}

/** One line per stack, model, GPU, tp and phase. */
export function byModel(comparison: Comparison): ErrorGroup[] {
  return grouped(comparison, ({ stack, model, gpu, tp, phase }) =>
    [stack, model, gpu, tp, phase.key].join('\n'),
  );
}

function grouped({ values }: Comparison, keyOf: (value: ComparedValue) => string): ErrorGroup[] {
  const groups = new Map<string, ComparedValue[]>();
  for (const value of values.filter(({ excluded }) => excluded === undefined)) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return [...groups.values()].map(errorGroup).toSorted(inOrder(values));
}

function errorGroup(values: ComparedValue[]): ErrorGroup {
  const distinct = <T>(of: (value: ComparedValue) => T): T[] => [...new Set(values.map(of))];
  return {
    stack: values[0].stack,
    phase: values[0].phase.key,
    models: distinct(({ model }) => model),
    gpus: distinct(({ gpu }) => gpu),
    tps: distinct(({ tp }) => tp).toSorted((a, b) => a - b),
    fitted: values[0].fitted,
    ...errorStatistics(values.map(({ relativeError }) => relativeError)),
  };
}

/** Stacks and models as they come in the rows, fitted models first, then tp, then phases as listed. */
function inOrder(values: readonly ComparedValue[]): (a: ErrorGroup, b: ErrorGroup) => number {
  const rank = new Map<string, number>();
  for (const { stack, model } of values) {
    for (const name of [stack, `${stack} ${model}`]) if (!rank.has(name)) rank.set(name, rank.size);
  }
  const place = ({ stack, fitted, models, tps, phase }: ErrorGroup) => [
    rank.get(stack)!,
    fitted ? 0 : 1,
    rank.get(`${stack} ${models[0]}`)!,
    tps[0],
    PHASES.findIndex(({ key }) => key === phase),
  ];
  return (a, b) => {
    const [left, right] = [place(a), place(b)];
    const at = left.findIndex((part, i) => part !== right[i]);
    return at < 0 ? 0 : left[at] - right[at];
  };
}

/** By reason, in the order of the rows. */
export function leftOut({ values, unanswered }: Comparison): LeftOut[] {
  const groups = new Map<string, { phases: Set<PhaseKey>; rows: Set<string> }>();
  const group = (reason: string) => {
    const found = groups.get(reason) ?? { phases: new Set(), rows: new Set() };
    groups.set(reason, found);
    return found;
  };
  for (const { row, model, tp, phase, excluded } of values) {
    if (excluded === undefined) continue;
    group(excluded).phases.add(phase.key);
    group(excluded).rows.add(rowName({ ...row, model, tp }));
  }
  for (const { row, reason } of unanswered) group(reason).rows.add(rowName(row));
  return [...groups].map(([reason, { phases, rows }]) => ({ reason, phases: [...phases], rows: [...rows] }));
}

/** `llama2-70b tp 8, 64 × (512 + 128)`: batch × (prompt + output tokens). */
export function rowName({ model, tp, batch, promptTokens, outputTokens }: Measurement): string {
  const name = model === undefined ? [] : [model.replace(/\p{C}/gu, '').slice(0, NAME_SHOWN)];
  const degree = tp === undefined ? [] : [`tp ${tp}`];
  const served = [...name, ...degree].join(' ');
  return `${served && `${served}, `}${batch} × (${promptTokens} + ${outputTokens})`;
}

// A comparison as an object for JSON: the tables, and every value behind them. Errors are percent, to a thousandth.
import type { ComparedValue, Comparison } from '../compare/compare.ts';
import { byModel, byStack, leftOut, type ErrorGroup } from '../compare/groups.ts';
import { phaseOf } from '../compare/phases.ts';

/** `source`: the files compared, or what stands for them. */
export function comparisonJson(comparison: Comparison, source: readonly string[]) {
  return {
    source,
    rows: comparison.rows,
    by_stack: byStack(comparison).map(groupJson),
    by_model: byModel(comparison).map(groupJson),
    left_out: leftOut(comparison).map(({ reason, phases, rows }) => ({ reason, quantities: phases, rows })),
    values: comparison.values.map(valueJson),
  };
}

function groupJson(group: ErrorGroup) {
  return {
    stack: group.stack,
    models: group.models,
    fitted_on_models: group.fitted,
    gpus: group.gpus,
    tp: group.tps,
    quantity: group.phase,
    unit: phaseOf(group.phase).unit,
    values: group.count,
    median_error_percent: percent(group.medianError),
    p90_error_percent: percent(group.p90Error),
    max_error_percent: percent(group.maxError),
    bias_percent: percent(group.bias),
  };
}

function valueJson({ row, phase, ...value }: ComparedValue) {
  return {
    line: row.line,
    source: row.source ?? null,
    stack: value.stack,
    model: value.model,
    gpu: value.gpu,
    tp: value.tp,
    prompt_tokens: row.promptTokens,
    batch: row.batch,
    output_tokens: row.outputTokens,
    quantity: phase.key,
    unit: phase.unit,
    measured: value.measured,
    predicted: Number(value.predicted.toPrecision(6)),
    error_percent: percent(value.relativeError),
    left_out: value.excluded ?? null,
  };
}

function percent(share: number): number {
  return Math.round(share * 1e5) / 1e3;
}

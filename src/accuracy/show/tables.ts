// A comparison as tables of text cells, the same for the terminal and for Markdown.
import type { Comparison } from '../compare/compare.ts';
import { byModel, byStack, leftOut, type ErrorGroup } from '../compare/groups.ts';
import { phaseOf } from '../compare/phases.ts';

export interface Table {
  title: string;
  columns: { title: string; isNumber?: boolean }[];
  rows: string[][];
}

const ERROR_COLUMNS = ['values', 'median', 'p90', 'max', 'bias'].map((title) => ({ title, isNumber: true }));
const ROWS_SHOWN = 2;

/** By stack; by stack, model and tp; what was left out, if anything was. */
export function comparisonTables(comparison: Comparison): Table[] {
  const tables = [stackTable(byStack(comparison)), modelTable(byModel(comparison)), leftOutTable(comparison)];
  return tables.filter(({ rows }) => rows.length > 0);
}

function stackTable(groups: readonly ErrorGroup[]): Table {
  return {
    title: 'By stack',
    columns: [{ title: 'stack' }, { title: 'quantity' }, { title: 'models' }, ...ERROR_COLUMNS],
    rows: groups.map((group) => [
      group.stack,
      phaseOf(group.phase).title,
      group.models.join(', ') + (group.fitted ? '' : ' (not fitted)'),
      ...errorCells(group),
    ]),
  };
}

function modelTable(groups: readonly ErrorGroup[]): Table {
  return {
    title: 'By model and tensor-parallel degree',
    columns: [
      { title: 'stack' },
      { title: 'model' },
      { title: 'GPUs' },
      { title: 'quantity' },
      ...ERROR_COLUMNS,
    ],
    rows: groups.map((group) => [
      group.stack,
      group.models[0],
      `${group.tps[0]} × ${group.gpus[0]}`,
      phaseOf(group.phase).title,
      ...errorCells(group),
    ]),
  };
}

function leftOutTable(comparison: Comparison): Table {
  return {
    title: 'Left out',
    columns: [
      { title: 'reason' },
      { title: 'quantities' },
      { title: 'rows', isNumber: true },
      { title: 'which' },
    ],
    rows: leftOut(comparison).map(({ reason, phases, rows }) => {
      const more = rows.length > ROWS_SHOWN ? ` … and ${rows.length - ROWS_SHOWN} more` : '';
      const quantities = phases.map((key) => phaseOf(key).title).join('; ') || 'all';
      return [reason, quantities, String(rows.length), rows.slice(0, ROWS_SHOWN).join('; ') + more];
    }),
  };
}

function errorCells({ count, medianError, p90Error, maxError, bias }: ErrorGroup): string[] {
  return [String(count), percent(medianError), percent(p90Error), percent(maxError), signedPercent(bias)];
}

/** To a tenth, without the unit. */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

export function signedPercent(share: number): string {
  const text = percent(Math.abs(share));
  if (text === '0.0') return text;
  return (share > 0 ? '+' : '−') + text;
}

// How the figures that do not depend on the machine's mood have moved since an earlier --json: ratios and what else is
// measured in pairs, with ns per request beside them.
import { COLUMNS } from './figures.ts';
import type { BenchReport, Column } from './figures.ts';
import { aligned } from './table.ts';

const COMPARED: readonly Column[] = ['ratio', 'speedUp', 'ns', 'cpuSeconds', 'rssMb'];

export interface Change {
  section: string;
  label: string;
  column: Column;
  before: number;
  after: number;
}

/** Of every figure that both reports have. */
export function changes(before: BenchReport, after: BenchReport): Change[] {
  return after.sections.flatMap(({ name, rows }) => {
    const old = before.sections.find((section) => section.name === name)?.rows ?? [];
    return rows.flatMap(({ label, values }) => {
      const oldValues = old.find((row) => row.label === label)?.values ?? {};
      return COMPARED.flatMap((column) => {
        const [then, now] = [oldValues[column], values[column]];
        return typeof then === 'number' && typeof now === 'number'
          ? [{ section: name, label, column, before: then, after: now }]
          : [];
      });
    });
  });
}

export function changesText(list: readonly Change[]): string {
  if (list.length === 0) return '  no figure in common';
  const header = ['', '', 'before', 'after', 'change', ''];
  const lines = list.map(({ section, label, column, before, after }) => {
    const { heading, decimals } = COLUMNS[column];
    const percent = (after / before - 1) * 100;
    return [
      `${section}: ${label}`,
      heading,
      before.toFixed(decimals),
      after.toFixed(decimals),
      `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`,
      '',
    ];
  });
  return aligned([header, ...lines], 4);
}

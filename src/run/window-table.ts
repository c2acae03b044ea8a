// Metrics of windows as a table of numbers, to save them: a tenth of the size that they have with the name of every
// value, and written in no time.
import type { WindowMetrics } from '../metrics/window-metrics.ts';

export interface WindowTable {
  /** Of every value: its key, or its keys (`ttft.p50Seconds`). */
  columns: string[];
  /** Row by row. */
  values: Float64Array;
}

type Values = Record<string, number | string | Record<string, number>>;

const PHASES: readonly string[] = ['day', 'drain'];

export function tableOf(windows: readonly WindowMetrics[]): WindowTable {
  const rows = windows as unknown as readonly Values[];
  const columns = rows.length === 0 ? [] : columnsOf(rows[0]);
  const paths = columns.map((column) => column.split('.'));
  const values = new Float64Array(rows.length * columns.length);
  let position = 0;
  for (const row of rows) {
    for (const [key, inner] of paths) {
      const value = row[key];
      if (typeof value === 'object') values[position++] = value[inner];
      else values[position++] = typeof value === 'string' ? PHASES.indexOf(value) : value;
    }
  }
  return { columns, values };
}

export function windowsOf({ columns, values }: WindowTable): WindowMetrics[] {
  const windows: Values[] = [];
  const paths = columns.map((column) => column.split('.'));
  for (let position = 0; position < values.length;) {
    const row: Values = {};
    for (const [key, inner] of paths) {
      const value = values[position++];
      if (inner !== undefined) ((row[key] ??= {}) as Record<string, number>)[inner] = value;
      else row[key] = key === 'phase' ? PHASES[value] : value;
    }
    windows.push(row);
  }
  return windows as unknown as WindowMetrics[];
}

function columnsOf(row: Values): string[] {
  return Object.entries(row).flatMap(([key, value]) =>
    typeof value === 'object' ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  );
}

// Metrics of windows as rows of numbers, half a kilobyte each: a quarter of what objects take. Saved as they are.
import { GrowingNumbers } from '../kernel/growing-numbers.ts';
import type { WindowMetrics } from '../metrics/window-metrics.ts';

export interface WindowTable {
  /** Of every value: its key, or its keys (`ttft.p50Seconds`). */
  columns: string[];
  /** Row by row. */
  values: Float64Array;
}

/** Windows in time order, each made anew when it is asked for: as objects all of them would take four times as much. */
export interface WindowList extends Iterable<WindowMetrics> {
  readonly length: number;
}

type Values = Record<string, number | string | Record<string, number>>;

const PHASES: readonly string[] = ['day', 'drain'];

export class WindowRows implements WindowList {
  #columns: string[] = [];
  #paths: string[][] = [];
  /** What a window looks like. */
  #shape: Values = {};
  readonly #values = new GrowingNumbers();
  #length = 0;

  static of(windows: Iterable<WindowMetrics>): WindowRows {
    const rows = new WindowRows();
    for (const window of windows) rows.push(window);
    return rows;
  }

  static from({ columns, values }: WindowTable): WindowRows {
    const rows = new WindowRows();
    rows.#setColumns(columns);
    for (const value of values) rows.#values.push(value);
    if (columns.length > 0) rows.#length = values.length / columns.length;
    return rows;
  }

  get length(): number {
    return this.#length;
  }

  push(window: WindowMetrics): void {
    const row = window as unknown as Values;
    if (this.#length === 0) this.#setColumns(columnsOf(row));
    for (const [key, inner] of this.#paths) {
      const value = row[key];
      if (typeof value === 'object') this.#values.push(value[inner]);
      else this.#values.push(typeof value === 'string' ? PHASES.indexOf(value) : value);
    }
    this.#length++;
  }

  /** A copy. */
  at(index: number): WindowMetrics {
    const row = copyOf(this.#shape);
    let position = index * this.#columns.length;
    for (const [key, inner] of this.#paths) {
      const value = this.#values.at(position++);
      if (inner !== undefined) (row[key] as Record<string, number>)[inner] = value;
      else row[key] = key === 'phase' ? PHASES[value] : value;
    }
    return row as unknown as WindowMetrics;
  }

  add(index: number, column: 'attained', more: number): void {
    this.#values.add(index * this.#columns.length + this.#columns.indexOf(column), more);
  }

  *[Symbol.iterator](): Iterator<WindowMetrics> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }

  table(): WindowTable {
    return { columns: this.#columns, values: this.#values.toArray() };
  }

  #setColumns(columns: string[]): void {
    this.#columns = columns;
    this.#paths = columns.map((column) => column.split('.'));
    this.#shape = shapeOf(this.#paths);
  }
}

/** Read from text, since V8 keeps an object that is given its properties one by one as a hash table: twice the size. */
function shapeOf(paths: readonly (readonly string[])[]): Values {
  const shape: Values = {};
  for (const [key, inner] of paths) {
    if (inner === undefined) shape[key] = 0;
    else ((shape[key] ??= {}) as Record<string, number>)[inner] = 0;
  }
  return JSON.parse(JSON.stringify(shape)) as Values;
}

function copyOf(shape: Values): Values {
  const copy = { ...shape };
  for (const [key, value] of Object.entries(shape)) if (typeof value === 'object') copy[key] = { ...value };
  return copy;
}

function columnsOf(row: Values): string[] {
  return Object.entries(row).flatMap(([key, value]) =>
    typeof value === 'object' ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  );
}

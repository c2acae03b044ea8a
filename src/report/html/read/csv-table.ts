// A CSV file of results as columns: RFC 4180, line ends in quoted fields included, as the reasons of a program that decides
// may hold some. A column is turned into numbers when it is asked for. Left out: other separators, files without a header.
import { UserError } from '../../../kernel/user-error.ts';

export class CsvTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly #numbers = new Map<string, Float64Array>();

  constructor(file: string, text: string) {
    const [names, ...rows] = fieldsOf(file, text);
    if (names === undefined) throw new UserError(`${file}: is empty; run the scenario again with --force`);
    const wrong = rows.findIndex((row) => row.length !== names.length);
    if (wrong >= 0) {
      throw new UserError(
        `${file}: row ${wrong + 1} has ${rows[wrong].length} of ${names.length} fields; the file is truncated or damaged, ` +
          'run the scenario again with --force',
      );
    }
    this.names = names;
    this.rows = rows;
  }

  get length(): number {
    return this.rows.length;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Empty where there is no such column. */
  text(name: string, row: number): string {
    const column = this.names.indexOf(name);
    return column < 0 ? '' : this.rows[row][column];
  }

  /** NaN where a field is empty or no number, and in the whole column where there is none of that name. */
  numbers(name: string): Float64Array {
    let numbers = this.#numbers.get(name);
    if (numbers === undefined) {
      const column = this.names.indexOf(name);
      const value = (field: string) => (field === '' ? NaN : Number(field));
      numbers = Float64Array.from(this.rows, (row) => (column < 0 ? NaN : value(row[column])));
      this.#numbers.set(name, numbers);
    }
    return numbers;
  }

  sum(name: string): number {
    return this.numbers(name).reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0);
  }
}

/** A field and what ends it; a quoted one may hold both. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function fieldsOf(file: string, text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const match = FIELD.exec(text);
    if (match === null) {
      throw new UserError(
        `${file}: row ${rows.length} has a quote that is not closed; the file is truncated or damaged`,
      );
    }
    row.push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'));
    if (match[3] === ',' && FIELD.lastIndex < text.length) continue;
    if (match[3] === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return rows;
}

// The rows of a CSV file (RFC 4180), one after the other: fields as they are, quotes taken off, line ends in quoted
// fields kept. A row that is cut off or has another number of fields is the user's to know: UserError with its line.
import { UserError } from '../../kernel/user-error.ts';

export interface CsvRow {
  /** Where it begins, from 1. */
  line: number;
  fields: string[];
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/** The header first; every other row has as many fields. Empty lines are left out. */
export function* csvRows(file: string, text: string): Generator<CsvRow> {
  let position = 0;
  let line = 1;
  let columns: number | undefined;
  while (position < text.length) {
    const fields: string[] = [];
    const begins = line;
    for (let isLast = false; !isLast;) {
      FIELD.lastIndex = position;
      const match = FIELD.exec(text);
      if (!match) throw new UserError(`${file}:${line}: has a quote that is not closed; ${DAMAGED}`);
      const [whole, quoted, plain, end] = match;
      fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      line += linesIn(quoted) + (end === ',' || end === '' ? 0 : 1);
      position += whole.length;
      isLast = end !== ',';
    }
    if (fields.length === 1 && fields[0] === '') continue;
    columns ??= fields.length;
    if (fields.length !== columns) {
      throw new UserError(`${file}:${begins}: has ${fields.length} of ${columns} fields; ${DAMAGED}`);
    }
    yield { line: begins, fields };
  }
}

const DAMAGED = 'the file is truncated or damaged, run the scenario again';

function linesIn(quoted: string | undefined): number {
  return quoted === undefined ? 0 : quoted.split(/\r\n|\n|\r/).length - 1;
}

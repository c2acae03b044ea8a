// A CSV result file as a table: every field becomes a value of its column's kind.
import { UserError } from '../../kernel/user-error.ts';
import { csvRows } from './csv-rows.ts';
import { knownKind, type Column, type ColumnKind, type Table, type Value } from './table.ts';

/** `file` is what messages call it. */
export function csvTable(file: string, text: string): Table {
  const rows = csvRows(file, text);
  const header = rows.next();
  if (header.done) throw new UserError(`${file}: is empty; run the scenario again with --force`);
  const names = header.value.fields;
  const unknown = names.filter((name) => knownKind(name) === undefined);
  const texts = unknown.length > 0 ? textColumns(file, text, names) : new Set<string>();
  const columns = names.map((name): Column => {
    return { name, kind: knownKind(name) ?? (texts.has(name) ? 'text' : 'number') };
  });
  return { columns, rows: valuesOf(file, rows, columns) };
}

/** Columns in which something is no number. */
function textColumns(file: string, text: string, names: readonly string[]): Set<string> {
  const texts = new Set<string>();
  const rows = csvRows(file, text);
  rows.next();
  for (const { fields } of rows) {
    for (const [i, field] of fields.entries()) if (!isNumber(field)) texts.add(names[i]);
  }
  return texts;
}

function isNumber(field: string): boolean {
  return field === '' || Number.isFinite(Number(field));
}

function* valuesOf(
  file: string,
  rows: ReturnType<typeof csvRows>,
  columns: readonly Column[],
): Generator<Value[]> {
  for (const { line, fields } of rows) {
    yield fields.map((field, i) => {
      const value = valueOf(field, columns[i].kind);
      if (value === undefined) {
        throw new UserError(
          `${file}:${line}: ${columns[i].name} should be ${WANTED[columns[i].kind]}, got "${field}"; the file is damaged, run the scenario again`,
        );
      }
      return value;
    });
  }
}

const WANTED: Record<ColumnKind, string> = {
  integer: 'a whole number',
  number: 'a number',
  text: 'text',
  moment: 'a time such as 2023-01-30T14:00:00Z',
  flag: 'true or false',
};

/** undefined: it is none of that kind. */
function valueOf(field: string, kind: ColumnKind): Value | undefined {
  if (field === '') return kind === 'text' ? '' : null;
  if (kind === 'text') return field;
  if (kind === 'moment') return Number.isFinite(Date.parse(field)) ? field : undefined;
  if (kind === 'flag') return field === 'true' ? true : field === 'false' ? false : undefined;
  const value = Number(field);
  return (kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value)) ? value : undefined;
}

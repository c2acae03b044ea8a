// From the text of a file to records of named fields, each with its line: rows of a CSV file (RFC 4180 without line
// ends in quoted fields), or objects of a JSON file (one, a list of them, or one after another as with
// `vllm bench serve --append-result`). What is not of that form is a UserError with file and line.
import { UserError } from '../kernel/user-error.ts';

export interface SourceRecord {
  /** Where it begins, from 1. */
  line: number;
  /** By name of the column, without blanks around; lists and objects of JSON are left out, null is empty. */
  fields: Readonly<Record<string, string>>;
}

const PROBLEMS_MAX = 20;

/** `check` may refuse the header's names before the rows are looked at. */
export function csvRecords(
  filePath: string,
  text: string,
  check: (names: readonly string[]) => void,
): SourceRecord[] {
  const lines = text.split(/\r\n|\n|\r/);
  const header = lines[0].trim() === '' ? undefined : splitRow(lines[0]);
  if (!header) throw new UserError(`${filePath}: begins with an empty line; it begins with a header line`);
  const repeated = header.filter((name, i) => name !== '' && header.indexOf(name) < i);
  if (repeated.length > 0) {
    throw new UserError(
      `${filePath}:1: ${[...new Set(repeated)].join(', ')} is twice in the header; rename one of them`,
    );
  }
  check(header);
  const records: SourceRecord[] = [];
  const problems: string[] = [];
  for (const [i, row] of lines.entries()) {
    if (i === 0 || row.trim() === '') continue;
    const fields = splitRow(row);
    if (fields?.length === header.length) {
      records.push({ line: i + 1, fields: Object.fromEntries(header.map((name, j) => [name, fields[j]])) });
    } else {
      const what = fields
        ? `has ${fields.length} of ${header.length} fields`
        : 'has a quote that is not closed';
      problems.push(`${filePath}:${i + 1}: ${what}; the line is truncated or damaged, mend or remove it`);
    }
  }
  if (problems.length > 0) throw new UserError(problems.slice(0, PROBLEMS_MAX));
  if (records.length === 0)
    throw new UserError(`${filePath}: no row follows the header; name a file that has some`);
  return records;
}

/** Fields between commas, without blanks around; undefined where a quote is not closed. */
function splitRow(row: string): string[] | undefined {
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const match = field.exec(row);
    if (!match) return undefined;
    fields.push(match[1] === undefined ? match[2].trim() : match[1].replaceAll('""', '"'));
    if (match[3] === '') return fields;
  }
}

export function jsonRecords(filePath: string, text: string): SourceRecord[] {
  const records = parsedObjects(filePath, text);
  if (records.length === 0) throw new UserError(`${filePath}: holds no result; name a file that has some`);
  return records.map(({ line, value }) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UserError(`${filePath}:${line}: is no JSON object; name a result of \`vllm bench serve\``);
    }
    const scalars = Object.entries(value).filter(([, one]) => typeof one !== 'object' || one === null);
    return { line, fields: Object.fromEntries(scalars.map(([key, one]) => [key, String(one ?? '').trim()])) };
  });
}

function parsedObjects(filePath: string, text: string): { line: number; value: unknown }[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).map((one: unknown) => ({ line: 1, value: one }));
  } catch (error) {
    const lines = text.split('\n').map((line, i) => ({ line: i + 1, text: line.trim() }));
    const written = lines.filter((line) => line.text !== '');
    if (written.length < 2 || !written.every((line) => line.text.startsWith('{'))) {
      throw new UserError(`${filePath}: is not valid JSON (${(error as Error).message}); save it again`);
    }
    return written.map(({ line, text: object }) => {
      try {
        return { line, value: JSON.parse(object) as unknown };
      } catch {
        throw new UserError(`${filePath}:${line}: is not valid JSON; the line is truncated or damaged`);
      }
    });
  }
}

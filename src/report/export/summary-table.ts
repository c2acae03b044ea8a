// summary.json as a table of one row, so that the summaries of several runs can be stacked.
import { UserError } from '../../kernel/user-error.ts';
import { summaryKind, type Table, type Value } from './table.ts';

export function summaryTable(file: string, text: string): Table {
  const entries = Object.entries(parsed(file, text)).map(([name, value]): [string, Value] => [
    name,
    typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Value),
  ]);
  return {
    columns: entries.map(([name, value]) => ({ name, kind: summaryKind(name, value) })),
    rows: [entries.map(([, value]) => value)],
  };
}

function parsed(file: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below.
  }
  throw new UserError(`${file}: is no summary of a run; run the scenario again with --force`);
}

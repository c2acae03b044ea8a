// docs/results.md: its tables are generated from the lists that the files are written from. `npx vitest run
// test/report/docs.test.ts -u` writes them anew between their markers.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LEDGER_COLUMNS, WINDOW_COLUMNS } from '../../src/report/csv.ts';
import { ENERGY_COLUMNS } from '../../src/report/cost/energy-csv.ts';
import { LEDGER_CSV_COLUMNS } from '../../src/report/cost/ledger-csv.ts';
import { LATENCY_COLUMNS } from '../../src/report/latencies-csv.ts';
import { OUTCOMES, REQUEST_COLUMNS } from '../../src/report/parquet/request-columns.ts';
import { SCALING_COLUMNS } from '../../src/report/scaling/csv.ts';
import { SUMMARY_FIELDS, summaryJson } from '../../src/report/summary-json.ts';
import { loaded, result } from './fixture.ts';

const DOCS = path.resolve('docs/results.md');

type Documented = { key: string; unit: string; meaning: string };

/** A Markdown table as prettier sets it. */
function table(fields: readonly Documented[]): string {
  const rows = [
    ['key', 'unit', 'meaning'],
    ...fields.map(({ key, unit, meaning }) => [`\`${key}\``, unit, meaning]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const [header, ...body] = rows.map(line);
  return [header, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

it('documents every key and column of the result files, and no other', async () => {
  const tables: Record<string, readonly Documented[]> = {
    'summary.json': SUMMARY_FIELDS,
    'windows.csv': WINDOW_COLUMNS,
    'hourly.csv': LEDGER_COLUMNS,
    'ledger.csv': LEDGER_CSV_COLUMNS,
    'energy.csv': ENERGY_COLUMNS,
    'latencies.csv': LATENCY_COLUMNS,
    'scaling.csv': SCALING_COLUMNS,
    'requests.parquet': REQUEST_COLUMNS.map(({ name, type, meaning }) => ({
      key: name,
      unit: type,
      meaning,
    })),
    outcomes: Object.entries(OUTCOMES).map(([key, meaning]) => ({ key, unit: '', meaning })),
  };
  let text = readFileSync(DOCS, 'utf8');
  for (const [name, fields] of Object.entries(tables)) {
    const between = new RegExp(`(<!-- ${name} -->\n\n)[^]*?(\n\n<!-- end -->)`);
    expect(text, `docs/results.md has no place for the table of ${name}`).toMatch(between);
    text = text.replace(between, (_, start: string, end: string) => start + table(fields) + end);
  }
  await expect(text).toMatchFileSnapshot(DOCS);
  for (const key of Object.keys(summaryJson(result, loaded))) expect(text).toContain(`| \`${key}\``);
});

it('has no two keys of the same name in one file', () => {
  for (const fields of [
    SUMMARY_FIELDS,
    [...WINDOW_COLUMNS, ...LEDGER_COLUMNS],
    LEDGER_CSV_COLUMNS,
    ENERGY_COLUMNS,
  ]) {
    const keys = fields.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

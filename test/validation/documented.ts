// The tables of the section "Whole-system checks" in docs/: tests compare what they measure with what is written there,
// so that neither can drift from the other. A number may differ by 3 %: constants of the performance model are refitted
// now and then, and the tables need not be retyped for every last digit.
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';

const DOCS = new URL('../../docs/', import.meta.url);
const HEADING = '## Whole-system checks';
const DRIFT_MAX = 0.03;

/** Cells of the row whose first cell is `name`, that cell left out. */
function documentedRow(name: string): string[] {
  const rows = section()
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells[1] === name);
  expect(rows.length, `rows "${name}" in the tables under "${HEADING}"`).toBe(1);
  return rows[0].slice(2, -1);
}

function section(): string {
  const texts = readdirSync(DOCS)
    .filter((file) => file.startsWith('accuracy') && file.endsWith('.md'))
    .map((file) => readFileSync(new URL(file, DOCS), 'utf8'))
    .filter((text) => text.includes(HEADING));
  expect(texts.length, `files docs/accuracy*.md with "${HEADING}"`).toBe(1);
  const [, after] = texts[0].split(HEADING);
  return after.split(/^## /m)[0];
}

/**
 * The numbers in the row's cells, in order, are these, as far as they are written out; words and columns without numbers
 * do not matter.
 */
export function expectDocumented(name: string, values: number[]): void {
  const cells = documentedRow(name);
  const written = cells.slice(0, values.length).flatMap((cell) => cell.match(/-?\d[\d,]*(?:\.\d+)?/g) ?? []);
  const measured = values.map((value) => Number(value.toPrecision(4)));
  const message = `docs, row "${name}": ${cells.join(' | ')}; measured ${measured.join(', ')}`;
  expect(written.length, message).toBeGreaterThanOrEqual(values.length);
  for (const [i, value] of values.entries()) {
    const difference = Math.abs(Number(written[i].replaceAll(',', '')) - value);
    const decimals = written[i].split('.')[1]?.length ?? 0;
    const rounding = 0.5 * Number(`1e-${decimals}`);
    expect(difference, message).toBeLessThanOrEqual(rounding + DRIFT_MAX * Math.abs(value));
  }
}

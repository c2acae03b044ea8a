// Sections as text: columns that any of their rows fill, numbers to the right, goals with a mark.
import { COLUMNS, meets } from './figures.ts';
import type { Column, Row, Section } from './figures.ts';

const NONE = '–';

export function sectionText(section: Section): string {
  const columns = (Object.keys(COLUMNS) as Column[]).filter((column) =>
    section.rows.some((row) => row.values[column] !== undefined),
  );
  const hasGoals = section.rows.some((row) => row.goals !== undefined);
  const header = ['', ...columns.map((column) => COLUMNS[column].heading), ...(hasGoals ? ['goal'] : []), ''];
  const lines = section.rows.map((row) => [
    row.label,
    ...columns.map((column) => cell(column, row.values[column])),
    ...(hasGoals ? [goalText(row)] : []),
    row.note ?? '',
  ]);
  return `${section.title}\n${aligned([header, ...lines], columns.length)}`;
}

/** First column to the left, the next `numeric` ones to the right, the rest to the left. */
export function aligned(lines: readonly string[][], numeric: number): string {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const pad = (text: string, i: number) =>
    i >= 1 && i <= numeric ? text.padStart(widths[i]) : text.padEnd(widths[i]);
  return lines.map((line) => `  ${line.map(pad).join('  ').trimEnd()}`).join('\n');
}

function cell(column: Column, value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? NONE : value.toFixed(COLUMNS[column].decimals);
}

/** `ratio ≤ 12 ok, RSS MB ≤ 150 OVER`. */
function goalText({ goals = [], values }: Row): string {
  return goals
    .map((goal) => {
      const value = values[goal.column];
      const bound = goal.atMost === undefined ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
      const miss = goal.atMost === undefined ? 'UNDER' : 'OVER';
      const mark = value === undefined ? NONE : meets(goal, value) ? 'ok' : miss;
      return `${COLUMNS[goal.column].heading} ${bound} ${mark}`;
    })
    .join(', ');
}

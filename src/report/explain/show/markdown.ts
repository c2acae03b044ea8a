// Explanations as Markdown: a section per figure, with its inputs as a table.
import { written } from '../../../estimate/formula.ts';
import { valueOf, type Explanation } from '../explanation.ts';
import { abridgedArithmetic } from './text.ts';
import { withUnit } from './number.ts';

const ROWS_MAX = 40;

export function explanationMarkdown(explanation: Explanation): string {
  const { key, unit, what, formula, inputs, notes } = explanation;
  const value = valueOf(explanation);
  const rows = inputs
    .slice(0, ROWS_MAX)
    .map((input) => `| ${input.what} | ${withUnit(input.value, input.unit)} | ${input.source} |`);
  const left = inputs.length - rows.length;
  const words = (name: string) => inputs.find((input) => input.name === name)!.what;
  return [
    `## ${key} = ${withUnit(value, unit)}`,
    '',
    `${capitalised(what)}.`,
    '',
    ...(left > 0 || inputs.length === 0 ? [] : [`${capitalised(written(formula, words))}:`, '']),
    '| input | value | source |',
    '| --- | ---: | --- |',
    ...rows,
    ...(left > 0 ? [`| … ${left} more | | |`] : []),
    '',
    `= ${abridgedArithmetic(explanation)}<br>= **${withUnit(value, unit)}**`,
    '',
    ...notes.flatMap((note) => [note, '']),
  ].join('\n');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

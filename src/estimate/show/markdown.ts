// Estimates as Markdown, the way prettier sets it: one preset, or the whole page docs/estimate.md.
import type { Table } from '../../accuracy/show/tables.ts';
import { markdownTables } from '../../accuracy/show/text.ts';
import { defaultsOf, evaluated, type Chain, type Input, type Preset, type Values } from '../preset.ts';
import { swings } from '../sensitivity.ts';
import { answerTitle, explained, rangeText } from './explained.ts';
import { withUnit, number } from './number.ts';

const PAGE = `<!-- Generated: fleetday estimate --markdown > docs/estimate.md -->

# Estimates in closed form

\`fleetday estimate <preset>\` multiplies averages, as published estimates do, and shows every step with its numbers and their
sources. Any assumption can be set (\`--set name=value\`); \`--svg <file>\` draws which of them moves the answer most.
\`fleetday estimate visitors --simulate\` runs the same assumptions through the simulator and shows what averages miss.

![What moves the visitors estimate most](estimate.svg)
`;

/** All presets with their own numbers. */
export function estimatesPage(presets: readonly Preset[]): string {
  const sections = presets.map((preset) => estimateMarkdown(preset, evaluated(preset, defaultsOf(preset))));
  return [PAGE, ...sections].join('\n');
}

/** `values`: of inputs and steps. */
export function estimateMarkdown(preset: Preset, values: Values): string {
  const { name, title, about, inputs, chains, answers, references, leftOut } = preset;
  const parts = [
    `## ${name}\n\n${title}. ${about}\n`,
    markdownTables([assumptions(inputs, values)]),
    ...chains.map((chain) => chainMarkdown(preset, chain, values)),
    ...answers.map((answer) => markdownTables([sensitivity(preset, answer, values)])),
  ];
  if (references.length > 0) {
    const lines = references.map(({ figure, source }) => `- ${figure}: ${source}`);
    parts.push(`### Published elsewhere\n\n${lines.join('\n')}\n`);
  }
  return [...parts, `Left out: ${leftOut}\n`].join('\n');
}

function assumptions(inputs: readonly Input[], values: Values): Table {
  return {
    title: 'Assumptions',
    columns: [{ title: 'name' }, { title: 'what' }, { title: 'value', isNumber: true }, { title: 'source' }],
    rows: inputs.map(({ name, what, unit, value, source }) => [
      `\`${name}\``,
      what,
      withUnit(values[name], unit),
      values[name] === value ? source : `set; otherwise ${withUnit(value, unit)}, ${source}`,
    ]),
  };
}

function chainMarkdown(preset: Preset, { title, about, steps }: Chain, values: Values): string {
  const table = {
    title,
    columns: [
      { title: 'step' },
      { title: 'formula' },
      { title: 'in numbers' },
      { title: 'value', isNumber: true },
      { title: 'remark' },
    ],
    rows: steps.map((step) => {
      const { words, arithmetic, value, remark } = explained(preset, step, values);
      return [step.what, words, arithmetic, value, remark];
    }),
  };
  const text = markdownTables([table]);
  return about === undefined ? text : text.replace('\n\n', `\n\n${about}\n\n`);
}

function sensitivity(preset: Preset, answer: string, values: Values): Table {
  return {
    title: `What moves it most: ${answerTitle(preset, answer, values)}`,
    columns: [
      { title: 'assumption' },
      { title: 'range' },
      { title: 'lowest', isNumber: true },
      { title: 'highest', isNumber: true },
      { title: 'why this range' },
    ],
    rows: swings(preset, answer, values).map(({ input, atLow, atHigh }) => [
      input.what,
      rangeText(input),
      number(Math.min(atLow, atHigh)),
      number(Math.max(atLow, atHigh)),
      input.range.why,
    ]),
  };
}

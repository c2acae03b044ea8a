// Explanations for the terminal: the formula in words, its inputs with their sources, the arithmetic, the figure.
import { written } from '../../../estimate/formula.ts';
import { CARBON_FIELDS } from '../../cost/carbon-fields.ts';
import { COST_FIELDS } from '../../cost/cost-fields.ts';
import { ENERGY_FIELDS } from '../../cost/energy-fields.ts';
import { count, quantity, usd } from '../../format.ts';
import { SCALING_FIELDS } from '../../scaling/fields.ts';
import { valueOf, type Explanation, type Input } from '../explanation.ts';
import { precise, withUnit } from './number.ts';

/** Of so many terms the first and the last are shown; all are in the JSON. */
const INPUTS_SHOWN = 16;
const TERMS_SHOWN = 8;

export function explanationText(explanation: Explanation): string {
  const { key, unit, what, formula, inputs, notes } = explanation;
  const { shown, left } = abridged(inputs);
  const value = valueOf(explanation);
  return [
    `${key} = ${withUnit(value, unit)}`,
    `  ${what}`,
    '',
    ...(left === 0 ? [`  ${written(formula, (name) => wordsOf(inputs, name))}`] : []),
    ...inputLines(shown, left),
    '',
    ...arithmetic(explanation, value),
    ...notes.map((note) => `  ${note}`),
    '',
  ].join('\n');
}

/** All of them with their figures, for choosing one. */
export function explanationsText(
  explanations: readonly Explanation[],
  { title, summary }: { title: string; summary: Readonly<Record<string, unknown>> },
): string {
  const keyWidth = Math.max(...explanations.map(({ key }) => key.length));
  const sections = SECTIONS.flatMap(([name, fields]) => {
    const keys = new Set(fields.map(({ key }) => key));
    const within = explanations.filter(({ key }) => keys.has(key));
    return within.length === 0 ? [] : ['', name, ...sectionLines(within, keyWidth)];
  });
  const last = ['', 'fleetday explain <dir> <key> shows how a figure came about.', ''];
  const early =
    summary.partial === true
      ? ['  The run ended early: all of this covers what was simulated until then.']
      : [];
  return [title, `  ${headline(summary)}`, ...early, ...sections, ...last].join('\n');
}

const SECTIONS: readonly [string, readonly { key: string }[]][] = [
  ['Energy', ENERGY_FIELDS],
  ['Money', COST_FIELDS],
  ['Carbon', CARBON_FIELDS],
  ['Spot nodes', SCALING_FIELDS],
];

/** `$1,383 for 1,499,775 requests: $0.922 per 1,000, 0.627 Wh and 0.353 g each`. */
function headline(summary: Readonly<Record<string, unknown>>): string {
  const number = (key: string) => (typeof summary[key] === 'number' ? (summary[key] as number) : NaN);
  const grams = number('grams_per_request');
  const each = [`${quantity(number('wh_per_request'))} Wh`];
  if (!Number.isNaN(grams)) each.push(`${quantity(grams)} ${String(summary.carbon_unit)}`);
  return (
    `${usd(number('total_usd'))} for ${count(number('completed'))} requests: ` +
    `${usd(number('usd_per_1k_requests'))} per 1,000, ${each.join(' and ')} each`
  );
}

/** What is nothing is named in one line. */
function sectionLines(explanations: readonly Explanation[], keyWidth: number): string[] {
  const rows = explanations.map((explanation) => {
    const { key, unit, what } = explanation;
    const value = valueOf(explanation);
    return { key, value, text: brief(value, unit), what };
  });
  const shown = rows.filter(({ value }) => value !== 0);
  const nothing = rows.filter(({ value }) => value === 0).map(({ key }) => key);
  const width = Math.max(0, ...shown.map(({ text }) => text.length));
  return [
    ...shown.map(({ key, text, what }) => `  ${key.padEnd(keyWidth)}  ${text.padStart(width)}  ${what}`),
    ...(nothing.length === 0 ? [] : [`  nothing: ${nothing.join(', ')}`]),
  ];
}

function brief(value: number, unit: string): string {
  if (unit === '$') return usd(value);
  return `${quantity(value)} ${unit === 'share' ? '' : unit}`.trimEnd();
}

function inputLines(inputs: readonly Input[], left: number): string[] {
  const values = inputs.map(({ value, unit }) => withUnit(value, unit));
  const whatWidth = Math.max(0, ...inputs.map(({ what }) => what.length));
  const valueWidth = Math.max(0, ...values.map((value) => value.length));
  const lines = inputs.map(
    ({ what, source }, i) => `    ${what.padEnd(whatWidth)}  ${values[i].padStart(valueWidth)}  ${source}`,
  );
  if (left > 0) lines.splice(INPUTS_SHOWN / 2, 0, `    … ${left} more, in --json …`);
  return lines;
}

function arithmetic(explanation: Explanation, value: number): string[] {
  const { formula, unit } = explanation;
  return [
    `  = ${abridgedArithmetic(explanation)}`,
    ...(formula === '0' ? [] : [`  = ${withUnit(value, unit)}`]),
  ];
}

/** With numbers in place of names; of many terms the first and the last. */
export function abridgedArithmetic({ formula, inputs }: Explanation): string {
  const values = new Map(inputs.map(({ name, value }) => [name, value]));
  const terms = written(formula, (name) => signed(values.get(name)!)).split(' + ');
  if (terms.length <= TERMS_SHOWN) return terms.join(' + ');
  const [first, last] = [terms.slice(0, TERMS_SHOWN / 2), terms.slice(-TERMS_SHOWN / 2)];
  return [...first, `… ${terms.length - TERMS_SHOWN} more …`, ...last].join(' + ');
}

function signed(value: number): string {
  return value < 0 ? `(${precise(value)})` : precise(value);
}

function wordsOf(inputs: readonly Input[], name: string): string {
  return inputs.find((input) => input.name === name)!.what;
}

/** Of many inputs the first and the last, and how many are between. */
export function abridged(inputs: readonly Input[]): { shown: readonly Input[]; left: number } {
  if (inputs.length <= INPUTS_SHOWN) return { shown: inputs, left: 0 };
  const half = INPUTS_SHOWN / 2;
  return { shown: [...inputs.slice(0, half), ...inputs.slice(-half)], left: inputs.length - INPUTS_SHOWN };
}

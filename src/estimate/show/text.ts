// An estimate for the terminal.
import { defaultsOf, type Preset, type Values } from '../preset.ts';
import { swings } from '../sensitivity.ts';
import { answerTitle, explained, rangeText } from './explained.ts';
import { number, withUnit } from './number.ts';

/** `values`: of inputs and steps. */
export function estimateText(preset: Preset, values: Values): string {
  return [
    `${preset.name}: ${preset.title}`,
    preset.about,
    '',
    'Assumptions (change them by --set name=value)',
    ...assumptionLines(preset, values),
    ...preset.chains.flatMap(({ title, about, steps }) => [
      '',
      title + (about === undefined ? '' : `. ${about}`),
      ...steps.flatMap((step) => {
        const { words, arithmetic, value, remark } = explained(preset, step, values);
        return [
          `  ${step.what} = ${words}`,
          `    = ${arithmetic}`,
          `    = ${value}${remark === '' ? '' : `   (${remark})`}`,
        ];
      }),
    ]),
    ...preset.answers.flatMap((answer) => sensitivityLines(preset, answer, values)),
    ...referenceLines(preset),
    '',
    `Left out: ${preset.leftOut}`,
    '',
  ].join('\n');
}

export function presetsText(presets: readonly Preset[]): string {
  const width = Math.max(...presets.map(({ name }) => name.length));
  const lines = presets.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
  return [
    'Estimates in closed form',
    ...lines,
    '',
    'fleetday estimate <name> prints one, step by step.',
    '',
  ].join('\n');
}

function assumptionLines(preset: Preset, values: Values): string[] {
  const defaults = defaultsOf(preset);
  const width = Math.max(...preset.inputs.map(({ name }) => name.length));
  return preset.inputs.flatMap(({ name, what, unit, source }) => {
    const isOwn = values[name] !== defaults[name];
    const from = isOwn ? `yours; otherwise ${withUnit(defaults[name], unit)}, ${source}` : source;
    return [
      `  ${name.padEnd(width)}  ${withUnit(values[name], unit)}  ${what}`,
      `  ${' '.repeat(width)}    ${from}`,
    ];
  });
}

function sensitivityLines(preset: Preset, answer: string, values: Values): string[] {
  const rows = swings(preset, answer, values).map(({ input, atLow, atHigh }) => ({
    name: input.what,
    range: rangeText(input),
    result: `${number(atLow)} to ${number(atHigh)}`,
    why: input.range.why,
  }));
  if (rows.length === 0) return [];
  const width = (key: 'name' | 'range' | 'result') => Math.max(...rows.map((row) => row[key].length));
  const [name, range, result] = [width('name'), width('range'), width('result')];
  return [
    '',
    `What moves it most: ${answerTitle(preset, answer, values)}, one assumption at a time`,
    ...rows.flatMap((row) => [
      `  ${row.name.padEnd(name)}  ${row.range.padEnd(range)}  → ${row.result.padEnd(result)}`.trimEnd(),
      `  ${' '.repeat(name)}    ${row.why}`,
    ]),
  ];
}

function referenceLines({ references }: Preset): string[] {
  if (references.length === 0) return [];
  return ['', 'Published elsewhere', ...references.map(({ figure, source }) => `  ${figure}: ${source}`)];
}

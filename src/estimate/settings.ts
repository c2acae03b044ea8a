// `--set name=value` of an estimate: numbers as people write them, checked against what the preset takes. All mistakes are
// told at once.
import { parseQuantity } from '../settings/quantities.ts';
import { suggestion } from '../settings/suggest.ts';
import { defaultsOf, type Input, type Preset, type Values } from './preset.ts';
import { number } from './show/number.ts';

/** The preset's inputs with the settings in their place; what is wrong is added to `problems`. */
export function inputsWith(preset: Preset, settings: readonly string[], problems: string[]): Values {
  const given: Record<string, number> = {};
  for (const setting of settings) {
    const written = shortened(setting);
    const answer = settingOf(preset, setting, given);
    if (typeof answer === 'string') problems.push(`--set ${written}: ${answer}`);
    else given[answer.name] = answer.value;
  }
  return { ...defaultsOf(preset), ...given };
}

/** What is wrong with it, as text. */
function settingOf(
  { name: preset, inputs }: Preset,
  setting: string,
  given: Values,
): { name: string; value: number } | string {
  const equals = setting.indexOf('=');
  if (equals < 0) return `has no "="; write name=value, e.g. --set ${inputs[0].name}=${inputs[0].value}`;
  const name = setting.slice(0, equals).trim();
  const input = inputs.find((one) => one.name === name);
  if (input === undefined) {
    const known = inputs.map((one) => one.name);
    return `${preset} has no such assumption; ${suggestion(shortened(name), known)}`;
  }
  if (Object.hasOwn(given, name)) return `${name} is set twice; leave one out`;
  const value = parseQuantity(setting.slice(equals + 1).trim(), input.dimension ?? 'count');
  if (typeof value !== 'number') return value.problem;
  const problem = problemOf(input, value);
  return problem === undefined ? { name, value } : `${problem}, e.g. ${input.value}`;
}

function problemOf({ limits: { min, max, whole } }: Input, value: number): string | undefined {
  if (value < min || value > max) return `must be from ${number(min)} to ${number(max)}; write one`;
  return whole && !Number.isInteger(value) ? 'must be a whole number; write one' : undefined;
}

function shortened(text: string): string {
  const line = text.replaceAll(/\p{Cc}/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

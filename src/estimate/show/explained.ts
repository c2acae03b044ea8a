// What all forms of output show of a step and of an assumption: its formula in words and in numbers, its value as text.
import { written } from '../formula.ts';
import { stepOf, type Input, type Preset, type Step, type Values } from '../preset.ts';
import { number, rangeWithUnit, withUnit } from './number.ts';

export interface Explained {
  words: string;
  arithmetic: string;
  value: string;
  /** How the value compares with a published one, and what else there is to say. */
  remark: string;
}

export function explained(preset: Preset, step: Step, values: Values): Explained {
  const { formula, name, unit, published, note } = step;
  const remarks = [published === undefined ? '' : `published: ${published}`, note ?? ''];
  return {
    words: written(formula, (one) => whatIs(preset, one)),
    arithmetic: written(formula, (one) => number(values[one])),
    value: withUnit(values[name], unit),
    remark: remarks.filter((text) => text !== '').join('; '),
  };
}

export function answerTitle(preset: Preset, answer: string, values: Values): string {
  const { what, unit } = stepOf(preset, answer);
  return `${what}, ${withUnit(values[answer], unit)}`;
}

/** 0.024 to 0.7 s */
export function rangeText({ range, unit }: Input): string {
  return range === undefined ? '' : rangeWithUnit(range.low, range.high, unit);
}

/** Of an input or a step. */
function whatIs(preset: Preset, name: string): string {
  return (preset.inputs.find((input) => input.name === name) ?? stepOf(preset, name)).what;
}

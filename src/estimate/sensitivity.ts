// Which assumption moves an answer most: each alone goes from the low to the high end of its range while the others stay.
// Left out: that several may be off at once, and what lies beyond the ranges.
import { defaultsOf, evaluated, type Input, type Preset, type Values } from './preset.ts';

export interface Swing {
  input: Input & { range: NonNullable<Input['range']> };
  /** The answer at the low and at the high end of the range. */
  atLow: number;
  atHigh: number;
}

/** The widest first; assumptions that do not move the answer are left out. */
export function swings(preset: Preset, answer: string, inputs: Values = defaultsOf(preset)): Swing[] {
  const answerWith = (name: string, value: number) => evaluated(preset, { ...inputs, [name]: value })[answer];
  return preset.inputs
    .filter((input): input is Swing['input'] => input.range !== undefined)
    .map((input) => ({
      input,
      atLow: answerWith(input.name, input.range.low),
      atHigh: answerWith(input.name, input.range.high),
    }))
    .filter(({ atLow, atHigh }) => atLow !== atHigh)
    .toSorted((a, b) => widthOf(b) - widthOf(a));
}

function widthOf({ atLow, atHigh }: Swing): number {
  return Math.abs(atHigh - atLow);
}

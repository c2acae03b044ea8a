// An estimate for programs: every value unrounded, formulas with the names of assumptions and steps.
import { namesIn } from '../formula.ts';
import type { Preset, Values } from '../preset.ts';
import { swings } from '../sensitivity.ts';
import { explained } from './explained.ts';

/** `values`: of inputs and steps. */
export function estimateJson(preset: Preset, values: Values) {
  return {
    preset: preset.name,
    title: preset.title,
    assumptions: preset.inputs.map(({ name, what, unit, value, source, range }) => ({
      name,
      what,
      unit,
      value: values[name],
      default: value,
      source,
      range: range ?? null,
    })),
    chains: preset.chains.map(({ title, about, steps }) => ({
      title,
      about: about ?? null,
      steps: steps.map((step) => ({
        name: step.name,
        what: step.what,
        unit: step.unit,
        formula: step.formula,
        inputs: namesIn(step.formula),
        in_words: explained(preset, step, values).words,
        value: values[step.name],
        published: step.published ?? null,
        note: step.note ?? null,
      })),
    })),
    sensitivity: preset.answers.map((answer) => ({
      answer,
      value: values[answer],
      assumptions: swings(preset, answer, values).map(({ input, atLow, atHigh }) => ({
        name: input.name,
        ...input.range,
        at_low: atLow,
        at_high: atHigh,
      })),
    })),
    references: preset.references,
    left_out: preset.leftOut,
  };
}

export function presetsJson(presets: readonly Preset[]) {
  return presets.map(({ name, title, about }) => ({ preset: name, title, about }));
}

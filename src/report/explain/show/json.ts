// Explanations for programs: every number with all its digits, and the arithmetic as one text that can be computed.
import { written } from '../../../estimate/formula.ts';
import { valueOf, type Explanation } from '../explanation.ts';

export function explanationJson(explanation: Explanation) {
  const { key, unit, what, formula, inputs, notes } = explanation;
  const value = valueOf(explanation);
  const byName = new Map(inputs.map((input) => [input.name, input]));
  return {
    key,
    what,
    unit,
    value: Number.isFinite(value) ? value : null,
    formula,
    inWords: written(formula, (name) => byName.get(name)!.what),
    arithmetic: written(formula, (name) => digits(byName.get(name)!.value)),
    inputs,
    notes,
  };
}

function digits(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

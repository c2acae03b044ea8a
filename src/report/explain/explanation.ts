// How one figure of summary.json came about, as data: a formula over inputs, every input with its value, unit and source.
// The text of the formula is what is shown and what is computed (estimate/formula.ts), so the two cannot differ.
import { evaluate } from '../../estimate/formula.ts';

export interface Input {
  /** Its name in the formula. */
  name: string;
  what: string;
  value: number;
  unit: string;
  /** File and line, file and column, or publisher and year. */
  source: string;
}

export interface Explanation {
  /** Of summary.json. */
  key: string;
  unit: string;
  /** One line: what the figure is. */
  what: string;
  formula: string;
  inputs: Input[];
  notes: string[];
}

/** What the formula comes to. */
export function valueOf({ formula, inputs }: Pick<Explanation, 'formula' | 'inputs'>): number {
  return evaluate(formula, Object.fromEntries(inputs.map(({ name, value }) => [name, value])));
}

/** Whether it comes to what summary.json says. Files that were changed, or put together from two runs, explain nothing. */
export function isTold(explanation: Explanation, written: unknown): boolean {
  const made = valueOf(explanation);
  return Number.isFinite(made) ? Math.abs(made - Number(written)) <= 1e-9 * Math.abs(made) : written === null;
}

/** A sum of products: `kwh1 × usd1 + kwh2 × usd2`, with the inputs of all terms; `0` of none. */
export function sumOfProducts(terms: readonly (readonly Input[])[]): Pick<Explanation, 'formula' | 'inputs'> {
  const numbered = terms.map((term, i) =>
    term.map((input) => ({ ...input, name: terms.length === 1 ? input.name : `${input.name}${i + 1}` })),
  );
  return {
    formula: numbered.map((term) => term.map(({ name }) => name).join(' × ')).join(' + ') || '0',
    inputs: numbered.flat(),
  };
}

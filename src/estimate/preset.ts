// A closed-form estimate as data: assumptions with their sources and the ranges in which they may lie, chains of steps
// that compute with them, and published figures to hold beside the result. Values are float64 and rounded only where a
// step says so. Left out: distributions of the assumptions, and that some of them move together.
import type { DimensionName } from '../settings/quantities.ts';
import { evaluate } from './formula.ts';

export interface Input {
  /** As in formulas and in `--set name=value`. */
  name: string;
  what: string;
  unit: string;
  value: number;
  /** Publisher and date, or that it is an assumption. */
  source: string;
  limits: { min: number; max: number; whole?: boolean };
  /** How people may write it: 25M, 6.5 kW, 40%; a plain number if left out. */
  dimension?: DimensionName;
  /** Within which it may lie, and why; without one it is a choice or a definition, not an uncertain figure. */
  range?: { low: number; high: number; why: string };
}

export interface Step {
  name: string;
  what: string;
  unit: string;
  /** Over inputs and earlier steps. */
  formula: string;
  /** As it was published, for the preset's own inputs. */
  published?: string;
  note?: string;
}

export interface Chain {
  title: string;
  about?: string;
  steps: readonly Step[];
}

export interface Preset {
  name: string;
  title: string;
  about: string;
  inputs: readonly Input[];
  chains: readonly Chain[];
  /** Steps whose sensitivity is shown, the most important first. */
  answers: readonly string[];
  /** Published figures of others. */
  references: readonly { figure: string; source: string }[];
  leftOut: string;
}

/** By name of input or step. */
export type Values = Readonly<Record<string, number>>;

export function defaultsOf({ inputs }: Preset): Values {
  return Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
}

/** The inputs and, step by step, what follows from them. */
export function evaluated({ chains }: Preset, inputs: Values): Values {
  const values: Record<string, number> = { ...inputs };
  for (const { steps } of chains)
    for (const { name, formula } of steps) values[name] = evaluate(formula, values);
  return values;
}

export function stepOf({ chains }: Preset, name: string): Step {
  return chains.flatMap(({ steps }) => steps).find((step) => step.name === name)!;
}

// A parameter that a sweep varies: discrete levels, each of which sets one path of the scenario or several together; or a
// continuous range, from which a Latin hypercube takes its own levels. What a level sets is text as `--set` takes it.
import type { Value } from '../point.ts';

export interface Level {
  /** How tables call it. */
  label: string;
  assignments: Record<string, Value>;
}

export interface DiscreteAxis {
  kind: 'discrete';
  name: string;
  levels: Level[];
}

export interface ContinuousAxis {
  kind: 'continuous';
  name: string;
  path: string;
  range: Range;
}

export type Axis = DiscreteAxis | ContinuousAxis;

export interface Range {
  from: number;
  to: number;
  isLogarithmic: boolean;
  /** Whole numbers only: of replicas there are no halves. */
  isWhole: boolean;
  /** Behind every number: `ms`. */
  unit: string;
}

/** Digits of a level that is computed: enough for any setting, and free of the noise of binary fractions. */
const DIGITS = 12;

export function levelOf(path: string, value: Value): Level {
  return { label: String(value), assignments: { [path]: value } };
}

/** Where `share` of the range lies below. */
export function valueWithin({ from, to, isLogarithmic, isWhole, unit }: Range, share: number): Value {
  const value = isLogarithmic
    ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)))
    : from + share * (to - from);
  return written(isWhole ? Math.round(value) : rounded(value, isLogarithmic || share % 1 !== 0), unit);
}

/** As text where it has a unit. */
export function written(value: number, unit: string): Value {
  return unit === '' ? value : `${value}${unit}`;
}

/** Drawn values need no more than six digits. */
export function rounded(value: number, isDrawn = false): number {
  return Number(value.toPrecision(isDrawn ? 6 : DIGITS));
}

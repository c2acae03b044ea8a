// The values of a parameter as people write them: `100`, `hpa`, `1000..2000:100` (steps of 100), `1..1000*10` (times 10),
// `0.5..2` (anything between, for a Latin hypercube), with units: `10ms..50ms:10ms`. Both ends belong to a range; where the
// steps do not meet its end, that is a mistake.
import type { Value } from '../point.ts';
import { rounded, written, type Range } from './axis.ts';

export interface Problem {
  problem: string;
}

const LEVELS_MAX = 10_000;
const NUMBER = String.raw`([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`;
const UNIT = String.raw`([A-Za-zµ%/]*)`;
const RANGE = new RegExp(String.raw`^${NUMBER}${UNIT}\.\.${NUMBER}${UNIT}(?:([:*])${NUMBER}${UNIT})?$`);
const FORMS = 'write from..to:step, from..to*factor, or from..to for a Latin hypercube';

export function isRange(text: string): boolean {
  return /^[+-]?[\d.]+[^\s.]*\.\.[+-]?[\d.]/.test(text.trim());
}

/** Levels of a range with a step or a factor, or a range without. */
export function parseRange(text: string): Value[] | Range | Problem {
  const match = RANGE.exec(text.trim());
  if (match === null) return { problem: `is not a range; ${FORMS}` };
  const [, fromText, unit, toText, toUnit, operator, byText, byUnit] = match;
  if (toUnit !== unit || (operator === ':' && byUnit !== unit))
    return { problem: 'has several units; write the same one at every number of the range' };
  const [from, to, by] = [fromText, toText, byText].map(Number);
  if (!(to > from)) return { problem: 'must go upwards; write the lower end first' };
  if (operator === undefined) {
    return { from, to, isLogarithmic: false, isWhole: !/[.eE]/.test(fromText + toText), unit };
  }
  const numbers = operator === ':' ? steps({ from, to, by }) : powers({ from, to, by });
  if ('problem' in numbers) return numbers;
  return numbers.map((number) => written(number, unit));
}

interface Stepped {
  from: number;
  to: number;
  by: number;
}

function steps({ from, to, by }: Stepped): number[] | Problem {
  if (!(by > 0)) return { problem: 'has a step that leads nowhere; write one above 0' };
  const count = Math.round((to - from) / by);
  if (count >= LEVELS_MAX) return { problem: `has more than ${LEVELS_MAX} values; write a larger step` };
  const numbers = Array.from({ length: count + 1 }, (_, i) => rounded(from + i * by));
  return numbers.at(-1) === rounded(to) ? numbers : missed(to);
}

function powers({ from, to, by }: Stepped): number[] | Problem {
  if (!(from > 0)) return { problem: 'cannot be multiplied from 0 or below; begin above 0' };
  if (!(by > 1)) return { problem: 'has a factor that leads nowhere; write one above 1' };
  const numbers = [from];
  while (numbers.at(-1)! * by <= to * (1 + 1e-9)) {
    numbers.push(rounded(numbers.at(-1)! * by));
    if (numbers.length > LEVELS_MAX)
      return { problem: `has more than ${LEVELS_MAX} values; write a larger factor` };
  }
  return numbers.at(-1) === rounded(to) ? numbers : missed(to);
}

function missed(to: number): Problem {
  return { problem: `does not come to ${to} by these steps; change its end or its step` };
}

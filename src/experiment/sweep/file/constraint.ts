// `slo_attainment >= 0.99`: a key of the summary, an operator, a number (`99%` too).
import { parseQuantity } from '../../../settings/quantities.ts';
import type { Constraint } from './experiment.ts';

const FORM = 'write key operator number, e.g. slo_attainment >= 0.99';

export function parseConstraint(text: string): Constraint | { problem: string } {
  const match = /^\s*([\w.]+)\s*(>=|<=|>|<)\s*(\S.*)$/.exec(text);
  if (match === null) return { problem: `is not a constraint; ${FORM}` };
  const [, key, operator, written] = match;
  const limit = parseQuantity(written.trim(), written.trim().endsWith('%') ? 'share' : 'count');
  if (typeof limit !== 'number') return { problem: `has no number behind ${operator}; ${FORM}` };
  return {
    text: `${key} ${operator} ${written.trim()}`,
    key,
    operator: operator as Constraint['operator'],
    limit,
  };
}

export function isMet({ operator, limit }: Constraint, value: number): boolean {
  if (operator === '>=') return value >= limit;
  if (operator === '<=') return value <= limit;
  return operator === '>' ? value > limit : value < limit;
}

// Token counts: from a distribution to the probability of every whole number of tokens. Continuous distributions are
// rounded to the nearest whole number (everything below 1.5 becomes 1). Probabilities are whole multiples of 2^-32,
// the resolution of one draw, so that the tails end where less than half of that remains. A table takes milliseconds, and
// the same lengths are asked for again and again (checks, cells, the points of a sweep): the last few are kept.
import { firstAbove } from '../../kernel/bisect.ts';
import { gammaDistribution, normalDistribution } from '../../kernel/gamma-function.ts';
import { LastUsed } from '../../kernel/last-used.ts';
import { UserError } from '../../kernel/user-error.ts';
import { AliasTable } from './alias.ts';
import type { LengthSpec } from '../spec.ts';

/** Longest prompt or output, tokens: no model of today reads more. */
export const TOKENS_MAX = 1_000_000;

/** Below this part of a distribution within [min, max], 2^-32 of it is no longer known exactly. */
const PART_MIN = 1e-6;
const RESOLUTION = 0x100000000;

export interface LengthMasses {
  /** The smallest number of tokens that can be drawn. */
  first: number;
  /** Probability of first, first + 1, …; sums to 1 exactly. */
  masses: Float64Array;
}

interface Kept {
  masses: LengthMasses;
  /** Made when somebody draws. */
  table?: AliasTable;
}

/** By the text of its spec. */
const kept = new LastUsed<Kept>(8);
/** Larger ones are not kept: 24 bytes each, with the columns of the table. */
const KEPT_NUMBERS_MAX = 200_000;

/**
 * Probability of every number of tokens, not to be written to; UserError (without a place) where the parameters make no
 * distribution.
 */
export function lengthMasses(spec: LengthSpec): LengthMasses {
  return keptOf(spec).masses;
}

/** Draws from the distribution; errors as above. */
export function lengthTable(spec: LengthSpec): AliasTable {
  const found = keptOf(spec);
  return (found.table ??= new AliasTable(found.masses.first, found.masses.masses));
}

function keptOf(spec: LengthSpec): Kept {
  const key = JSON.stringify(spec);
  const found = kept.get(key) ?? { masses: massesOf(spec) };
  if (found.masses.masses.length <= KEPT_NUMBERS_MAX) kept.set(key, found);
  return found;
}

function massesOf(spec: LengthSpec): LengthMasses {
  const { min = 1, max = TOKENS_MAX } = spec;
  check(isTokenCount(min), `min is ${min}; it is a whole number from 1 to ${TOKENS_MAX}`);
  check(isTokenCount(max), `max is ${max}; it is a whole number from 1 to ${TOKENS_MAX}`);
  check(min <= max, `min ${min} is above max ${max}; exchange them`);
  const atMost = distribution(spec);
  const below = min === 1 ? 0 : atMost(min - 1);
  const part = atMost(max) - below;
  check(
    spec.max !== undefined || 1 - atMost(max) < PART_MIN,
    `more than one length in a million exceeds ${TOKENS_MAX} tokens; give max, or a smaller mean`,
  );
  check(part >= PART_MIN, `hardly any length lies between min ${min} and max ${max}; widen the interval`);

  let first = min;
  let reached = 0;
  const masses: number[] = [];
  for (let tokens = min; reached < RESOLUTION; tokens++) {
    const conditional = tokens === max ? 1 : (atMost(tokens) - below) / part;
    const next = Math.max(reached, Math.round(conditional * RESOLUTION));
    if (next === 0) first = tokens + 1;
    else masses.push((next - reached) / RESOLUTION);
    reached = next;
  }
  return { first, masses: Float64Array.from(masses) };
}

/** Probability that a length is at most so many whole tokens, before conditioning on [min, max]. */
function distribution(spec: LengthSpec): (tokens: number) => number {
  switch (spec.kind) {
    case 'constant': {
      const { value } = spec;
      check(isTokenCount(value), `value is ${value}; it is a whole number from 1 to ${TOKENS_MAX}`);
      return (tokens) => (tokens >= value ? 1 : 0);
    }
    case 'lognormal': {
      const { mean, sigma } = spec;
      check(isPositive(mean) && isPositive(sigma), `mean ${mean} and sigma ${sigma} are numbers above 0`);
      const mu = Math.log(mean) - (sigma * sigma) / 2;
      return (tokens) => normalDistribution((Math.log(tokens + 0.5) - mu) / sigma);
    }
    case 'gamma': {
      const { mean, shape } = spec;
      check(isPositive(mean) && isPositive(shape), `mean ${mean} and shape ${shape} are numbers above 0`);
      const cdf = gammaDistribution(shape);
      return (tokens) => cdf(((tokens + 0.5) * shape) / mean);
    }
    case 'geometric': {
      const { mean } = spec;
      check(isPositive(mean) && mean >= 1, `mean is ${mean}; it is a number from 1 on`);
      const logContinue = Math.log1p(-1 / mean);
      return (tokens) => -Math.expm1(tokens * logContinue);
    }
    case 'quantiles':
      return piecewiseLinear(spec.points);
  }
}

function piecewiseLinear(points: { p: number; tokens: number }[]): (tokens: number) => number {
  check(points.length >= 2, 'quantiles are at least two points');
  check(points[0].p === 0 && points.at(-1)!.p === 1, 'the first point has p 0, the last p 1');
  for (const [i, { p, tokens }] of points.entries()) {
    check(
      tokens >= 1 && tokens <= TOKENS_MAX,
      `point ${i + 1} has ${tokens} tokens; from 1 to ${TOKENS_MAX}`,
    );
    if (i === 0) continue;
    const rises = p >= points[i - 1].p && tokens >= points[i - 1].tokens;
    check(rises, `point ${i + 1} (p ${p}, ${tokens} tokens) lies below the one before; sort the points`);
  }
  return (whole) => {
    const tokens = whole + 0.5;
    const above = firstAbove(points, tokens, (point) => point.tokens);
    if (above === 0) return 0;
    if (above === points.length) return 1;
    const from = points[above - 1];
    const to = points[above];
    return from.p + ((to.p - from.p) * (tokens - from.tokens)) / (to.tokens - from.tokens);
  };
}

function isTokenCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= TOKENS_MAX;
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

function check(condition: boolean, problem: string): void {
  if (!condition) throw new UserError(problem);
}

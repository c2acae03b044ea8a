// The kinds of keys from which the inputs of the rules in this folder are made, beside those of settings/keys.ts.
import type { z } from 'zod';
import { quantity, text } from '../../../settings/keys.ts';

/** Above every count, token sum and price that anybody measures; below where doubles lose whole numbers. */
const LARGEST = 1e15;

/** A whole number >= 0. */
export const count = (description: string) =>
  quantity('count', { min: 0, max: LARGEST, whole: true }, description);

/** A number >= 0. */
export const amount = (description: string) => quantity('count', { min: 0, max: LARGEST }, description);

/** A number > 0. */
export const positive = (description: string) => quantity('count', { above: 0, max: LARGEST }, description);

/** A part of a whole. */
export const share = (description: string) => quantity('share', { min: 0, max: 1 }, description);

/** A part of a whole, not none of it. */
export const positiveShare = (description: string) => quantity('share', { above: 0, max: 1 }, description);

export const seconds = (description: string) => quantity('seconds', { min: 0, max: 1e9 }, description);

/** `key`, or null; null when left out, which means `otherwise`. */
export function optional<T extends z.ZodType>(key: T, otherwise: string) {
  return key
    .nullable()
    .prefault(null as never)
    .meta({ ...key.meta(), otherwise: `null: ${otherwise}` });
}

/** A text that may be left out: the same for all, then. */
export const label = (description: string) => text(description, 'a').prefault('default');

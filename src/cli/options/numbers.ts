// Whole numbers on the command line.
import { UserError } from '../../kernel/user-error.ts';

/** `text` as a whole number in [min, max]; `what` names the option in the message. */
export function wholeNumber(what: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UserError(`${what}: must be a whole number from ${min} to ${max}, got "${text}"`);
}

export const THREADS_MAX = 256;

/** Of `--threads`; undefined where the user leaves it to the program. */
export function threadCount(text: string | undefined): number | undefined {
  return text === undefined ? undefined : wholeNumber('--threads', text, [1, THREADS_MAX]);
}

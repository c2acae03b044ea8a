// Names are matched without case and punctuation: `GPT-3 175B`, `gpt3-175b` and `gpt-3-175b` are the same entry.
import { UserError } from '../kernel/user-error.ts';

export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9.]/g, '');
}

/** The canonical key of `name` in `entries`, or undefined. */
export function findKey(entries: Record<string, unknown>, name: string): string | undefined {
  const wanted = normaliseName(name);
  return Object.keys(entries).find((key) => normaliseName(key) === wanted);
}

/** Throws a UserError that lists what there is. */
export function lookUp<T>(entries: Record<string, T>, what: string, name: string): T {
  const key = findKey(entries, name);
  if (key === undefined) {
    throw new UserError(`unknown ${what} "${name}"; known: ${Object.keys(entries).join(', ')}`);
  }
  return entries[key];
}

// From a mistake (a path in the data, what is wrong, how to mend it) to the line that the user reads:
// `file:line:column path: what is wrong, got value; fix`.
import { inspect } from 'node:util';
import type { z } from 'zod';
import type { Path } from './source.ts';

export interface Problem {
  path: Path;
  /** `what is wrong; how to mend it`. */
  message: string;
  /** The key itself is the mistake, not its value. */
  atKey?: boolean;
  /** What cannot be judged because of it, if more than what is at `path`. */
  spoils?: Path;
}

/** What zod says of a union that has no message of its own. */
const NO_MESSAGE = 'Invalid input';

/** One problem per mistake; a union's are those of the alternative that the value comes nearest to. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], above: Path = []): Problem[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...(issue.path as Path)];
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, i) => ({ path: [...path, key], message: messages[i], atKey: true }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.message === NO_MESSAGE) {
      const nearest = issue.errors.reduce((best, branch) =>
        depthOf(branch) >= depthOf(best) ? branch : best,
      );
      return problemsOf(nearest, path);
    }
    // Without its kind, nothing is known of a mapping's other keys.
    const isKind = issue.code === 'invalid_union' && 'discriminator' in issue;
    return [{ path, message: issue.message, ...(isKind && { spoils: path.slice(0, -1) }) }];
  });
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((depth, issue) => {
    // An unknown key is told of what holds it.
    return Math.max(depth, issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0));
  }, 0);
}

/** `path: what is wrong, got value; fix`, about the deepest part of the path that exists. */
export function problemText(data: unknown, { path, message, atKey }: Problem): string {
  const { value, isMissing, depth } = valueAt(data, path);
  const [what, ...fix] = message.split('; ');
  const place = writtenPath(path.slice(0, depth));
  if (isMissing && !what.startsWith('is missing')) return [`${place}: is missing`, ...fix].join('; ');
  const isEmpty = value === null && !atKey;
  const got = atKey || isMissing || isEmpty ? '' : `, got ${shown(value)}`;
  return [`${place}: ${isEmpty ? 'is empty' : what}${got}`, ...fix].join('; ');
}

/** The value at `path`; where a single value stands in the way (a shorthand), that one. */
export function valueAt(data: unknown, path: Path): { value: unknown; isMissing: boolean; depth: number } {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return { value, isMissing: false, depth };
    if (!Object.hasOwn(value, key)) return { value: undefined, isMissing: true, depth: path.length };
    value = (value as Record<string | number, unknown>)[key];
  }
  return { value, isMissing: false, depth: path.length };
}

/** `fleet.pools[0].replicas`. */
export function writtenPath(path: Path): string {
  if (path.length === 0) return 'scenario';
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${plain(key)}`))
    .join('');
}

/** A key that is no word is quoted: it may hold dots, line ends or control characters. */
function plain(key: string): string {
  return /^[\w-]+$/.test(key) ? key : shown(key);
}

function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 3, maxStringLength: 20 });
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

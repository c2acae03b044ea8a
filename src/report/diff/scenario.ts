// What two resolved scenarios say differently: by path, every default written out in both. Entries of a list are told
// apart by their name where they have one, so that a pool more does not shift all that follow.
import { parse } from 'yaml';
import { UserError } from '../../kernel/user-error.ts';

export interface ScenarioDifference {
  /** As `--set` takes it, but for names of pools: fleet.pools[main].replicas. */
  path: string;
  /** undefined: it has none. */
  a: unknown;
  b: unknown;
}

export function scenarioDifferences(a: unknown, b: unknown): ScenarioDifference[] {
  const [left, right] = [leaves(a), leaves(b)];
  const paths = [...new Set([...left.keys(), ...right.keys()])];
  return paths
    .filter((path) => !Object.is(left.get(path), right.get(path)))
    .map((path) => ({ path, a: left.get(path), b: right.get(path) }));
}

export function readScenario(file: string, text: string): unknown {
  try {
    const value: unknown = parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new UserError(`${file}: is no resolved scenario; run the scenario again with --force`);
}

function leaves(value: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  collect(value, '', found);
  return found;
}

function collect(value: unknown, path: string, found: Map<string, unknown>): void {
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry !== 'object')) {
      found.set(path, value.length > 0 ? `[${value.join(', ')}]` : undefined);
    } else {
      for (const [i, entry] of value.entries()) collect(entry, `${path}[${nameOf(entry) ?? i}]`, found);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, path === '' ? key : `${path}.${key}`, found);
    }
  } else {
    found.set(path, value ?? undefined);
  }
}

function nameOf(entry: unknown): string | undefined {
  const hasName = typeof entry === 'object' && entry !== null && 'name' in entry;
  return hasName && typeof entry.name === 'string' ? entry.name : undefined;
}

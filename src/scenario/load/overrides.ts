// `--set fleet.pools[0].replicas=1200`: puts a value, written as YAML, into the data of a scenario before it is
// checked. Mappings that are absent are created; items of lists must exist. Data is never changed in place: an alias
// makes two keys share one mapping.
import { parseDocument } from 'yaml';
import { isNestedTooDeeply } from './nesting.ts';
import { writtenPath } from './problems.ts';
import type { Path } from './source.ts';

export interface Override {
  path: Path;
  value: unknown;
  /** As the user wrote it, for messages: `--set seed=7`. */
  written: string;
}

/** What is wrong with it, as a whole message. */
export interface OverrideProblem {
  problem: string;
}

export function parseOverride(argument: string): Override | OverrideProblem {
  const written = `--set ${shortened(argument)}`;
  const equals = argument.indexOf('=');
  if (equals < 0)
    return { problem: `${written}: has no "="; write --set path=value, e.g. --set duration=10m` };
  const path = parsePath(argument.slice(0, equals).trim());
  if (!path) {
    return {
      problem: `${written}: cannot read the path; write keys and list positions like fleet.pools[0].replicas`,
    };
  }
  const text = argument.slice(equals + 1);
  if (isNestedTooDeeply(text)) {
    return { problem: `${written}: the value is nested too deeply; write a simpler one` };
  }
  const document = parseDocument(text, {
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
  });
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake) return { problem: `${written}: the value is not valid YAML (${mistake.message}); quote it` };
  try {
    return { path, value: document.toJS({ maxAliasCount: 0 }), written };
  } catch {
    return { problem: `${written}: the value may not hold aliases; write it out or quote it` };
  }
}

/** Copies `data` with the override in it. */
export function applyOverride(data: unknown, override: Override): { data: unknown } | OverrideProblem {
  try {
    return { data: withValue(data, override.path, override.value) };
  } catch (error) {
    if (error instanceof Misplaced) return { problem: `${override.written}: ${error.message}` };
    throw error;
  }
}

class Misplaced extends Error {}

/** A copy of `holder` with `value` at `path`; where that cannot be, throws what applyOverride makes a problem of. */
export function withValue(holder: unknown, path: Path, value: unknown, depth = 0): unknown {
  if (depth === path.length) return value;
  const key = path[depth];
  const where = depth === 0 ? 'the scenario' : writtenPath(path.slice(0, depth));
  if (typeof key === 'number') {
    if (holder === undefined) throw new Misplaced(`${where} is not in the file; set ${where} as a whole`);
    if (!Array.isArray(holder)) throw new Misplaced(`${where} is not a list in the file; leave out [${key}]`);
    if (key >= holder.length) {
      const last = holder.length - 1;
      throw new Misplaced(
        `${where} has ${holder.length} item(s), there is no [${key}]; use [0] to [${last}]`,
      );
    }
    return holder.map((item: unknown, i) => (i === key ? withValue(item, path, value, depth + 1) : item));
  }
  if (Array.isArray(holder)) {
    throw new Misplaced(`${where} is a list; say which item, e.g. ${where}[0].${key}`);
  }
  if (holder !== undefined && holder !== null && typeof holder !== 'object') {
    throw new Misplaced(`${where} is a single value in the file, without keys; set ${where} as a whole`);
  }
  const old = (holder ?? {}) as Record<string, unknown>;
  const inner = Object.hasOwn(old, key) ? old[key] : undefined;
  return { ...old, [key]: withValue(inner, path, value, depth + 1) };
}

/** `fleet.pools[0].replicas` → ['fleet', 'pools', 0, 'replicas']; undefined if it is not of that form. */
function parsePath(text: string): Path | undefined {
  if (!/^[\w-]+(\[\d{1,6}\])*(\.[\w-]+(\[\d{1,6}\])*)*$/.test(text)) return undefined;
  return [...text.matchAll(/[\w-]+|\[\d+\]/g)].map(([part]) =>
    part.startsWith('[') ? Number(part.slice(1, -1)) : part,
  );
}

function shortened(text: string): string {
  const line = text.replaceAll(/\p{Cc}/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}

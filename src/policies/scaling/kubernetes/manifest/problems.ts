// From what the schema finds wrong in a manifest to the lines that the user reads: `file:line:column path what is
// wrong; how to mend it`.
import type { z } from 'zod';
import type { Manifest, ManifestPath } from '../../manifest-yaml.ts';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with `written`, with every item of its list looked at alone too: a schema leaves the rules between keys
 * unchecked while some key is wrong.
 */
export function allIssues(
  schema: z.ZodType,
  written: Readonly<Record<string, unknown>>,
  { list, beside }: { list: string; beside: Readonly<Record<string, unknown>> },
): Issue[] {
  const issues: Issue[] = [...(schema.safeParse({ ...written, ...beside }).error?.issues ?? [])];
  const items = issues.length > 0 && Array.isArray(written[list]) ? (written[list] as unknown[]) : [];
  for (const [i, item] of items.entries()) {
    const alone = schema.safeParse({ ...beside, [list]: [item] }).error?.issues ?? [];
    for (const issue of alone) {
      const path = issue.path.map((key, depth) => (depth === 1 && issue.path[0] === list ? i : key));
      const isKnown = issues.some((known) => known.message === issue.message && samePath(known.path, path));
      if (!isKnown) issues.push({ ...issue, path });
    }
  }
  return issues;
}

function samePath(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** By line and column, as one mends them. */
export function inOrder(problems: readonly string[]): string[] {
  const placeOf = (problem: string) => /:(\d+):(\d+) /.exec(problem)?.slice(1).map(Number) ?? [0, 0];
  return problems.toSorted((a, b) => {
    const [[lineA, columnA], [lineB, columnB]] = [placeOf(a), placeOf(b)];
    return lineA - lineB || columnA - columnB;
  });
}

export function manifestProblems(
  { place }: Manifest,
  issues: readonly Issue[],
  above: ManifestPath = [],
): string[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...(issue.path as (string | number)[])];
    if (issue.code !== 'unrecognized_keys') return [problemAt(place(path), path, issue.message)];
    const messages = issue.message.split('\n');
    return issue.keys.map((key, i) => problemAt(place([...path, key], 'key'), [...path, key], messages[i]));
  });
}

function problemAt(place: string, path: ManifestPath, message: string): string {
  return `${place} ${writtenPath(path)} ${message}`;
}

/** `spec.metrics[0].type`. */
export function writtenPath(path: ManifestPath): string {
  if (path.length === 0) return 'the manifest';
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${key}`)).join('');
}

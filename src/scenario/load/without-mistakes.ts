// A file with mistakes in single keys, as if those keys had been left out: so that rules between the other keys can
// still be checked and all mistakes be reported at once.
import { scenarioFile, type ScenarioFile } from '../schema.ts';
import { problemsOf, valueAt } from './problems.ts';
import type { Path } from './source.ts';

/** Leaving out a required key is a mistake in what holds it, and so on: as often as the schema is deep. */
const ROUNDS_MAX = 10;

export interface Remainder {
  file: ScenarioFile;
  leftOut: Path[];
}

/** undefined where so little is sound that there are `mistakesMax` or more mistakes. */
export function withoutMistakes(data: unknown, mistakesMax: number): Remainder | undefined {
  let rest = data;
  const leftOut: Path[] = [];
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const parsed = scenarioFile.safeParse(rest);
    if (parsed.success) return { file: parsed.data, leftOut };
    const problems = problemsOf(parsed.error.issues);
    if (problems.length >= mistakesMax) return undefined;
    for (const { path, spoils = path } of problems) {
      leftOut.push(removable(rest, spoils));
      rest = without(rest, leftOut.at(-1)!);
    }
  }
  return undefined;
}

/** `path`, or the nearest thing above it that is there to be left out. */
function removable(data: unknown, path: Path): Path {
  const { value, isMissing, depth } = valueAt(data, path);
  const isEmptied = typeof path.at(-1) === 'number' && isEmptyMapping(value);
  return (isMissing || isEmptied) && path.length > 0
    ? removable(data, path.slice(0, -1))
    : path.slice(0, depth);
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** A copy without what is at `path`; items of lists become empty mappings, to keep the others' positions. */
function without(data: unknown, path: Path): unknown {
  if (path.length === 0) return {};
  const [key, ...below] = path;
  if (Array.isArray(data)) {
    return data.map((item: unknown, i) => (i === key ? without(item, below) : item));
  }
  const { [key]: value, ...others } = data as Record<string, unknown>;
  return below.length === 0 ? others : { ...others, [key]: without(value, below) };
}

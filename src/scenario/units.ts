// The documented unit of every key that has one: `fleet.pools.batching.maxDelay` → `seconds`, items of lists without
// brackets. Read from the schema's own objects: to make its JSON Schema first would take ten times as long.
import { z } from 'zod';
import { scenarioFile } from './schema.ts';

let units: ReadonlyMap<string, string> | undefined;

export function unitsByPath(): ReadonlyMap<string, string> {
  return (units ??= new Map(unitsBelow(scenarioFile, '')));
}

function unitsBelow(type: unknown, path: string): [path: string, unit: string][] {
  if (!(type instanceof z.ZodType)) return [];
  const unit = type.meta()?.unit;
  if (typeof unit === 'string') return unit === '' ? [] : [[path, unit]];
  if (type instanceof z.ZodObject) {
    return Object.entries(type.shape).flatMap(([key, inner]) =>
      unitsBelow(inner, path === '' ? key : `${path}.${key}`),
    );
  }
  return innerTypes(type).flatMap((inner) => unitsBelow(inner, path));
}

/** What stands at the same place. */
function innerTypes(type: z.ZodType): readonly unknown[] {
  if (type instanceof z.ZodArray) return [type.element];
  if (type instanceof z.ZodUnion) return type.options;
  if (type instanceof z.ZodPipe) return [type.in, type.out];
  const isWrapper = [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodPrefault].some(
    (wrapper) => type instanceof wrapper,
  );
  return isWrapper ? [(type as z.ZodOptional).unwrap()] : [];
}

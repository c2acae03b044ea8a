import { expect, it } from 'vitest';
import { annotatedSchema, type SchemaNode } from '../../src/scenario/json-schema.ts';
import { unitsByPath } from '../../src/scenario/units.ts';

it('the units of all keys are those of the JSON Schema', () => {
  const units = unitsByPath();
  expect(units.get('fleet.pools.batching.maxDelay')).toBe('seconds');
  expect(units).toEqual(new Map(unitsOf(annotatedSchema(), '')));
});

function unitsOf(node: SchemaNode, path: string): [string, string][] {
  const alternatives = [node.items, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return [
    ...(node.unit ? [[path, node.unit] as [string, string]] : []),
    ...alternatives.flatMap((inner) => (inner ? unitsOf(inner, path) : [])),
    ...Object.entries(node.properties ?? {}).flatMap(([key, inner]) =>
      unitsOf(inner, path === '' ? key : `${path}.${key}`),
    ),
  ];
}

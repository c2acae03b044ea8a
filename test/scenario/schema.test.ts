import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { scenarioJsonSchema, type SchemaNode } from '../../src/scenario/json-schema.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { scenarioReference } from '../../src/scenario/reference.ts';
import { shippedScenarios } from '../../src/scenario/shipped.ts';

/** Every key of a mapping, with its path. */
function keysOf(node: SchemaNode, path = ''): [string, SchemaNode][] {
  const below = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.items ? [node.items] : [])];
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, inner]): [string, SchemaNode][] => [
      [`${path}.${key}`, inner],
      ...keysOf(inner, `${path}.${key}`),
    ]),
    ...below.flatMap((inner) => keysOf(inner, path)),
  ];
}

function requiredKeys(node: SchemaNode, path = ''): string[] {
  const below = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.items ? [node.items] : [])];
  return [
    ...(node.required ?? []).map((key) => `${path}.${key}`),
    ...Object.entries(node.properties ?? {}).flatMap(([key, inner]) => requiredKeys(inner, `${path}.${key}`)),
    ...below.flatMap((inner) => requiredKeys(inner, path)),
  ];
}

describe('the JSON Schema', () => {
  const schema = scenarioJsonSchema();
  const validator = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

  it('accepts every shipped scenario, as written and resolved', () => {
    for (const { name, path } of shippedScenarios()) {
      expect(validator.safeParse(parse(readFileSync(path, 'utf8'))).error, name).toBeUndefined();
      if (name === 'azure-conversation') continue;
      expect(validator.safeParse(parse(loadScenario(path, []).resolvedYaml)).error, name).toBeUndefined();
    }
  });

  it.each<[unknown]>([
    [{ sead: 1 }],
    [{ seed: true }],
    [{ seed: -1 }],
    [{ fleet: { pools: [{ replicas: 0 }] } }],
    [{ fleet: { pools: [{ batching: 'dynamical' }] } }],
    [{ routing: { policy: 'fastest' } }],
    [{ workload: { arrivals: { kind: 'constant' } } }],
  ])('refuses %j', (file) => {
    expect(validator.safeParse(file).success).toBe(false);
  });

  it('describes every key, and gives a default to every key that may be left out', () => {
    const keys = keysOf(schema);
    const required = new Set(requiredKeys(schema));
    expect(keys.length).toBeGreaterThan(80);
    for (const [path, node] of keys) expect(node.description, path).toBeTruthy();
    const optional = keys.filter(
      ([path]) => !/\.(value|mean|shape|points|p|tokens|path|periods)$/.test(path),
    );
    for (const [path, node] of optional) {
      const isDiscriminator = node.const !== undefined;
      const hasDefault = node.default !== undefined || /Default: /.test(node.description ?? '');
      const isRequired = required.has(path);
      expect(isDiscriminator || hasDefault || isRequired, path).toBe(true);
    }
  });

  it('uses standard keywords only', () => {
    expect(JSON.stringify(schema)).not.toMatch(/"(unit|otherwise)":"|"bare":/);
  });
});

describe('docs/scenario.md', () => {
  it('is what `fleetday schema --markdown` prints', () => {
    const written = readFileSync(new URL('../../docs/scenario.md', import.meta.url), 'utf8');
    expect(written).toBe(scenarioReference());
  });
});

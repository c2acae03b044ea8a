// Whatever one does to a valid scenario, it is either still valid or a UserError: never a crash, never a scenario
// with a number that is not finite.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { UserError } from '../../../src/kernel/user-error.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { shippedScenarios } from '../../../src/scenario/shipped.ts';
import { newFolder } from '../scenario-text.ts';

type Json = Record<string, unknown> | unknown[];

/** Every place in the data: the mapping or list, and the key in it. */
function placesIn(data: unknown): { holder: Json; key: string }[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.keys(data).flatMap((key) => [
    { holder: data as Json, key },
    ...placesIn((data as Record<string, unknown>)[key]),
  ]);
}

const replacement = fc.oneof(
  fc.constantFrom(
    NaN,
    Infinity,
    -Infinity,
    0,
    -0,
    -1,
    0.5,
    1e-300,
    1e300,
    2 ** 53,
    2 ** 31,
    1e6,
    100_001,
    257,
  ),
  fc.constantFrom(
    '',
    'x',
    '3x',
    '1e999',
    '24h',
    '0s',
    '-5 ms',
    '10%',
    'auto',
    'none',
    '\0',
    '__proto__',
    '💥',
  ),
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    [],
    {},
    [1, 2],
    [{}],
    { kind: 'constant' },
    { kind: 'fixed' },
    { policy: 'static' },
    { mean: 5 },
  ),
  fc.integer({ min: -10, max: 5000 }),
  fc.double(),
);

const mutation = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'delete', 'add'),
  value: replacement,
});

function mutate(
  data: unknown,
  { place, kind, value }: { place: number; kind: string; value: unknown },
): void {
  const places = placesIn(data);
  if (places.length === 0) return;
  const { holder, key } = places[place % places.length];
  if (kind === 'add') (holder as Record<string, unknown>)[Array.isArray(holder) ? '0' : `${key}x`] = value;
  else if (kind === 'replace') (holder as Record<string, unknown>)[key] = value;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

/** Where Infinity stands for no limit. */
const LIMITS = ['upPerMinute', 'downPerMinute'];

function numbersIn(data: unknown): number[] {
  if (typeof data === 'number') return [data];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    LIMITS.includes(key) && value === Infinity ? [] : numbersIn(value),
  );
}

const originals = shippedScenarios().map((shipped) => readFileSync(shipped.path, 'utf8'));
const file = path.join(newFolder(), 's.yaml');

describe('a mutated scenario', () => {
  it('is valid or a list of messages with places, nothing else', () => {
    const property = fc.property(
      fc.constantFrom(...originals),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (original, mutations) => {
        const data: unknown = parse(original);
        for (const one of mutations) mutate(data, one);
        writeFileSync(file, stringify(data));
        try {
          const { scenario, resolvedYaml } = loadScenario(file, []);
          for (const number of numbersIn(scenario)) expect(number).toBeLessThan(Infinity);
          writeFileSync(file, resolvedYaml);
          expect(loadScenario(file, []).resolvedYaml).toBe(resolvedYaml);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.problems.length).toBeGreaterThan(0);
          for (const problem of error.problems) expect(problem).toMatch(/s\.yaml:(\d+:\d+ )?.*: \S|^… and/);
        }
      },
    );
    fc.assert(property, { numRuns: 250 });
  });

  it('whose text is cut or garbled is refused or valid, too', () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat(30),
      insert: fc.string({ maxLength: 5, unit: 'binary' }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...originals), edit, (original, { at, cut, insert }) => {
        const from = at % original.length;
        writeFileSync(file, original.slice(0, from) + insert + original.slice(from + cut));
        try {
          loadScenario(file, []);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('and whatever is written after --set is refused or valid', () => {
    writeFileSync(file, originals[0]);
    const argument = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('fleet.pools[0].replicas', 'slo', 'workload.trace', 'a.b[0]'), fc.string())
        .map((parts) => parts.join('=')),
    );
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 3 }), (overrides) => {
        expect(() => loadScenario(file, overrides)).toThrow(UserError);
      }),
      { numRuns: 100 },
    );
  });
});

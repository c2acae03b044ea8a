// The kinds of keys from which the scenario's schema is put together. Each carries its description, unit and default
// as metadata (json-schema.ts), from which the JSON Schema and docs/scenario.md are generated, and phrases its own mistakes as
// `what is wrong; how to mend it` (the reader adds place and value).
import { z } from 'zod';
import { findKey } from '../catalog/lookup.ts';
import { suggestion } from './suggest.ts';
import { DIMENSIONS, parseQuantity, type DimensionName } from './quantities.ts';

/** `key` without a constant default: left out, it becomes what `otherwise` says. */
export function derived<T extends z.ZodType>(key: T, otherwise: string) {
  return key.optional().meta({ ...key.meta(), otherwise });
}

interface QuantityRules {
  min?: number;
  /** Exclusive lower bound. */
  above?: number;
  max?: number;
  whole?: boolean;
}

/** A number in the dimension's documented unit, or text with a unit that parseQuantity knows. */
export function quantity(dimension: DimensionName, rules: QuantityRules, description: string) {
  const { unit } = DIMENSIONS[dimension];
  return z
    .unknown()
    .transform((value, context): number => {
      if (value === undefined) {
        context.addIssue({ code: 'custom', message: `is missing; give one: ${description}` });
        return z.NEVER;
      }
      const parsed = parseQuantity(value, dimension);
      const problem = typeof parsed === 'number' ? brokenRule(parsed, rules, unit) : parsed.problem;
      if (problem === undefined) return parsed as number;
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    })
    .meta({
      description,
      unit,
      type: [rules.whole ? 'integer' : 'number', 'string'],
      ...(rules.min !== undefined && { minimum: rules.min }),
      ...(rules.above !== undefined && { exclusiveMinimum: rules.above }),
      ...(rules.max !== undefined && { maximum: rules.max }),
    });
}

function brokenRule(value: number, rules: QuantityRules, unit: string): string | undefined {
  const { min, above, max, whole } = rules;
  const units = unit && ` (${unit})`;
  if (whole && !Number.isInteger(value)) return `must be a whole number${unit && ` of ${unit}`}; round it`;
  if (min !== undefined && value < min) return `must be at least ${min}${units}; raise it`;
  if (above !== undefined && value <= above) return `must be more than ${above}${units}; raise it`;
  if (max !== undefined && value > max) return `must be at most ${max}${units}; lower it`;
  return undefined;
}

/** A mapping of exactly these keys. */
export function section<T extends z.core.$ZodLooseShape>(shape: T, description: string) {
  const known = Object.keys(shape);
  return z
    .strictObject(shape, {
      error: (issue) => {
        // One line per key: the reader makes one problem of each.
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => `unknown key; ${suggestion(key, known)}`).join('\n');
        }
        return `must be a mapping; give it keys among ${known.join(', ')}`;
      },
    })
    .meta({ description });
}

/** For z.discriminatedUnion: says which alternatives there are. */
export function unknownAlternative(discriminator: string) {
  return (issue: { input?: unknown; options?: unknown }): string => {
    if (!Array.isArray(issue.options)) return `must be a mapping; give it the key ${discriminator}`;
    const written = (issue.input as Record<string, unknown>)[discriminator];
    const known = issue.options.filter((option) => typeof option === 'string');
    return `unknown ${discriminator}; ${suggestion(String(written), known)}`;
  };
}

/** `schema`, where a bare text or number stands for `{ ...beside, [key]: it }`; `bare` is its JSON Schema. */
export function shorthand<T extends z.ZodType>(
  schema: T,
  { key, beside, bare }: { key: string; beside?: Record<string, string>; bare: Record<string, unknown> },
) {
  return z
    .preprocess((value) => (isBare(value) ? { ...beside, [key]: value } : value), schema)
    .meta({ ...schema.meta(), bare });
}

/** The value of a discriminator. */
export function kind<const T extends string>(value: T, description: string) {
  return z.literal(value).meta({ description });
}

export function choice<const T extends readonly string[]>(values: T, description: string) {
  return z
    .enum(values, {
      error: (issue) => `unknown name; ${suggestion(String(issue.input), values)}`,
    })
    .meta({ description });
}

/** A key of a catalog table, found without case and punctuation. */
export function catalogName(entries: Readonly<Record<string, unknown>>, what: string, description: string) {
  const known = Object.keys(entries);
  return z
    .string({ error: () => `must be the name of a ${what}; known: ${known.join(', ')}` })
    .transform((name, context) => {
      const key = findKey(entries, name);
      if (key !== undefined) return key;
      context.addIssue({ code: 'custom', message: `unknown ${what}; ${suggestion(name, known)}` });
      return z.NEVER;
    })
    .meta({ description, anyOf: [{ enum: known }, { type: 'string' }] });
}

export function text(description: string, example: string) {
  return z
    .string({ error: () => `must be text; write e.g. ${example}` })
    .min(1, { error: () => `is empty; write e.g. ${example}` })
    .max(2000, { error: () => 'is longer than 2000 characters; shorten it' })
    .meta({ description });
}

export function flag(description: string) {
  return z.boolean({ error: () => 'must be true or false; write one of them' }).meta({ description });
}

export function list<T extends z.ZodType>(item: T, rules: { min: number; max: number }, description: string) {
  return z
    .array(item, { error: () => 'must be a list; write its items as "- …" lines or [ … ]' })
    .min(rules.min, { error: () => `needs at least ${rules.min} item(s); add one` })
    .max(rules.max, { error: () => `may have at most ${rules.max} items; remove some` })
    .meta({ description });
}

function isBare(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

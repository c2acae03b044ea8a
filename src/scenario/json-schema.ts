// The JSON Schema of the scenario file, for editors that complete and check it. It accepts whatever the loader may
// accept: of a quantity written as text it knows only that it is text, and rules between keys are left out.
import { z } from 'zod';
import { scenarioFile } from './schema.ts';

/** What is used here of a JSON Schema, with the extra keywords of settings/keys.ts. */
export interface SchemaNode {
  description?: string;
  default?: unknown;
  type?: string | string[];
  enum?: string[];
  const?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  unit?: string;
  otherwise?: string;
  /** What may stand for the whole mapping. */
  bare?: SchemaNode;
}

/** With the extra keywords. */
export function annotatedSchema(): SchemaNode {
  return z.toJSONSchema(scenarioFile, { io: 'input' }) as SchemaNode;
}

export function scenarioJsonSchema(): SchemaNode {
  return { ...standard(annotatedSchema()), title: 'fleetday scenario' } as SchemaNode;
}

/** Extra keywords become description and alternatives. */
function standard({ description, unit, otherwise, bare, ...node }: SchemaNode): SchemaNode {
  const sentences = [description, unit && `Unit: ${unit}.`, otherwise && `Default: ${otherwise}.`];
  const explanation = sentences.filter(Boolean).join(' ');
  const inner: SchemaNode = {
    ...node,
    ...(node.properties && { properties: mapValues(node.properties, standard) }),
    ...(node.items && { items: standard(node.items) }),
    ...(node.anyOf && { anyOf: node.anyOf.map(standard) }),
    ...(node.oneOf && { oneOf: node.oneOf.map(standard) }),
  };
  const { default: byDefault, ...alternative } = inner;
  return {
    ...(bare ? { anyOf: [bare, alternative] } : inner),
    ...(bare && byDefault !== undefined && { default: byDefault }),
    ...(explanation && { description: explanation }),
  };
}

function mapValues(record: Record<string, SchemaNode>, change: (node: SchemaNode) => SchemaNode) {
  return Object.fromEntries(Object.entries(record).map(([key, node]) => [key, change(node)]));
}

// The keys of a schema as lines for a terminal: name, what it may be, default, description; nested ones indented.
import type { SchemaNode } from '../../scenario/json-schema.ts';

const DEPTH_MAX = 6;

export function parameterLines(schema: SchemaNode, depth = 1): string {
  const { properties = {}, required = [] } = schema;
  const lines = Object.entries(properties).map(([name, node]) => {
    const facts = [typeOf(node), defaultOf(node, required.includes(name))].filter((fact) => fact !== '');
    const head = `${'  '.repeat(depth)}${name}`.padEnd(34);
    const line = `${head} ${[`(${facts.join('; ')})`, node.description].filter(Boolean).join(' ')}\n`;
    return line + below(node, depth);
  });
  if (lines.length > 0) return lines.join('');
  return depth === 1 ? '  none\n' : '';
}

function below(node: SchemaNode, depth: number): string {
  if (depth >= DEPTH_MAX) return '';
  const holders = [node, node.items, ...(node.oneOf ?? []), ...(node.anyOf ?? [])].filter(
    (one) => one !== undefined,
  );
  const inItems = [...(node.items?.oneOf ?? []), ...(node.items?.anyOf ?? [])];
  const found = [...holders, ...inItems].filter(({ properties }) => properties !== undefined);
  return found.map((one) => parameterLines(one, depth + 1)).join('');
}

function typeOf({
  const: only,
  enum: names,
  type,
  unit,
  items,
  properties,
  oneOf,
  anyOf,
}: SchemaNode): string {
  if (only !== undefined) return only;
  if (names) return names.join(', ');
  if (properties || oneOf) return 'mapping';
  if (items) return 'list';
  if (Array.isArray(type)) return `${type.includes('integer') ? 'whole ' : ''}${unit || 'number'}`;
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' or ');
  return type === 'string' ? 'text' : (type ?? 'any');
}

function defaultOf({ default: value, otherwise }: SchemaNode, isRequired: boolean): string {
  if (isRequired) return 'required';
  if (value === undefined) return otherwise === undefined ? '' : `default: ${otherwise}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `default: ${text.length > 40 ? 'see docs/policies.md' : text}`;
}

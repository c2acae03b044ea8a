// docs/scenario.md: tables of all keys of the scenario file, generated from its schema. `fleetday schema --markdown`
// prints it; a test compares it with the file.
import { annotatedSchema, type SchemaNode } from './json-schema.ts';

interface Key {
  /** Names from the top, `[]` for the items of a list. */
  path: string;
  node: SchemaNode;
  isRequired: boolean;
}

interface Table {
  path: string;
  /** `kind: diurnal` where the mapping is one of several alternatives. */
  variant?: string;
  node: SchemaNode;
  keys: Key[];
}

/** One table per mapping, in the order of the schema. */
function tablesOf(node: SchemaNode, path: string): Table[] {
  if (node.items) return tablesOf(node.items, `${path}[]`);
  if (node.properties) {
    const keys = Object.entries(node.properties).map(([name, inner]) => ({
      path: path ? `${path}.${name}` : name,
      node: inner,
      isRequired: node.required?.includes(name) ?? false,
    }));
    return [{ path, node, keys }, ...keys.flatMap((key) => tablesOf(key.node, key.path))];
  }
  return [...(node.oneOf ?? []), ...(node.anyOf ?? [])].flatMap((alternative) => {
    const [first, ...below] = tablesOf(alternative, path);
    if (!first) return [];
    return [{ ...first, variant: variantOf(alternative) }, ...below];
  });
}

function variantOf({ properties = {} }: SchemaNode): string | undefined {
  const [name, node] = Object.entries(properties).find(([, inner]) => inner.const !== undefined) ?? [];
  return name && `${name}: ${node!.const}`;
}

export function scenarioReference(): string {
  return `${[INTRODUCTION, ...sectionsOf(annotatedSchema(), { top: 'Top level', heading: (title) => `## ${title}` })].join('\n\n')}\n`;
}

export interface SectionStyle {
  /** Title of the mapping itself; without one it has none. */
  top?: string;
  heading(title: string): string;
}

/** One per mapping that has keys. */
export function sectionsOf(schema: SchemaNode, { top, heading }: SectionStyle): string[] {
  // Equal mappings in several places are shown once.
  const titles = new Map<string, (string | undefined)[]>();
  for (const { path, variant, node, keys } of tablesOf(schema, '')) {
    if (keys.length === 0) continue;
    const body = [...(node.description ? [node.description] : []), table(keys)].join('\n\n');
    const title = path === '' ? top : `\`${path}\`${variant ? ` with \`${variant}\`` : ''}`;
    titles.set(body, [...(titles.get(body) ?? []), title]);
  }
  return [...titles].map(([body, where]) => {
    const title = where.filter((one) => one !== undefined).join(' and ');
    return title === '' ? body : `${heading(title)}\n\n${body}`;
  });
}

const INTRODUCTION = `# The scenario file

Generated from the schema (\`src/scenario/schema.ts\`). A scenario is a YAML file; an unknown key is an error. Numbers
may be plain, in the unit given here, or text as people write it: \`24h\`, \`1h30m\`, \`200ms\`, \`250M\`, \`1.2k\`, \`3x\`,
\`10%\`, \`0.08 USD/kWh\`, \`5y\`. Any value can be set on the command line: \`--set fleet.pools[0].replicas=1200\`.
\`fleetday schema\` prints the same as a JSON Schema for editors.`;

function table(keys: readonly Key[]): string {
  const rows = keys.map(({ path, node, isRequired }) => {
    const name = path.slice(path.lastIndexOf('.') + 1);
    const byDefault = isRequired ? 'required' : defaultOf(node);
    return `| \`${name}\` | ${typeOf(node)} | ${byDefault} | ${node.description ?? ''} |`;
  });
  return ['| key | type or unit | default | |', '|---|---|---|---|', ...rows].join('\n');
}

function defaultOf({ default: value, otherwise }: SchemaNode): string {
  if (value === undefined) return otherwise ?? '';
  const isSection = typeof value === 'object' && value !== null;
  return isSection ? 'see below' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((name) => `\`${name}\``).join(', ');
  if (node.properties || node.oneOf) return node.bare ? 'mapping or shorthand' : 'mapping';
  if (node.items) return 'list';
  if (Array.isArray(node.type)) return quantityType(node);
  if (node.anyOf) {
    // Names of the catalog are found without case and punctuation, so that any text may be one.
    const types = new Set(node.anyOf.map(typeOf));
    if (types.size > 1) types.delete('text');
    return [...types].join(' or ');
  }
  if (node.type === 'null') return '`null`';
  return node.type === 'boolean' ? '`true`, `false`' : 'text';
}

function quantityType({ unit, type, minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  const kind = `${type!.includes('integer') ? 'whole ' : ''}${unit || 'number'}`;
  const from =
    minimum !== undefined ? `≥ ${minimum}` : exclusiveMinimum !== undefined && `> ${exclusiveMinimum}`;
  const range = [from, maximum !== undefined && `≤ ${maximum}`].filter(Boolean).join(', ');
  return range ? `${kind}, ${range}` : kind;
}

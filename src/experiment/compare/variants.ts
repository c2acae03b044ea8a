// What `--policies` names: a list of policies, each by its name, with parameters of its own, or as a file with an
// `autoscaling:` mapping; a label in front tells two settings of one policy apart. What the mappings hold is checked with
// the scenario, when they have been put into it.
import path from 'node:path';
import { parseDocument } from 'yaml';
import { UserError } from '../../kernel/user-error.ts';
import { SCALING_POLICY_NAMES } from '../../policies/scaling/registry.ts';
import { isNestedTooDeeply } from '../../scenario/load/nesting.ts';
import { readYamlSource } from '../../scenario/load/source.ts';
import { suggestion } from '../../settings/suggest.ts';

export interface Variant {
  /** Also the name of its results' folders. */
  label: string;
  /** As the user wrote it, for messages. */
  written: string;
  /** In place of the same keys of the scenario's. */
  autoscaling: Record<string, unknown>;
}

const LABEL = /^[A-Za-z0-9][\w.-]{0,39}$/;
const VARIANTS_MAX = 40;
const FORMS = 'write name, label=name, name:{key: value}, or a YAML file with an autoscaling mapping';

/** UserError with everything that is wrong. */
export function parseVariants(lists: readonly string[]): Variant[] {
  const items = lists.flatMap(splitList);
  if (items.length === 0) throw new UserError(`--policies: names no policy; ${FORMS}`);
  if (items.length > VARIANTS_MAX)
    throw new UserError(`--policies: names ${items.length} policies; compare ${VARIANTS_MAX} at most`);
  const problems: string[] = [];
  const variants: Variant[] = [];
  for (const item of items) {
    try {
      variants.push(parseVariant(item));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
    }
  }
  for (const [i, { label }] of variants.entries()) {
    const first = variants.findIndex((other) => other.label.toLowerCase() === label.toLowerCase());
    if (first < i)
      problems.push(`--policies: two are called ${label}; give one a label of its own, label=${label}`);
  }
  if (problems.length > 0) throw new UserError(problems);
  return variants;
}

/** At commas outside of brackets and quotes. */
export function splitList(list: string): string[] {
  const items: string[] = [];
  let item = '';
  let depth = 0;
  let quote = '';
  for (const letter of list) {
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if ('{['.includes(letter)) depth++;
    else if ('}]'.includes(letter)) depth--;
    if (letter === ',' && depth === 0 && quote === '') {
      items.push(item);
      item = '';
    } else item += letter;
  }
  items.push(item);
  return items.map((text) => text.trim()).filter((text) => text !== '');
}

function parseVariant(item: string): Variant {
  const written = `--policies ${item.length > 60 ? `${item.slice(0, 57)}...` : item}`;
  // Parameters may hold an equals sign too.
  const [, givenLabel, what] = /^(?:([^={:]*)=)?(.*)$/s.exec(item)!;
  const { name, autoscaling } = isPolicyFile(what) ? fromFile(what) : fromText(what, written);
  const label = givenLabel?.trim() ?? name;
  if (!LABEL.test(label)) {
    throw new UserError(
      `${written}: the label "${label}" must be 1–40 of letters, digits, ".", "_" and "-"; write label=${name || 'name'}`,
    );
  }
  return { label, written, autoscaling };
}

function isPolicyFile(text: string): boolean {
  return /\.(ya?ml|json)$/i.test(text);
}

/** `name` or `name:{parameters}`; a name that is a path stands for a policy of one's own. */
function fromText(text: string, written: string): Omit<Variant, 'label' | 'written'> & { name: string } {
  const colon = text.indexOf(':{');
  const policy = (colon < 0 ? text : text.slice(0, colon)).trim();
  const isPath = /[/\\]|\.m?[jt]s$/.test(policy);
  if (!isPath && !SCALING_POLICY_NAMES.includes(policy))
    throw new UserError(
      `${written}: there is no policy "${policy}"; ${suggestion(policy, SCALING_POLICY_NAMES)}`,
    );
  const name = isPath ? stem(policy) : policy;
  if (colon < 0) return { name, autoscaling: { policy } };
  return { name, autoscaling: { policy, parameters: parameters(text.slice(colon + 1), written) } };
}

function parameters(text: string, written: string): unknown {
  if (isNestedTooDeeply(text))
    throw new UserError(`${written}: the parameters are nested too deeply; write simpler ones`);
  const document = parseDocument(text, { stringKeys: true, resolveKnownTags: false, prettyErrors: false });
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake)
    throw new UserError(`${written}: the parameters are not valid YAML (${mistake.message}); quote them`);
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new UserError(`${written}: the parameters may not hold aliases; write them out`);
  }
}

function fromFile(filePath: string): Omit<Variant, 'label' | 'written'> & { name: string } {
  const { data } = readYamlSource(filePath, {
    what: 'policy file',
    remedy: 'write autoscaling: { policy: …, parameters: … }',
  });
  const autoscaling = (data as { autoscaling?: unknown }).autoscaling;
  const keys = typeof data === 'object' ? Object.keys(data as object) : [];
  if (keys.length !== 1 || autoscaling === undefined) {
    throw new UserError(
      `${filePath}: must hold one key, autoscaling, got ${keys.join(', ') || typeof data}; see docs/compare.md`,
    );
  }
  const mapping = withoutShorthand(autoscaling);
  if (mapping === undefined)
    throw new UserError(
      `${filePath}: autoscaling must be a mapping with a policy, or the name of one; give it`,
    );
  return { name: stem(filePath), autoscaling: mapping };
}

/** `hpa` stands for `{ policy: hpa }`. */
export function withoutShorthand(autoscaling: unknown): Record<string, unknown> | undefined {
  if (typeof autoscaling === 'string') return { policy: autoscaling };
  const isMapping = typeof autoscaling === 'object' && autoscaling !== null && !Array.isArray(autoscaling);
  return isMapping ? (autoscaling as Record<string, unknown>) : undefined;
}

function stem(filePath: string): string {
  return path.basename(filePath).replace(/\.[^.]+$/, '');
}

// A scenario file as data in which every value still knows its line and column, through anchors, aliases and merge
// keys too. What keeps it from being read (no file, a folder, binary, too large, broken YAML) is a UserError.
// YAML 1.2 core schema: no dates, no octal surprises, `on` and `no` are text.
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { UserError } from '../../kernel/user-error.ts';
import { isNestedTooDeeply } from './nesting.ts';
import { readScenarioText } from './text-file.ts';

export type Path = readonly (string | number)[];

/** Each is looked up in the whole file; and nested ones can stand for billions of values. */
const ALIASES_MAX = 100;
const SYNTAX_PROBLEMS_MAX = 10;

export interface ScenarioSource {
  data: unknown;
  /** Keys that appear twice: a mistake that leaves the rest readable. */
  repeatedKeys: { place: Place; key: string }[];
  /**
   * Where the value at `path` is written; its key where the value is empty or a block of lines; the key above it
   * where it is missing. Undefined where the data comes from no file.
   */
  locate(path: Path, target?: 'key' | 'value'): Place | undefined;
}

/** One that comes from a file. */
export interface FileSource extends ScenarioSource {
  locate(path: Path, target?: 'key' | 'value'): Place;
}

/** Both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** What the file is, and how to get one, for messages. */
export interface FileKind {
  what: string;
  remedy: string;
}

const SCENARIO: FileKind = { what: 'scenario', remedy: '`fleetday scenarios` lists examples to start from' };

export function readScenarioSource(filePath: string): FileSource {
  return readYamlSource(filePath, SCENARIO);
}

/** Of any file with keys and values that a user writes. */
export function readYamlSource(filePath: string, kind: FileKind): FileSource {
  return yamlSource(readScenarioText(filePath, kind.what), filePath, kind);
}

/** The same of a scenario's text that has been read; `filePath` is for messages. */
export function scenarioTextSource(text: string, filePath: string): FileSource {
  return yamlSource(text, filePath, SCENARIO);
}

function yamlSource(text: string, filePath: string, { remedy }: FileKind): FileSource {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (isNestedTooDeeply(text)) {
    throw new UserError(`${filePath}: is nested too deeply; is it the right file?`);
  }
  const document = parseDocument(text, {
    merge: true,
    stringKeys: true,
    // Else !!set and !!omap would make values that are neither mapping nor list.
    resolveKnownTags: false,
    // The library's own search for repeated keys takes time quadratic in their number.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const mistakes = [...document.errors, ...document.warnings].map(({ pos, message }) => {
    return { offset: pos[0], text: `is not valid YAML: ${firstSentence(message)}; mend it here` };
  });
  mistakes.push(...brokenAliases(document));
  if (mistakes.length > 0) {
    throw new UserError(
      mistakes.slice(0, SYNTAX_PROBLEMS_MAX).map((mistake) => {
        const { line, column } = placeOf(mistake.offset);
        return `${filePath}:${line}:${column} ${mistake.text}`;
      }),
    );
  }
  const data = plainData(document, filePath);
  if (data === null) {
    throw new UserError(`${filePath}: the file is empty; ${remedy}`);
  }
  return {
    data,
    repeatedKeys: repeatedKeys(document).map(({ offset, key }) => ({ place: placeOf(offset), key })),
    locate: (path, target = 'value') => placeOf(offsetOf(document, path, target)),
  };
}

function plainData(document: Document, filePath: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(`${filePath}: cannot be read: ${firstSentence(error.message)}; mend its aliases`);
  }
}

function firstSentence(message: string): string {
  return message.split(/[\n;]/)[0].replace(/[.:]$/, '');
}

function brokenAliases(document: Document): { offset: number; text: string }[] {
  const found: { offset: number; text: string }[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_, alias, ancestors) {
      const { source } = alias;
      const offset = startOf(alias) ?? 0;
      if (++aliases > ALIASES_MAX) {
        found.push({
          offset,
          text: `*${source} is one alias more than the ${ALIASES_MAX} allowed; write it out`,
        });
        return visit.BREAK;
      }
      const target = alias.resolve(document);
      if (!target) {
        found.push({ offset, text: `there is no anchor &${source} before *${source}; define it above` });
      } else if (ancestors.includes(target)) {
        found.push({ offset, text: `*${source} stands inside what it stands for; write it out` });
      }
      return undefined;
    },
  });
  return found;
}

function repeatedKeys(document: Document): { offset: number; key: string }[] {
  const found: { offset: number; key: string }[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key) || key.value === '<<') continue;
        const name = String(key.value);
        if (seen.has(name)) found.push({ offset: key.range?.[0] ?? 0, key: name });
        seen.add(name);
      }
    },
  });
  return found;
}

function offsetOf(document: Document, path: Path, target: 'key' | 'value'): number {
  let node = document.contents as Node | null;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    const holder = followed(document, node);
    if (isSeq(holder)) {
      node = (holder.items[Number(key)] ?? null) as Node | null;
      if (!node) return offset;
      offset = startOf(node) ?? offset;
    } else if (isMap(holder)) {
      const pair = pairOf(document, holder, String(key));
      if (!pair) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      return startOf(node) ?? offset;
    }
  }
  const isBlock = isCollection(node) && !node.flow;
  return target === 'key' || isBlock ? offset : (startOf(node) ?? offset);
}

type KeyValue = Pair<Node, Node | null>;

/** The pair under `key`: the mapping's own, or else that of a mapping merged into it with `<<`. */
function pairOf(document: Document, map: YAMLMap, key: string): KeyValue | undefined {
  const pairs = map.items as KeyValue[];
  const own = pairs.findLast((pair) => isScalar(pair.key) && pair.key.value === key);
  if (own) return own;
  for (const pair of pairs) {
    if (!isScalar(pair.key) || pair.key.value !== '<<') continue;
    const merged = followed(document, pair.value);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const node = followed(document, source as Node | null);
      const found = isMap(node) ? pairOf(document, node, key) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

function followed(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

/** Where the node is written; undefined for one that is empty. */
function startOf(node: Node | null): number | undefined {
  const range = node?.range;
  return range && range[0] < range[1] ? range[0] : undefined;
}

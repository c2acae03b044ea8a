// Kubernetes manifests as data in which every value still knows its file, line and column. A file may hold several
// documents. What keeps it from being read is a UserError. Left out: merge keys, which kubectl does not know either.
import {
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Parser,
  type Document,
  type Node,
} from 'yaml';
import { UserError } from '../../kernel/user-error.ts';

export type ManifestPath = readonly (string | number)[];

export interface Manifest {
  data: unknown;
  /** `file:line:column` of the value at `path`, of its key, or of the nearest thing above that is written. */
  place(path: ManifestPath, target?: 'key' | 'value'): string;
}

/** Searching for repeated keys takes time quadratic in their number. */
const LETTERS_MAX = 256 * 1024;
const DEPTH_MAX = 100;
const ALIASES_MAX = 100;
const PROBLEMS_MAX = 10;

/** The documents of `text` that are not empty. */
export function readManifests(text: string, fileName: string): Manifest[] {
  if (text.length > LETTERS_MAX) {
    throw new UserError(`${fileName}: has more than ${LETTERS_MAX} characters; is it the right file?`);
  }
  if (isNestedTooDeeply(text)) {
    throw new UserError(`${fileName}: is nested too deeply; is it the right file?`);
  }
  const lines = new LineCounter();
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const documents = parseAllDocuments(text, { stringKeys: true, prettyErrors: false, lineCounter: lines });
  const mistakes = [...documents].flatMap(({ errors }) => errors);
  if (mistakes.length > 0) {
    const described = mistakes.slice(0, PROBLEMS_MAX).map(({ pos, message }) => {
      return `${placeOf(pos[0])} is not valid YAML: ${firstSentence(message)}; mend it here`;
    });
    throw new UserError(described);
  }
  const read = [...documents]
    .map((document) => ({
      data: plainData(document, fileName),
      place: (path: ManifestPath, target: 'key' | 'value' = 'value') =>
        placeOf(offsetOf(document, path, target)),
    }))
    .filter(({ data }) => data !== null && data !== undefined);
  if (read.length === 0) throw new UserError(`${fileName}: the file is empty; name a manifest`);
  return read;
}

function plainData(document: Document, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(`${fileName}: cannot be read: ${firstSentence(error.message)}; mend its aliases`);
  }
}

function firstSentence(message: string): string {
  return message.split(/[\n;]/)[0].replace(/[.:]$/, '');
}

function offsetOf(document: Document, path: ManifestPath, target: 'key' | 'value'): number {
  let node = document.contents as Node | null;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (item === undefined) return offset;
      node = item;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) return offset;
      offset = startOf(pair.key as Node) ?? offset;
      node = pair.value as Node | null;
      continue;
    } else return startOf(node) ?? offset;
    offset = startOf(node) ?? offset;
  }
  // A block begins on the line after its key, which is the better place to point at.
  const isBlock = isCollection(node) && !node.flow;
  return target === 'key' || isBlock ? offset : (startOf(node) ?? offset);
}

function startOf(node: Node | null): number | undefined {
  const range = node?.range;
  return range && range[0] < range[1] ? range[0] : undefined;
}

/** What the tokens of the library have in common. */
interface Token {
  value?: Token | null;
  items?: { key?: Token | null; value?: Token | null }[];
}

/** Found without recursion: building deep nodes recurses, and V8 aborts when its stack ends inside a pattern. */
function isNestedTooDeeply(text: string): boolean {
  let level = [...new Parser().parse(text)] as Token[];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return true;
    level = level
      .flatMap(({ value, items = [] }) => [value, ...items.flatMap((item) => [item.key, item.value])])
      .filter((token): token is Token => typeof token === 'object' && token !== null);
  }
  return false;
}

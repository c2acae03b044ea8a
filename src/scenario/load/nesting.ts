// How deeply a YAML text is nested, found without recursion: building its nodes recurses, and V8 aborts the whole
// process when the stack ends inside a regular expression.
import { Parser } from 'yaml';

/** What the library's tokens have in common. */
interface Token {
  value?: Token | null;
  items?: { key?: Token | null; value?: Token | null }[];
}

export function isNestedDeeperThan(text: string, depthMax: number): boolean {
  let level = [...new Parser().parse(text)] as Token[];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    level = level.flatMap(({ value, items = [] }) =>
      [value, ...items.flatMap((item) => [item.key, item.value])].filter(isToken),
    );
  }
  return false;
}

function isToken(token: Token | null | undefined): token is Token {
  return typeof token === 'object' && token !== null;
}

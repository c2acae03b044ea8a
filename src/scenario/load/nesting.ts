// How deeply a YAML text is nested, found without recursion: building its nodes recurses, and V8 aborts the whole
// process when the stack ends inside a regular expression.
import { Parser } from 'yaml';

/** A scenario has eight levels. */
const DEPTH_MAX = 100;

/** What the library's tokens have in common. */
interface Token {
  value?: Token | null;
  items?: { key?: Token | null; value?: Token | null }[];
}

export function isNestedTooDeeply(text: string): boolean {
  let level = [...new Parser().parse(text)] as Token[];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return true;
    level = level.flatMap(({ value, items = [] }) =>
      [value, ...items.flatMap((item) => [item.key, item.value])].filter(isToken),
    );
  }
  return false;
}

function isToken(token: Token | null | undefined): token is Token {
  return typeof token === 'object' && token !== null;
}

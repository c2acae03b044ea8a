// HTML in which whatever is put in is escaped: markup`<td>${name}</td>`. Only what was made by the same tag, or is marked
// trusted(), goes in as it is; so a name from a scenario can never become markup, in text or in a quoted attribute.
// Left out: scripts, styles and URLs, where other rules hold; no value of a user's is ever put there.

/** Markup. Made by markup, joined and trusted alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Part = string | number | Html | readonly Html[] | undefined | false;

/** Attributes are written in double quotes: markup`<p title="${text}">`. Lists are put one after another. */
export function markup(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(pieces.reduce((text, piece, i) => text + written(parts[i - 1]) + piece));
}

/** Of our own making, or escaped by others. */
export function trusted(text: string): Html {
  return new Html(text);
}

export function joined(pieces: readonly Html[], between = ''): Html {
  return new Html(pieces.map(({ text }) => text).join(between));
}

/**
 * A name or a text of a user's among ours: with its own direction of writing, so that Hebrew or a control character for
 * direction turns nothing around it.
 */
export function named(text: string): Html {
  return markup`<bdi>${text}</bdi>`;
}

export function escaped(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** With a sign in place of what no document may hold: control characters but tab and line feed, halves of characters. */
export function visible(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      // oxlint-disable-next-line no-control-regex -- These are what is looked for.
      .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\p{Surrogate}\ufffe\uffff]/gu, '\ufffd')
  );
}

function written(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return joined(part).text;
  return escaped(String(part));
}

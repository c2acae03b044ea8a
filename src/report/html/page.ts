// The shell of a page that one sends to a colleague: one file, no script, nothing loaded from elsewhere, which its own
// content security policy enforces should anything ever slip in. A heading, links to the sections, the sections.
import { markup, trusted, type Html } from './escape.ts';
import { STYLE } from './style.ts';

export interface Page {
  /** Of the window, as text. */
  title: string;
  header: Html;
  sections: readonly Section[];
  footer: Html;
}

export interface Section {
  /** For links to it: letters and dashes. */
  id: string;
  title: string;
  body: Html;
}

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export function pageText({ title, header, sections, footer }: Page): string {
  const links = sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
${header}
</header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main id="content">
${sections.map(sectionOf)}
</main>
<footer>
${footer}
</footer>
</body>
</html>
`.text;
}

function sectionOf({ id, title, body }: Section): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`;
}

export interface Column {
  title: string | Html;
  /** Numbers stand to the right. */
  isText?: boolean;
}

/** Scrolls by itself where it is wider than the page, by keys too. The first cell of a row is its heading. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  const side = (column: number) => columns[column].isText && markup` class="text"`;
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, i) => markup`<th scope="col"${side(i)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => row(cells, side))}</tbody>
</table></div>`;
}

function row(cells: readonly (string | Html)[], side: (column: number) => Html | false | undefined): Html {
  const [heading, ...others] = cells;
  return markup`<tr><th scope="row"${side(0)}>${heading}</th>${others.map((cell, i) => markup`<td${side(i + 1)}>${cell}</td>`)}</tr>
`;
}

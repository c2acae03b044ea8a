// The appendix of a report: of each figure of energy, money and carbon the formula in words, its inputs with their sources,
// and the arithmetic, as `fleetday explain` prints them; and links to it from where a figure stands.
import { written } from '../../../estimate/formula.ts';
import { valueOf, type Explanation, type Input } from '../../explain/explanation.ts';
import { withUnit } from '../../explain/show/number.ts';
import { abridged, abridgedArithmetic } from '../../explain/show/text.ts';
import { markup, named, type Html } from '../escape.ts';
import type { Explained } from '../read/explained.ts';

const anchor = (key: string) => `how-${key.replaceAll('_', '-')}`;

/** The text of a figure, with a link to how it came about where that is told. */
export function linked({ explanations }: Explained, key: string, text: string | Html): string | Html {
  return explanations.has(key) ? markup`<a href="#${anchor(key)}">${text}</a>` : text;
}

export function explainedSection({ explanations, whyNone }: Explained): Html {
  const command = markup`<code>fleetday explain &lt;folder of the run&gt;</code>`;
  if (explanations.size === 0)
    return markup`<p class="dim">${command} shows formula, inputs with their sources and arithmetic of every figure of energy, money and carbon. They are not on this page: ${named(whyNone ?? 'nothing was drawn or paid')}.</p>`;
  return markup`<p class="dim">Formula, inputs with their sources and arithmetic, as ${command} prints them. What is nothing is left out.</p>
${[...explanations.values()].map(entry)}`;
}

function entry(explanation: Explanation): Html {
  const { key, unit, what, formula, inputs, notes } = explanation;
  const { shown, left } = abridged(inputs);
  const words = written(formula, (name) => inputs.find((input) => input.name === name)!.what);
  const result = withUnit(valueOf(explanation), unit);
  const middle = markup`<tr><td colspan="3" class="text">… ${left} more, in <code>fleetday explain --json</code> …</td></tr>
`;
  const rows = shown.map(inputRow);
  if (left > 0) rows.splice(shown.length / 2, 0, middle);
  return markup`<details id="${anchor(key)}" class="how"><summary><code>${key}</code> = <strong>${result}</strong> <span class="dim">${what}</span></summary>
${left === 0 && markup`<p>${words}</p>`}
<div class="scroll" role="region" aria-label="Inputs of ${key}" tabindex="0"><table><tbody>${rows}</tbody></table></div>
<p class="sum">= ${abridgedArithmetic(explanation)}<br>= <strong>${result}</strong></p>
${notes.map((note) => markup`<p class="note">${named(note)}</p>`)}</details>
`;
}

function inputRow({ what, value, unit, source }: Input): Html {
  return markup`<tr><th scope="row" class="text">${named(what)}</th><td>${withUnit(value, unit)}</td><td class="text">${named(source)}</td></tr>
`;
}

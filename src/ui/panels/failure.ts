// Why the run failed, in full: the first panel when there is something to say.
import { text } from '../line.ts';
import type { UiState } from '../state.ts';
import { framed, inner, type Panel } from './panel.ts';

const LINES_MAX = 5;

export function failureHeight(state: UiState): number {
  return state.message === undefined ? 0 : 2 + wrapped(state.message, inner(state.columns), LINES_MAX).length;
}

export const failurePanel: Panel = ({ message = '' }, width, height) =>
  framed(
    { title: '✖ The run failed', width, height },
    wrapped(message, inner(width), LINES_MAX).map((line) => [text(line, 'broken')]),
  );

/** Broken at blanks where possible; what exceeds the lines stands in the message printed at the end. */
export function wrapped(message: string, width: number, linesMax: number): string[] {
  const lines: string[] = [];
  let rest = message;
  while (rest.length > 0 && lines.length < linesMax) {
    const blank = rest.length > width ? rest.lastIndexOf(' ', width) : rest.length;
    const cut = blank > 0 ? blank : width;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return lines;
}

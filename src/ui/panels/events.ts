// What just happened, newest first.
import { dim, fit, lineWidth, MARK, spread, text, type Line } from '../line.ts';
import type { LogEntry } from '../model/log.ts';
import type { UiState } from '../state.ts';
import { framed, inner, type Panel } from './panel.ts';
import { attainmentSpans } from './slo.ts';

export const eventsPanel: Panel = ({ log }, width, height) => {
  const body = log.entries
    .slice(-(height - 2))
    .toReversed()
    .map((entry) => entryLine(entry));
  return framed(
    { title: 'Events', width, height },
    body.map((line) => shortened(line, inner(width))),
  );
};

/** The newest event in one line, with the SLO beside it: for screens without room for either panel. */
export function newestEvent(state: UiState): Line {
  const entry = state.log.entries[state.log.entries.length - 1];
  const slo: Line = [dim('  SLO '), ...attainmentSpans(state), text(' ')];
  const room = state.columns - lineWidth(slo);
  return spread(shortened([text(' '), ...entryLine(entry)], room), slo, state.columns);
}

function entryLine({ at, level, text: content }: LogEntry): Line {
  return [
    level === undefined ? dim('·') : text(MARK[level], level),
    dim(` ${at}  `),
    level === 'broken' ? text(content, 'bold') : text(content),
  ];
}

const shortened = (line: Line, width: number): Line => (lineWidth(line) > width ? fit(line, width) : line);

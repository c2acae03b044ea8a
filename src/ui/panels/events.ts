// What just happened, newest first: a glance, a single line, or the whole list with search and selection.
import { selectedPlace } from '../actions/lists.ts';
import { dim, fit, lineWidth, MARK, spread, text, type Line } from '../line.ts';
import { foundEntries, type LogEntry } from '../model/log.ts';
import type { UiState } from '../state.ts';
import { framed, inner, listWindow, type Panel } from './panel.ts';
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

/** All that are kept, or those found. */
export const eventListPanel: Panel = (state, width, height) => {
  const { query, isTyping } = state.search;
  const isSearching = isTyping || query !== '';
  const list = foundEntries(state.log, query);
  const place = selectedPlace(list, state.selected.events);
  const { first, count } = listWindow(list.length, place, height - 2 - (isSearching ? 1 : 0));
  const found = list
    .slice(first, first + count)
    .map((entry, i) => [text(first + i === place ? '▸ ' : '  ', 'bold'), ...entryLine(entry)]);
  const prompt: Line = [
    text('/ ', 'bold'),
    text(query),
    text(isTyping ? '▏' : ''),
    dim(`   ${list.length} found`),
  ];
  const body = (isSearching ? [prompt, ...found] : found).map((line) => shortened(line, inner(width)));
  return framed({ title: 'Events', width, height }, body);
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

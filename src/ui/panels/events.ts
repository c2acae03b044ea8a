// What just happened, newest first: a glance, a single line, or the whole list with search and selection.
import { selectedPlace } from '../actions/lists.ts';
import { dim, fit, lineWidth, MARK, spread, text, type Line } from '../line.ts';
import { foundEntries, type LogEntry } from '../model/log.ts';
import type { UiState } from '../state.ts';
import { wrapped } from './failure.ts';
import { aboveSelected, framed, inner, listWindow, type Panel } from './panel.ts';
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

/** Below this height the list needs every line. */
const WHOLE_ROOM = 7;

/** All that are kept, or those found. */
export const eventListPanel: Panel = (state, width, height) => {
  const { query, isTyping } = state.search;
  const isSearching = isTyping || query !== '';
  const list = foundEntries(state.log, query);
  const place = selectedPlace(list, state.selected.events);
  const whole = height - 2 >= WHOLE_ROOM ? wholeText(list[place], inner(width)) : [];
  const { first, count } = listWindow(list.length, place, height - 2 - (isSearching ? 1 : 0) - whole.length);
  const found = list
    .slice(first, first + count)
    .map((entry, i) => [text(first + i === place ? '▸ ' : '  ', 'bold'), ...entryLine(entry)]);
  const prompt: Line = [
    text('/ ', 'bold'),
    text(query),
    text(isTyping ? '▏' : ''),
    dim(`   ${list.length} found`),
  ];
  const lines = (isSearching ? [prompt, ...found] : found).map((line) => shortened(line, inner(width)));
  const body = aboveSelected(lines, whole, height - 2);
  return framed({ title: 'Events', width, height }, body);
};

/** Of the selected one, where the list cuts it. */
function wholeText(entry: LogEntry | undefined, room: number): Line[] {
  if (entry === undefined || lineWidth(entryLine(entry)) + 2 <= room) return [];
  return [[], ...wrapped(`▸ ${entry.text}`, room, 2).map((line) => [dim(line)])];
}

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

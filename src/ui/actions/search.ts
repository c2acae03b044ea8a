// Typing a search: letters go into it, enter keeps it, escape throws it away.
import type { UiState } from '../state.ts';

const LENGTH_MAX = 40;

export function type(search: UiState['search'], key: string): UiState['search'] {
  const { query } = search;
  if (key === 'enter') return { query, isTyping: false };
  if (key === 'escape') return { query: '', isTyping: false };
  if (key === 'backspace') return { query: query.slice(0, -1), isTyping: true };
  const letter = key === 'space' ? ' ' : key;
  return letter.length === 1 && query.length < LENGTH_MAX
    ? { query: query + letter, isTyping: true }
    : search;
}

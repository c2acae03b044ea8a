// Selecting in the list of events or of decisions, and jumping to the moment of what is selected.
import { foundEntries } from '../model/log.ts';
import type { UiState } from '../state.ts';

interface Item {
  id: number;
  atSeconds: number;
}

/** Newest first, as on the screen. */
function items(state: UiState): readonly Item[] {
  return state.view === 'events'
    ? foundEntries(state.log, state.search.query)
    : state.decisions.list.toReversed();
}

/** Place of what is selected; the newest where that has gone. */
export function selectedPlace(list: readonly Item[], id: number | undefined): number {
  return id === undefined
    ? 0
    : Math.max(
        0,
        list.findIndex((item) => item.id === id),
      );
}

export function movedInList(state: UiState, by: number): UiState {
  const list = items(state);
  if (list.length === 0) return state;
  const view = state.view as 'events' | 'scaling';
  const place = selectedPlace(list, state.selected[view]) + by;
  const id = list[Math.max(0, Math.min(list.length - 1, place))].id;
  // On top of the list one follows what is new.
  return { ...state, selected: { ...state.selected, [view]: place <= 0 ? undefined : id } };
}

export function jumped(state: UiState): UiState {
  const list = items(state);
  if (list.length === 0 || state.snapshot === undefined) return state;
  const { atSeconds } = list[selectedPlace(list, state.selected[state.view as 'events' | 'scaling'])];
  const { windowSeconds } = state.info;
  // Events are told at the end of their window.
  return {
    ...state,
    view: 'overview',
    cursorSeconds: Math.max(windowSeconds / 2, atSeconds - windowSeconds / 2),
  };
}

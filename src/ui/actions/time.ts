// Looking back, pinning, zooming: what part of the run's time is shown, and which moment of it.
import { frameSeconds, newestSeconds, zoomMax } from '../model/time-frame.ts';
import type { UiState } from '../state.ts';

/** A hundred steps cross the time axis, whatever its zoom; or single windows. */
export function scrubbed(state: UiState, by: number, step: 'column' | 'window'): UiState {
  const newest = newestSeconds(state);
  if (newest === 0) return state;
  const { windowSeconds } = state.info;
  const { fromSeconds, toSeconds } = frameSeconds(state);
  const windows =
    step === 'window' ? 1 : Math.max(1, Math.round((toSeconds - fromSeconds) / 100 / windowSeconds));
  // The middle of a window, so that it is clear which one is meant.
  const current = state.cursorSeconds ?? newest - windowSeconds / 2;
  const next = current + by * windows * windowSeconds;
  if (next > newest - windowSeconds) return live(state);
  return { ...state, cursorSeconds: Math.max(windowSeconds / 2, next) };
}

export function atFirst(state: UiState): UiState {
  return newestSeconds(state) === 0 ? state : { ...state, cursorSeconds: state.info.windowSeconds / 2 };
}

export function live(state: UiState): UiState {
  return { ...state, cursorSeconds: undefined };
}

/** The moment shown; pinned already: lets it go. */
export function pinned(state: UiState): UiState {
  if (newestSeconds(state) === 0) return state;
  const moment = state.cursorSeconds ?? newestSeconds(state) - state.info.windowSeconds / 2;
  const pinnedSeconds = state.pinnedSeconds === undefined ? moment : undefined;
  return { ...state, pinnedSeconds };
}

export function zoomed(state: UiState, by: number): UiState {
  return { ...state, zoom: Math.max(0, Math.min(zoomMax(state.info), state.zoom + by)) };
}

// Two runs on one clock: each as a state of its own that looks where the first one looks. Their charts have one scale:
// all are drawn twice, first to learn how high each reaches. Pure.
import type { Line } from '../line.ts';
import type { UiState } from '../state.ts';

export type Both<T> = readonly [T, T];

/** `width`: of each. */
export function sidesOf(state: UiState & { rival: UiState }, width: number): Both<UiState> {
  const { view, zoom, cursorSeconds, pinnedSeconds, search, selected, help } = state;
  const looks = { view, zoom, cursorSeconds, pinnedSeconds, search, selected, help };
  const side = (own: UiState): UiState => ({ ...own, ...looks, rival: undefined, columns: width });
  return [side(state), side(state.rival)];
}

/** What both draw, with charts of the same kind to the same scale. */
export function drawnAlike(sides: Both<UiState>, draw: (side: UiState) => Line[]): Both<Line[]> {
  const tops = new Map<string, number>();
  const noting = (side: UiState): UiState => ({
    ...side,
    scale: (name, highest) => {
      tops.set(name, Math.max(highest, tops.get(name) ?? 0));
      return highest;
    },
  });
  for (const side of sides) draw(noting(side));
  const scaled = (side: UiState): UiState => ({ ...side, scale: (name, own) => tops.get(name) ?? own });
  return [draw(scaled(sides[0])), draw(scaled(sides[1]))];
}

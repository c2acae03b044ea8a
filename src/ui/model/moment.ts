// The moment whose figures stand on the screen: the newest window, after the end the whole run, or the one looked back
// at. Of a run with more windows than the history has room for, a moment of the past is the worst window of its bin.
import type { LedgerRow } from '../../economics/spec.ts';
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import { clockMoment } from '../clock.ts';
import { isOver, type UiState } from '../state.ts';
import { windowAt } from './history.ts';
import { ledgerOf } from './reading.ts';

export interface Moment {
  kind: 'now' | 'whole' | 'past';
  window: WindowMetrics | undefined;
  /** The hour that it lies in; of the whole run the last one. */
  row: LedgerRow | undefined;
}

export function momentOf(state: UiState): Moment {
  const { snapshot, cursorSeconds } = state;
  if (cursorSeconds !== undefined) return { kind: 'past', ...at(state, cursorSeconds) };
  const kind = isOver(state) ? 'whole' : 'now';
  return { kind, window: kind === 'whole' ? snapshot?.day : snapshot?.window, row: snapshot?.hour };
}

export function shownWindow(state: UiState): WindowMetrics | undefined {
  return momentOf(state).window;
}

/** To compare with. */
export function pinnedMoment(state: UiState): Omit<Moment, 'kind'> | undefined {
  return state.pinnedSeconds === undefined ? undefined : at(state, state.pinnedSeconds);
}

function at(state: UiState, seconds: number): Omit<Moment, 'kind'> {
  const rows = ledgerOf(state.snapshot);
  return {
    window: windowAt(state.history, seconds),
    row: rows.findLast(({ startSeconds }) => startSeconds <= seconds),
  };
}

/** What a panel of figures calls itself: `Now`, `Whole run`, `At 09:17`. */
export function momentTitle(state: UiState): string {
  const { kind, window } = momentOf(state);
  if (kind === 'past') {
    const of = state.history.windowsPerBin > 1 ? `, worst of ${state.history.windowsPerBin} windows` : '';
    return `At ${clockMoment(state.info, window?.startSeconds ?? state.cursorSeconds ?? 0)}${of}`;
  }
  return kind === 'whole' ? 'Whole run' : 'Now';
}

// What the screen knows, and the one function that changes it. Pure: no clock, no terminal, no run. What the watcher
// wishes of the run (pause, stop, leave) is part of the state; dashboard.ts carries it out. Memory is bounded: the
// newest snapshot, a history of fixed length and a log of fixed length.
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { RunInfo, RunStatus, Snapshot } from '../run/snapshot.ts';
import { actionOf, type Action } from './keys.ts';
import { oneCell } from './line.ts';
import { emptyHistory, remember, type History } from './model/history.ts';
import { emptyLog, observe, type Log } from './model/log.ts';

export type ViewName = 'overview' | 'help';

export interface UiState {
  info: RunInfo;
  columns: number;
  rows: number;
  /** Whether keys can be read at all. */
  keyboard: boolean;
  view: ViewName;
  /** What the watcher last asked of the run. */
  wish: 'run' | 'pause' | 'stop';
  /** The watcher has seen enough: the screen may go. */
  dismissed: boolean;
  /** The watcher will not wait for the run to stop. */
  abandoned: boolean;
  status: RunStatus;
  /** Newest snapshot that tells of a window; undefined until the first one has passed. */
  snapshot: Snapshot | undefined;
  history: History;
  log: Log;
  pace: Pace;
  /** Why the run failed. */
  message: string | undefined;
}

/** Simulated seconds per wall second, over the last second or two of wall time. */
interface Pace {
  wallSeconds: number;
  simulatedSeconds: number;
  factor: number | undefined;
}

export type UiEvent =
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'key'; key: string }
  | { type: 'resize'; columns: number; rows: number };

export function initialState(
  info: RunInfo,
  screen: { columns: number; rows: number; keyboard: boolean },
): UiState {
  const safe = { ...info, name: oneCell(info.name), pools: info.pools.map(oneCell) };
  return {
    info: safe,
    ...screen,
    view: 'overview',
    wish: 'run',
    dismissed: false,
    abandoned: false,
    status: 'starting',
    snapshot: undefined,
    history: emptyHistory(info.windowSeconds),
    log: emptyLog(safe),
    pace: { wallSeconds: 0, simulatedSeconds: 0, factor: undefined },
    message: undefined,
  };
}

/** The run is over, one way or another: the last screen stays until a key is pressed. */
export function isOver(state: UiState): boolean {
  return state.status === 'finished' || state.status === 'stopped' || state.status === 'failed';
}

/** The window whose figures stand on the screen: the newest one, after the end the whole run. */
export function shownWindow(state: UiState): WindowMetrics | undefined {
  return isOver(state) ? state.snapshot?.day : state.snapshot?.window;
}

export function isPaused(state: UiState): boolean {
  return !isOver(state) && (state.status === 'paused' || state.wish === 'pause');
}

/** Asked to stop, not yet there. */
export function isStopping(state: UiState): boolean {
  return !isOver(state) && state.wish === 'stop';
}

export function reduce(state: UiState, event: UiEvent): UiState {
  switch (event.type) {
    case 'snapshot':
      return onSnapshot(state, event.snapshot);
    case 'resize':
      return { ...state, columns: event.columns, rows: event.rows };
    case 'key':
      return onKey(state, event.key);
  }
}

function onSnapshot(state: UiState, snapshot: Snapshot): UiState {
  const isNewWindow = snapshot.windowIndex > (state.snapshot?.windowIndex ?? -1);
  const { status } = snapshot;
  return {
    ...state,
    status,
    message: status === 'failed' ? oneCell(snapshot.message ?? 'no reason given') : undefined,
    // Before the first window a snapshot only tells the status.
    snapshot: snapshot.windowIndex >= 0 ? snapshot : state.snapshot,
    history: isNewWindow ? remember(state.history, snapshot) : state.history,
    log: observe(state.log, snapshot, state.info, isNewWindow),
    pace: isNewWindow ? nextPace(state.pace, snapshot) : state.pace,
  };
}

function nextPace(pace: Pace, snapshot: Snapshot): Pace {
  // A resumed run first shows what it simulated before: that took no time of this one's.
  if (snapshot.wallSeconds === 0) return { ...pace, simulatedSeconds: snapshot.window.endSeconds };
  const wallSeconds = snapshot.wallSeconds - pace.wallSeconds;
  if (wallSeconds < 1) return pace;
  const simulatedSeconds = snapshot.window.endSeconds;
  const factor = (simulatedSeconds - pace.simulatedSeconds) / wallSeconds;
  return { wallSeconds: snapshot.wallSeconds, simulatedSeconds, factor };
}

function onKey(state: UiState, key: string): UiState {
  const action = actionOf(key);
  if (isOver(state)) return { ...state, dismissed: true };
  if (action !== undefined) return act(state, action);
  return state.view === 'help' ? { ...state, view: 'overview' } : state;
}

function act(state: UiState, action: Action): UiState {
  switch (action) {
    case 'toggle-help':
      return { ...state, view: state.view === 'help' ? 'overview' : 'help' };
    case 'toggle-pause':
      if (state.wish === 'stop') return state;
      return { ...state, wish: state.wish === 'pause' ? 'run' : 'pause' };
    case 'stop':
      // Who asked to stop wants to leave: the last screen need not wait for a key.
      return { ...state, wish: 'stop', dismissed: true, abandoned: state.wish === 'stop' };
  }
}

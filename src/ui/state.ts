// What the screen knows, and the one function that changes it. Pure: no clock, no terminal, no run. What the watcher
// wishes of the run (pause, speed, stop, leave) is part of the state; dashboard.ts carries it out. Memory is bounded:
// the newest snapshot, and histories, decisions and a log of fixed length.
import type { RunInfo, RunStatus, Snapshot } from '../run/snapshot.ts';
import type { EventChoices } from '../scenario/events/check.ts';
import type { EventOrder, RunEvent } from '../scenario/events/event.ts';
import { act } from './actions/act.ts';
import { type } from './actions/search.ts';
import { actionOf, type ViewName } from './keys.ts';
import { oneCell } from './line.ts';
import { emptyDecisions, noteDecisions, type Decisions } from './model/decisions.ts';
import { emptyFleet, noteGauges, type Fleet } from './model/fleet.ts';
import { emptyHistory, remember, type History } from './model/history.ts';
import type { EventMenu } from './model/event-menu.ts';
import { addHour, type HourCounts } from './model/hours.ts';
import { emptyLog, observe, type Log } from './model/log.ts';
import type { TimeFrame } from './model/time-frame.ts';

export type { ViewName } from './keys.ts';

/** Simulated seconds per second, from fast to slow. */
export const SPEEDS = ['max', 3600, 600, 60, 1] as const;

export interface UiState {
  info: RunInfo;
  columns: number;
  rows: number;
  /** Whether it can be told of single replicas: not of a run that is watched again. */
  tellsReplicas: boolean;
  /** Whether keys can be read at all. */
  keyboard: boolean;
  view: ViewName;
  /** Page of the help; 0: none. */
  help: 0 | 1 | 2;

  // What the watcher last asked of the run.
  wish: 'run' | 'pause' | 'stop';
  /** Place in SPEEDS. */
  speed: number;
  /** Single windows, and pictures of the screen, asked for so far. */
  steps: number;
  saves: number;
  /** What is to be done to the run: how many orders so far, and the newest. */
  orders: { count: number; newest: EventOrder | undefined };
  /** The watcher has seen enough: the screen may go. */
  dismissed: boolean;
  /** The watcher will not wait for the run to stop. */
  abandoned: boolean;

  // Where the watcher looks.
  /** The moment shown, where it is not the newest. */
  cursorSeconds: number | undefined;
  pinnedSeconds: number | undefined;
  /** The time axis shows the run's time divided by 2 to this power. */
  zoom: number;
  search: { query: string; isTyping: boolean };
  /** Selected in a list, by number; undefined: the newest. */
  selected: { events: number | undefined; scaling: number | undefined };

  /** Whether something can be done to the run; what, once it has told; and the menu, while it is open. */
  canInject: boolean;
  choices: EventChoices | undefined;
  menu: EventMenu | undefined;

  status: RunStatus;
  /** Newest snapshot that tells of a window; undefined until the first one has passed. */
  snapshot: Snapshot | undefined;
  history: History;
  hours: readonly HourCounts[];
  log: Log;
  decisions: Decisions;
  fleet: Fleet;
  pace: Pace;
  /** A second run, beside this one and on its clock. */
  rival?: UiState;
  /** How high a chart's axis goes, where it is to agree with another's: its name, and how high it would go. */
  scale?: TimeFrame['scale'];
  /** Why the run failed. */
  message: string | undefined;
  /** What was just done, in the last line until the next key. */
  notice: string | undefined;
}

/** Simulated seconds per wall second, over the last second or two of wall time. */
interface Pace {
  wallSeconds: number;
  simulatedSeconds: number;
  factor: number | undefined;
}

export type UiEvent =
  | { type: 'snapshot'; snapshot: Snapshot; ofRival?: boolean }
  | { type: 'key'; key: string }
  | { type: 'notice'; text: string }
  | { type: 'choices'; choices: EventChoices }
  | { type: 'resize'; columns: number; rows: number };

export function initialState(
  info: RunInfo,
  screen: Pick<UiState, 'columns' | 'rows' | 'keyboard'> &
    Partial<Pick<UiState, 'canInject' | 'tellsReplicas'>>,
): UiState {
  const safe = { ...info, name: oneCell(info.name), pools: info.pools.map(oneCell) };
  return {
    info: safe,
    canInject: false,
    tellsReplicas: true,
    choices: undefined,
    menu: undefined,
    orders: { count: 0, newest: undefined },
    ...screen,
    view: 'overview',
    help: 0,
    wish: 'run',
    speed: 0,
    steps: 0,
    saves: 0,
    dismissed: false,
    abandoned: false,
    cursorSeconds: undefined,
    pinnedSeconds: undefined,
    zoom: 0,
    search: { query: '', isTyping: false },
    selected: { events: undefined, scaling: undefined },
    status: 'starting',
    snapshot: undefined,
    history: emptyHistory(info.windowSeconds),
    hours: [],
    log: emptyLog(safe),
    decisions: emptyDecisions,
    fleet: emptyFleet,
    pace: { wallSeconds: 0, simulatedSeconds: 0, factor: undefined },
    message: undefined,
    notice: undefined,
  };
}

/** The run is over, one way or another: the last screen stays until a key is pressed. */
export function isOver(state: Pick<UiState, 'status'>): boolean {
  return state.status === 'finished' || state.status === 'stopped' || state.status === 'failed';
}

export function isPaused(state: UiState): boolean {
  return !isOver(state) && (state.status === 'paused' || state.wish === 'pause');
}

/** Asked to stop, not yet there. */
export function isStopping(state: UiState): boolean {
  return !isOver(state) && state.wish === 'stop';
}

/** What was done to the run so far. */
export function eventsOf({ snapshot }: Pick<UiState, 'snapshot'>): readonly RunEvent[] {
  return snapshot?.events ?? [];
}

/** Whether the run is to tell of its replicas: that takes time, so only while somebody looks. */
export function wantsFleet(state: UiState): boolean {
  return state.view === 'fleet' && !isOver(state);
}

export function reduce(state: UiState, event: UiEvent): UiState {
  switch (event.type) {
    case 'snapshot':
      if (event.ofRival) return { ...state, rival: onSnapshot(state.rival!, event.snapshot) };
      return onSnapshot(state, event.snapshot);
    case 'resize':
      return { ...state, columns: event.columns, rows: event.rows };
    case 'choices': {
      const { choices } = event;
      return { ...state, choices, menu: state.menu && { ...state.menu, choices } };
    }
    case 'notice':
      return { ...state, notice: event.text };
    case 'key':
      return onKey({ ...state, notice: undefined }, event.key);
  }
}

function onSnapshot(state: UiState, snapshot: Snapshot): UiState {
  const isNewWindow = snapshot.windowIndex > (state.snapshot?.windowIndex ?? -1);
  const { status } = snapshot;
  const decisions = noteDecisions(state.decisions, snapshot);
  const next = {
    ...state,
    status,
    decisions,
    menu: isOver({ status }) ? undefined : state.menu,
    message: status === 'failed' ? oneCell(snapshot.message ?? 'no reason given') : undefined,
    // Before the first window a snapshot only tells the status.
    snapshot: snapshot.windowIndex >= 0 ? snapshot : state.snapshot,
    log: observe(state.log, snapshot, state.info, { isNewWindow, decisions: decisions.newest }),
  };
  if (!isNewWindow) return next;
  return {
    ...next,
    history: remember(state.history, snapshot),
    hours: addHour(state.hours, snapshot.window, state.info),
    fleet: noteGauges(state.fleet, snapshot),
    pace: nextPace(state.pace, snapshot),
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
  if (state.search.isTyping && key !== 'ctrl-c') return { ...state, search: type(state.search, key) };
  const action = actionOf(key);
  if (action !== undefined) return act(state, action);
  if (state.help > 0) return { ...state, help: 0 };
  return isOver(state) ? { ...state, dismissed: true } : state;
}

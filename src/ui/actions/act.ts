// What an action does to the state. Pure; what concerns the run itself becomes a wish.
import { VIEWS, type Action, type ViewName } from '../keys.ts';
import { helpIsWhole } from '../panels/help.ts';
import { isOver, isPaused, SPEEDS, type UiState } from '../state.ts';
import { movedInFleet, openedInFleet, MEASURES } from './fleet.ts';
import { actInMenu, opened } from './inject.ts';
import { jumped, movedInList } from './lists.ts';
import { atFirst, live, pinned, scrubbed, zoomed } from './time.ts';

const PAGE = 10;

type Handler = (state: UiState) => UiState;

const showing =
  (view: ViewName): Handler =>
  (state) => ({ ...state, view, help: 0 });

const neighbour =
  (by: number): Handler =>
  (state) => {
    const at = (VIEWS.indexOf(state.view) + by + VIEWS.length) % VIEWS.length;
    return { ...state, view: VIEWS[at], help: 0 };
  };

const faster =
  (by: number): Handler =>
  (state) => ({ ...state, speed: Math.max(0, Math.min(SPEEDS.length - 1, state.speed - by)) });

/** In the fleet the arrows select; elsewhere left and right are time, up and down select in lists. */
const sideways =
  (by: number, step: 'column' | 'window'): Handler =>
  (state) =>
    state.view === 'fleet' ? movedInFleet(state, by, 0) : scrubbed(state, by, step);

const vertical =
  (by: number): Handler =>
  (state) => {
    if (state.view === 'fleet') return movedInFleet(state, 0, by);
    return state.view === 'events' || state.view === 'scaling' ? movedInList(state, by) : state;
  };

const HANDLERS: Record<Action, Handler> = {
  ...(Object.fromEntries(VIEWS.map((view) => [view, showing(view)])) as Record<ViewName, Handler>),
  'next-view': neighbour(1),
  'previous-view': neighbour(-1),
  'toggle-pause': togglePause,
  step: stepped,
  faster: faster(1),
  slower: faster(-1),
  left: sideways(-1, 'column'),
  right: sideways(1, 'column'),
  'left-one': sideways(-1, 'window'),
  'right-one': sideways(1, 'window'),
  up: vertical(-1),
  down: vertical(1),
  'page-up': vertical(-PAGE),
  'page-down': vertical(PAGE),
  first: atFirst,
  live,
  'zoom-in': (state) => zoomed(state, 1),
  'zoom-out': (state) => zoomed(state, -1),
  pin: pinned,
  measure: (state) => ({
    ...state,
    fleet: {
      ...state.fleet,
      measure: MEASURES[(MEASURES.indexOf(state.fleet.measure) + 1) % MEASURES.length],
    },
  }),
  search: (state) => (state.view === 'events' ? { ...state, search: { query: '', isTyping: true } } : state),
  enter,
  back,
  inject: opened,
  save: (state) => ({ ...state, saves: state.saves + 1 }),
  'toggle-help': turnHelp,
  stop,
};

export function act(state: UiState, action: Action): UiState {
  return actInMenu(state, action) ?? HANDLERS[action](state);
}

function togglePause(state: UiState): UiState {
  if (isOver(state)) return { ...state, dismissed: true };
  if (state.wish === 'stop') return state;
  return { ...state, wish: state.wish === 'pause' ? 'run' : 'pause' };
}

/** Who steps wants to see what the step does: the newest moment, and a run that stands still. */
function stepped(state: UiState): UiState {
  if (isOver(state) || state.wish === 'stop') return state;
  return { ...live(state), wish: 'pause', steps: state.steps + (isPaused(state) ? 1 : 0) };
}

function enter(state: UiState): UiState {
  if (state.help > 0) return { ...state, help: 0 };
  if (state.view === 'fleet' && state.fleet.gauges !== undefined) return openedInFleet(state, 1);
  if (state.view === 'events' || state.view === 'scaling') return jumped(state);
  return isOver(state) ? { ...state, dismissed: true } : state;
}

/** One thing after the other: help, search, a replica or cell, the past, a pin. */
function back(state: UiState): UiState {
  if (state.help > 0) return { ...state, help: 0 };
  if (state.view === 'events' && state.search.query !== '') {
    return { ...state, search: { query: '', isTyping: false } };
  }
  if (state.view === 'fleet' && state.fleet.level !== 'cells') return openedInFleet(state, -1);
  if (state.cursorSeconds !== undefined) return live(state);
  if (state.pinnedSeconds !== undefined) return { ...state, pinnedSeconds: undefined };
  return isOver(state) ? { ...state, dismissed: true } : state;
}

function turnHelp(state: UiState): UiState {
  const isLast = state.help === 2 || (state.help === 1 && helpIsWhole(state));
  return { ...state, help: isLast ? 0 : state.help === 0 ? 1 : 2 };
}

function stop(state: UiState): UiState {
  if (isOver(state)) return { ...state, dismissed: true };
  // Who asked to stop wants to leave: the last screen need not wait for a key.
  return { ...state, wish: 'stop', dismissed: true, abandoned: state.wish === 'stop' };
}

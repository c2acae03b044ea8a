// Keys while the menu of events is open: they choose, send it off, or leave it.
import type { Action } from '../keys.ts';
import { changedInMenu, movedInMenu, openedMenu, orderOf } from '../model/event-menu.ts';
import { isOver, isStopping, type UiState } from '../state.ts';

const MANY = 10;

export function opened(state: UiState): UiState {
  if (!state.canInject || isOver(state) || isStopping(state)) return state;
  const window = state.snapshot?.window;
  const replicas = window?.replicasWanted || window?.replicasReady || state.info.replicas;
  return { ...state, help: 0, menu: openedMenu(state.choices, replicas) };
}

/** Undefined: the key means what it always means. */
export function actInMenu(state: UiState, action: Action): UiState | undefined {
  const { menu } = state;
  if (menu === undefined) return undefined;
  const changed = (by: number): UiState => ({ ...state, menu: changedInMenu(menu, by) });
  const moved = (by: number): UiState => ({ ...state, menu: movedInMenu(menu, by) });
  switch (action) {
    case 'left':
      return changed(-1);
    case 'right':
      return changed(1);
    case 'left-one':
      return changed(-MANY);
    case 'right-one':
      return changed(MANY);
    case 'up':
      return moved(-1);
    case 'down':
      return moved(1);
    case 'inject':
    case 'back':
      return { ...state, menu: undefined };
    case 'enter': {
      const order = orderOf(menu);
      if (order === undefined) return state;
      return { ...state, menu: undefined, orders: { count: state.orders.count + 1, newest: order } };
    }
    case 'toggle-pause':
    case 'step':
    case 'faster':
    case 'slower':
    case 'save':
    case 'stop':
      return undefined;
    default:
      return state;
  }
}

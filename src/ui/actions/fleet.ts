// Moving through the fleet: cells, the replicas of one, a single one.
import { cellOf, gridColumns, type Fleet, type Measure } from '../model/fleet.ts';
import type { UiState } from '../state.ts';

export const MEASURES: readonly Measure[] = ['kv', 'batch', 'waiting'];

const LEVELS = ['cells', 'replicas', 'replica'] as const;

export function movedInFleet(state: UiState, across: number, down: number): UiState {
  const { fleet } = state;
  const { gauges, level } = fleet;
  if (gauges === undefined) return state;
  const bounded = (place: number, count: number): number => Math.max(0, Math.min(count - 1, place));
  if (level === 'cells') {
    const cell = bounded(fleet.cell + across + down, gauges.length);
    return { ...state, fleet: { ...fleet, cell, replica: 0, course: [] } };
  }
  const { replicas } = cellOf(fleet)!;
  const step = across + down * (level === 'replica' ? 1 : gridColumns(state.columns));
  return { ...state, fleet: { ...fleet, replica: bounded(fleet.replica + step, replicas), course: [] } };
}

export function openedInFleet(state: UiState, by: 1 | -1): UiState {
  const at = LEVELS.indexOf(state.fleet.level) + by;
  const level: Fleet['level'] = LEVELS[Math.max(0, Math.min(LEVELS.length - 1, at))];
  return { ...state, fleet: { ...state.fleet, level } };
}

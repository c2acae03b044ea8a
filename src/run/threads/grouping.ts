// How the cells of a run are shared out among its threads, and what the groups say put in order again: no result depends
// on who simulates which cell.
import type { CellPlan } from '../../fleet/cell-plan.ts';
import type { RunState } from '../saving/saver.ts';
import type { GroupState } from './group.ts';

/** `plans`: of all cells, by index. One group where there are no threads, at most one for each cell. */
export function groupsOf(plans: readonly CellPlan[], threads: number): CellPlan[][] {
  const groupCount = Math.max(1, Math.min(threads, plans.length));
  return Array.from({ length: groupCount }, (_, g) => plans.filter((plan) => plan.index % groupCount === g));
}

/** The part of a run's state that a group goes on from. */
export function groupState(
  plans: readonly CellPlan[],
  { cells, attainment }: Pick<RunState, 'cells' | 'attainment'>,
): GroupState {
  return { cells: plans.map((plan) => cells[plan.index]), attainment };
}

/** The states of all groups as one: cells by index. */
export function joinedState(
  groups: readonly (readonly CellPlan[])[],
  states: readonly GroupState[],
): Pick<RunState, 'cells' | 'attainment'> {
  const cells: Uint8Array[] = [];
  for (const [g, plans] of groups.entries()) {
    for (const [i, plan] of plans.entries()) cells[plan.index] = states[g].cells[i];
  }
  return { cells, attainment: states[0].attainment };
}

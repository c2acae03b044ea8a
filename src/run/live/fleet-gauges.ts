// What every replica of a group of cells does at the end of a window, packed for the way between threads. Made only
// while somebody watches the fleet; reading changes nothing.
import type { Cell } from '../../fleet/cell.ts';
import type { CellPlan } from '../../fleet/cell-plan.ts';
import { ticksToSeconds } from '../../kernel/ticks.ts';
import { GAUGE, GAUGE_FIELDS, REPLICA_STATES, type FleetCell } from '../snapshot.ts';

const READY = REPLICA_STATES.indexOf('ready');

/** `kvBlocks`: of one replica; Infinity without a limit. */
export function packGauges(cell: Cell, kvBlocks: number): Int32Array {
  const { running, waiting, usedBlocks } = cell.readGauges(false);
  const { steps, stepTicks } = cell.readSteps();
  const packed = new Int32Array(running.length * GAUGE_FIELDS);
  for (let place = 0; place < running.length; place++) {
    const at = place * GAUGE_FIELDS;
    packed[at + GAUGE.state] = READY;
    packed[at + GAUGE.running] = running[place];
    packed[at + GAUGE.waiting] = waiting[place];
    packed[at + GAUGE.kvPermille] =
      kvBlocks === Infinity ? -1 : Math.round((usedBlocks[place] / kvBlocks) * 1000);
    packed[at + GAUGE.stepMicroseconds] = Math.round(ticksToSeconds(stepTicks[place]) * 1e6);
    packed[at + GAUGE.steps] = steps[place] % 2 ** 31;
  }
  return packed;
}

/** The state of a replica, by its number in the pool; undefined for a pool that does not scale. */
export type StateOf = (pool: number) => ((replica: number) => (typeof REPLICA_STATES)[number]) | undefined;

/** Puts the cells of all groups in order, and in the states which only the controllers know. */
export function fleetOf(
  groups: readonly (readonly CellPlan[])[],
  packed: readonly (readonly Int32Array[])[],
  stateOf: StateOf,
): FleetCell[] {
  const cells: FleetCell[] = [];
  for (const [g, plans] of groups.entries()) {
    for (const [i, { index, pool, firstReplica }] of plans.entries()) {
      const gauges = packed[g][i];
      const state = stateOf(pool);
      if (state !== undefined) {
        for (let place = 0; place * GAUGE_FIELDS < gauges.length; place++) {
          gauges[place * GAUGE_FIELDS + GAUGE.state] = REPLICA_STATES.indexOf(state(firstReplica + place));
        }
      }
      cells[index] = { pool, firstReplica, packed: gauges };
    }
  }
  return cells;
}

// How the counts of windows and of parts of them are added up.
import { Window } from './window-fields.ts';

/** Fields that say what is, not what happened: of two stretches the later one's counts. */
export const GAUGES: readonly number[] = [Window.running, Window.waiting, Window.held, Window.usedBlocks];

/** Appends a later stretch of the same cell (or sum of cells). */
export function appendCounts(sums: Float64Array, later: Float64Array): void {
  for (const field of GAUGES) sums[field] = 0;
  for (let field = 0; field < Window.FIELDS; field++) sums[field] += later[field];
}

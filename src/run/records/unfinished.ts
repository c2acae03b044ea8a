// The requests that are in the system where a run ends early, read off the saved states of its cells.
import { deserialize } from 'node:v8';
import type { CellPlan } from '../../fleet/cell-plan.ts';
import type { RequestChunk } from '../../fleet/records/rows.ts';
import { unfinishedRows } from '../../fleet/records/unfinished.ts';
import { createPerfModel } from '../../perf/create.ts';
import { recordedCell } from '../../scenario/build.ts';
import type { WatchSpec } from '../../scenario/build.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { SavedCell } from '../threads/group.ts';

/** `serialized`: a state of the plan's cell, see Group. */
export function unfinishedOf(
  scenario: Scenario,
  plan: CellPlan,
  { watch, serialized }: { watch: WatchSpec; serialized: Uint8Array },
): RequestChunk {
  const { state, watched } = deserialize(serialized) as SavedCell;
  const { clientDelayTicks } = createPerfModel(scenario.pools[plan.pool].perf, '');
  return unfinishedRows(
    recordedCell(scenario, plan, 0, watch),
    { state, notes: watched!.notes! },
    { clientDelayTicks, originSeconds: watched!.originSeconds },
  );
}

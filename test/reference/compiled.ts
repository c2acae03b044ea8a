// The compiled kernel against the engine that it stands for, on one cell: in every window the same counts, latencies,
// attainment, drained replicas and gauges, and at its end the same state, to the bit; saved, restored and rebased on the way.
import { isDeepStrictEqual } from 'node:util';
import { AttainmentLog } from '../../src/fleet/attainment.ts';
import { Window } from '../../src/fleet/window-fields.ts';
import { RandomStream } from '../../src/kernel/random.ts';
import { batchingShape } from '../../src/policies/batching/registry.ts';
import type { CellCase } from '../support/cell-case.ts';
import { createCell, newHistograms } from '../support/simulate-fast.ts';

/** Whether there is a compiled kernel for its batching policy. */
export const isCompiled = (c: CellCase) => batchingShape(c.batching).compiled !== undefined;

/** A kernel that loses a request would never end. */
const WINDOWS_MAX = 10_000;

interface Options {
  compiled: boolean;
  windowTicks: number;
}

/** What can be told of every window, and how many requests were preempted in all. */
function* windowsOf(c: CellCase, { compiled, windowTicks }: Options) {
  const interruptions = new RandomStream(c.seed, 'interruptions');
  const attainment = new AttainmentLog();
  let latencies = newHistograms();
  const newCell = () => {
    const { cell, engine } = createCell(c, { compiled, latencies, attainment });
    // Half of them read ahead, as if they were large.
    Object.defineProperty(engine.pool, 'isLarge', { value: c.seed % 2 === 1 });
    return cell;
  };
  let cell = newCell();
  const last = lastTicksOf(c);
  let originTicks = 0;
  let start = -Infinity;
  let end = 0;
  for (let window = 0; window < WINDOWS_MAX; window++) {
    // Ever longer ones, once all have arrived.
    end += end > last ? end : windowTicks;
    attainment.enter(window, end - originTicks);
    const due = (c.changes ?? []).filter(({ atTicks }) => atTicks <= end && atTicks > start);
    start = end;
    const counts = cell.advanceTo(
      end - originTicks,
      due.map((change) => ({ ...change, atTicks: change.atTicks - originTicks })),
    );
    const { ttft, tpot, itl, e2e } = latencies;
    yield {
      counts,
      latencies: [ttft, tpot, itl, e2e].map((histogram) => histogram.take()),
      attained: attainment.take(),
      drained: cell.takeDrained(),
      gauges: cell.readGauges(true),
      state: cell.save(),
    };
    if (end > last && cell.inSystem === 0) return;
    if (interruptions.below(4) === 0) {
      const state = structuredClone(cell.save());
      latencies = newHistograms();
      cell = newCell();
      cell.restore(state);
    }
    if (interruptions.below(4) === 0) {
      const ticks = Math.floor((end - originTicks) * interruptions.uniform());
      cell.rebase(ticks);
      attainment.rebase(ticks);
      originTicks += ticks;
    }
  }
}

const lastTicksOf = (c: CellCase) => Math.max(c.requests.at(-1)!.atTicks, c.changes?.at(-1)?.atTicks ?? 0);

/** In so many windows until the last request has come. Says where they differ, or how many were preempted. */
export function compareCompiled(c: CellCase, windows: number): { difference?: string; preemptions: number } {
  const windowTicks = Math.ceil(lastTicksOf(c) / windows) + 1;
  const compiled = windowsOf(c, { compiled: true, windowTicks });
  let preemptions = 0;
  let window = 0;
  for (const expected of windowsOf(c, { compiled: false, windowTicks })) {
    const found = compiled.next().value as typeof expected | undefined;
    for (const what of Object.keys(expected) as (keyof typeof expected)[]) {
      if (!isDeepStrictEqual(found?.[what], expected[what]))
        return { difference: `compiled, window ${window}: ${what}`, preemptions };
    }
    preemptions += expected.counts[Window.preemptions];
    window++;
  }
  return compiled.next().done ? { preemptions } : { difference: 'compiled: more windows', preemptions };
}

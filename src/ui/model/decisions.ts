// What the controllers decided, newest last. At most KEPT are kept; numbers go on, so that a selection stays where it
// is. Pure.
import type { ScalingDecision } from '../../control/controller.ts';
import type { Snapshot } from '../../run/snapshot.ts';

const KEPT = 2000;

export interface Decision extends ScalingDecision {
  id: number;
}

export interface Decisions {
  list: readonly Decision[];
  /** Those that the newest snapshot told first. */
  newest: readonly Decision[];
  made: number;
  /** All up to then are known. */
  upToSeconds: number;
}

export const emptyDecisions: Decisions = { list: [], newest: [], made: 0, upToSeconds: -Infinity };

/** A snapshot may repeat decisions; those of one moment come together. */
export function noteDecisions(before: Decisions, { scaling = [] }: Snapshot): Decisions {
  const last = scaling.at(-1)?.atSeconds ?? -Infinity;
  if (last <= before.upToSeconds) return before.newest.length === 0 ? before : { ...before, newest: [] };
  let first = scaling.length;
  while (first > 0 && scaling[first - 1].atSeconds > before.upToSeconds) first--;
  const newest = scaling.slice(first).map((decision, i) => ({ ...decision, id: before.made + i }));
  return {
    list: [...before.list, ...newest].slice(-KEPT),
    newest,
    made: before.made + newest.length,
    upToSeconds: last,
  };
}

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
  /** All before then are known, and so many of that moment. */
  upToSeconds: number;
  ofThen: number;
}

export const emptyDecisions: Decisions = { list: [], newest: [], made: 0, upToSeconds: -Infinity, ofThen: 0 };

/** A snapshot may repeat decisions, and an event may add to those of a moment. */
export function noteDecisions(before: Decisions, { scaling = [] }: Snapshot): Decisions {
  const { upToSeconds, ofThen } = before;
  const ofSameMoment = scaling.filter(({ atSeconds }) => atSeconds === upToSeconds).slice(ofThen);
  const later = scaling.filter(({ atSeconds }) => atSeconds > upToSeconds);
  if (ofSameMoment.length + later.length === 0)
    return before.newest.length === 0 ? before : { ...before, newest: [] };
  const newest = [...ofSameMoment, ...later].map((decision, i) => ({ ...decision, id: before.made + i }));
  const last = newest[newest.length - 1].atSeconds;
  const ofLast = newest.filter(({ atSeconds }) => atSeconds === last).length;
  return {
    list: [...before.list, ...newest].slice(-KEPT),
    newest,
    made: before.made + newest.length,
    upToSeconds: last,
    ofThen: last === upToSeconds ? ofThen + ofLast : ofLast,
  };
}

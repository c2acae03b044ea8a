// Two finished runs on one clock: what of both has passed after each window of either.
import type { SavedRun } from '../../report/saved-run/read.ts';
import type { Snapshot } from '../../run/snapshot.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { Passing } from './replay.ts';
import { snapshotsOf } from './snapshots.ts';

/** The newest snapshots of both; none where a run told nothing new. */
export interface PairPassing extends Passing {
  sides: readonly [readonly Snapshot[], readonly Snapshot[]];
}

/** UserError where there is no clock for both. */
export function checkOneClock(dirs: readonly string[], [a, b]: readonly SavedRun[]): void {
  if (a.info.startEpochMs === b.info.startEpochMs) return;
  const start = ({ info }: SavedRun): string => new Date(info.startEpochMs).toISOString();
  throw new UserError(
    `${dirs[0]} begins at ${start(a)}, ${dirs[1]} at ${start(b)}; two runs are watched on one clock: name runs of the same start`,
  );
}

export function* pairOf(a: SavedRun, b: SavedRun): Generator<PairPassing> {
  const runs = [snapshotsOf(a), snapshotsOf(b)] as const;
  const next = [runs[0].next(), runs[1].next()];
  while (!next[0].done || !next[1].done) {
    const ends = next.map((each) => (each.done ? Infinity : each.value.window.endSeconds));
    const endSeconds = Math.min(...ends);
    const sides: [Snapshot[], Snapshot[]] = [[], []];
    for (const i of [0, 1] as const) {
      for (let each = next[i]; !each.done && each.value.window.endSeconds <= endSeconds; each = next[i]) {
        sides[i].push(each.value);
        next[i] = runs[i].next();
      }
    }
    const isLast = next[0].done && next[1].done;
    yield { status: isLast ? 'finished' : 'running', wallSeconds: 0, window: { endSeconds }, sides };
  }
}

// A finished run passes again, at the speed that is asked for: the same control as over one that is simulated. As fast
// as it can means here: in some seconds.
import type { RunControl, Snapshot } from '../../run/snapshot.ts';

const TICK_MS = 50;
/** Simulated seconds per second at `max`: so many seconds for the whole. */
const MAX_TAKES_SECONDS = 4;

/** What passes: a snapshot, or those of several runs. */
export interface Passing extends Pick<Snapshot, 'status' | 'wallSeconds'> {
  window: Pick<Snapshot['window'], 'endSeconds'>;
}

export interface Replay<S extends Passing = Snapshot> extends RunControl {
  /** Resolves at the end, or when it is stopped. */
  play(watcher: (snapshot: S) => void): Promise<void>;
}

export function replayOf<S extends Passing>(snapshots: Iterator<S>, durationSeconds: number): Replay<S> {
  let speed: number | 'max' = 'max';
  let isPaused = false;
  let steps = 0;
  let isOver = false;
  let untilSeconds = 0;
  let playedMs = 0;
  let next = snapshots.next();
  let timer: NodeJS.Timeout | undefined;
  let watch: ((snapshot: S) => void) | undefined;
  let end = (): void => undefined;
  let last: S | undefined;

  /** The next snapshot, or the last one once more with another status; false where there is none. */
  function show(status?: Snapshot['status']): boolean {
    if (status === undefined) {
      if (next.done || isOver) return false;
      last = { ...next.value, wallSeconds: playedMs / 1000 };
      next = snapshots.next();
    } else if (last !== undefined) {
      last = { ...last, status };
    }
    if (last !== undefined) watch?.(last);
    return !isOver;
  }

  function onTick(): void {
    if (isPaused) {
      for (; steps > 0 && !next.done; steps--) {
        untilSeconds = next.value.window.endSeconds;
        show();
        if (!next.done) show('paused');
      }
    } else {
      playedMs += TICK_MS;
      const perSecond = speed === 'max' ? durationSeconds / MAX_TAKES_SECONDS : speed;
      untilSeconds += (perSecond * TICK_MS) / 1000;
      // The drain is no part of the day: it comes at once.
      const until = untilSeconds < durationSeconds ? untilSeconds : Infinity;
      while (!next.done && next.value.window.endSeconds <= until && show());
    }
    if (next.done) finish();
  }

  function finish(): void {
    isOver = true;
    clearInterval(timer);
    end();
  }

  return {
    play: (watcher) =>
      new Promise<void>((resolve) => {
        watch = watcher;
        end = resolve;
        timer = setInterval(onTick, TICK_MS);
      }),
    pause: () => {
      isPaused = true;
      steps = 0;
      if (!next.done) show('paused');
    },
    resume: () => {
      isPaused = false;
      if (!next.done) show('running');
    },
    stop: () => {
      if (isOver) return;
      isOver = true;
      show('stopped');
      finish();
    },
    step: () => void steps++,
    setSpeed: (asked) => void (speed = asked),
  };
}

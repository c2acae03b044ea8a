// The wall clock of a run: how long it has taken, how long it will. For people who watch; no result depends on it.
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { RunInfo, Snapshot } from '../snapshot.ts';

/** What a run has before it when it begins or goes on, the drain apart. */
export interface Ahead {
  windows: number;
  /** Expected arrivals; undefined for a trace. */
  requests: number | undefined;
}

export class ProgressClock {
  readonly ahead: Ahead;
  /** Work up to the end of each window, as expected arrivals (as time, where they are not known). */
  readonly #workUpTo: Float64Array;
  #runningSinceMs: number | undefined;
  #elapsedMs = 0;
  #lastDueMs = -Infinity;
  /** Speed is measured from the end of the first window on: until then the threads load. */
  readonly #firstWindow: number;
  #firstWindowMs = 0;
  #windows: number;
  #arrived = 0;

  /** `firstWindow`: where a resumed run goes on. */
  constructor(info: RunInfo, windowEnds: readonly number[], firstWindow: number) {
    this.#firstWindow = firstWindow;
    this.#windows = firstWindow;
    const rates = info.expectedRequestsPerSecond;
    let work = 0;
    this.#workUpTo = Float64Array.from(windowEnds, (end, i) => {
      const seconds = end - (i === 0 ? 0 : windowEnds[i - 1]);
      work += seconds * (rates.length > 0 ? rates[i] : 1);
      return work;
    });
    const workAhead = work - this.#workBefore(firstWindow);
    this.ahead = {
      windows: Math.max(0, windowEnds.length - firstWindow),
      requests: rates.length > 0 ? workAhead : undefined,
    };
  }

  start(): void {
    this.#runningSinceMs ??= performance.now();
  }

  pause(): void {
    this.#elapsedMs = this.#wallMs();
    this.#runningSinceMs = undefined;
  }

  advance(window: WindowMetrics): void {
    if (this.#windows++ === this.#firstWindow) this.#firstWindowMs = this.#wallMs();
    this.#arrived += window.arrived;
  }

  /** Whether so many milliseconds have passed since it last said yes. */
  due(everyMs: number): boolean {
    const now = performance.now();
    if (now - this.#lastDueMs < everyMs) return false;
    this.#lastDueMs = now;
    return true;
  }

  read(): Pick<Snapshot, 'wallSeconds' | 'wallSecondsLeft' | 'requestsPerWallSecond'> {
    const wallSeconds = this.#wallMs() / 1000;
    const measuredSeconds = wallSeconds - this.#firstWindowMs / 1000;
    const now = this.#workBefore(this.#windows);
    const done = now - this.#workBefore(this.#firstWindow + 1);
    const known = done > 0 && measuredSeconds > 0.5;
    const left = this.#workUpTo.at(-1)! - now;
    return {
      wallSeconds,
      wallSecondsLeft: known ? (measuredSeconds * left) / done : undefined,
      requestsPerWallSecond: wallSeconds > 0 ? this.#arrived / wallSeconds : 0,
    };
  }

  #workBefore(window: number): number {
    return window === 0 ? 0 : this.#workUpTo[Math.min(window, this.#workUpTo.length) - 1];
  }

  #wallMs(): number {
    return (
      this.#elapsedMs + (this.#runningSinceMs === undefined ? 0 : performance.now() - this.#runningSinceMs)
    );
  }
}

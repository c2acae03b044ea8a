// The wall clock of a run: how long it has taken, how long it will. For people who watch; no result depends on it.
import type { WindowMetrics } from '../metrics/window-metrics.ts';
import type { RunInfo, Snapshot } from './snapshot.ts';

export class ProgressClock {
  /** Work up to the end of each window, as expected arrivals (as time, where they are not known). */
  readonly #workUpTo: Float64Array;
  #runningSinceMs: number | undefined;
  #elapsedMs = 0;
  #lastDueMs = -Infinity;
  #windows = 0;
  #arrived = 0;

  constructor(info: RunInfo, windowEnds: readonly number[]) {
    const rates = info.expectedRequestsPerSecond;
    let work = 0;
    this.#workUpTo = Float64Array.from(windowEnds, (end, i) => {
      const seconds = end - (i === 0 ? 0 : windowEnds[i - 1]);
      work += seconds * (rates.length > 0 ? rates[i] : 1);
      return work;
    });
  }

  start(): void {
    this.#runningSinceMs ??= performance.now();
  }

  pause(): void {
    this.#elapsedMs = this.#wallMs();
    this.#runningSinceMs = undefined;
  }

  advance(window: WindowMetrics): void {
    this.#windows++;
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
    const total = this.#workUpTo.at(-1)!;
    const done = this.#workUpTo[Math.min(this.#windows, this.#workUpTo.length) - 1] ?? 0;
    const known = done > 0 && wallSeconds > 0.5;
    return {
      wallSeconds,
      wallSecondsLeft: known ? (wallSeconds * (total - done)) / done : undefined,
      requestsPerWallSecond: wallSeconds > 0 ? this.#arrived / wallSeconds : 0,
    };
  }

  #wallMs(): number {
    return (
      this.#elapsedMs + (this.#runningSinceMs === undefined ? 0 : performance.now() - this.#runningSinceMs)
    );
  }
}

// What those who watch a run are told after every window: the newest one, and what has come of all so far. What is work to
// put together is made as often as eyes need it, so here is a wall clock.
import type { WindowMetrics } from '../../metrics/window-metrics.ts';
import type { Simulation } from '../simulation.ts';
import type { FleetCell, RunStatus, Snapshot } from '../snapshot.ts';
import type { ProgressClock } from './progress.ts';

export type Watcher = (snapshot: Snapshot) => void;

/** The parts of a snapshot that cover the whole day are renewed no more often than this. */
const SUMMARY_EVERY_MS = 150;
/** And those of every replica, while somebody watches them. */
const GAUGES_EVERY_MS = 180;

/** What it is told from. */
type Told = Pick<Simulation, 'recorder' | 'injections' | 'pools'>;

export class Display {
  readonly #told: Told;
  readonly #clock: ProgressClock;
  #watcher: Watcher | undefined;
  /** The newest one, and its position. */
  #window: WindowMetrics | undefined;
  #windowIndex = -1;
  #fleet: FleetCell[] | undefined;
  #watchesFleet = false;
  #gaugesAskedAtMs = -Infinity;
  #summary: ReturnType<Simulation['recorder']['summary']> | undefined;

  constructor(told: Told, clock: ProgressClock) {
    this.#told = told;
    this.#clock = clock;
  }

  /** Who watches a resumed run learns what has been. */
  begin(watcher: Watcher | undefined): void {
    this.#watcher = watcher;
    const { recorder } = this.#told;
    for (let i = 0; i < recorder.windowCount; i++) {
      this.#window = recorder.windowAt(i);
      this.#windowIndex = i;
      this.show('starting');
    }
  }

  watchFleet(isWatched: boolean): void {
    this.#watchesFleet = isWatched;
  }

  /** Whether the groups are to say what their replicas do at the end of the next window; then not again at once. */
  wantsGauges(): boolean {
    const now = performance.now();
    const isWatched = this.#watchesFleet || this.#told.pools !== undefined;
    if (!isWatched || now < this.#gaugesAskedAtMs + GAUGES_EVERY_MS) return false;
    this.#gaugesAskedAtMs = now;
    return true;
  }

  /** The next window, and what the replicas do at its end, if that was asked. */
  add(window: WindowMetrics, fleet: FleetCell[] | undefined): void {
    this.#window = window;
    this.#windowIndex++;
    this.#fleet = fleet;
    this.#clock.advance(window);
  }

  /** Nothing before the first window. */
  show(status: RunStatus, message?: string): void {
    if (this.#watcher === undefined || this.#window === undefined) return;
    const { recorder, injections } = this.#told;
    if (this.#summary === undefined || this.#clock.due(SUMMARY_EVERY_MS)) this.#summary = recorder.summary();
    this.#watcher({
      status,
      message,
      window: this.#window,
      windowIndex: this.#windowIndex,
      scaling: recorder.decisionsIn(this.#window),
      events: injections.applied,
      ...(this.#fleet !== undefined && { fleet: this.#fleet }),
      ...this.#summary,
      ...this.#clock.read(),
    });
  }

  /** The last time, when everything is recorded. */
  showEnd(status: RunStatus): void {
    this.#summary = undefined;
    this.show(status);
  }
}

// The windows of a run on the clock of its cells. They count ticks from an origin, which moves on with the windows, so
// that no time comes near the 2^53 ticks (24 days) up to which ticks are exact. Where it lies follows from the window
// alone: no result depends on who asks when. A window's end is a whole number of ticks from any origin, and the same one.
import { windowEnds } from '../economics/calendar.ts';
import { secondsToTicks, TICKS_PER_SECOND } from '../kernel/ticks.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Origins lie at multiples of it: a window of at most a day ends within 8 days of its own. */
const REBASE_SECONDS = 7 * 86_400;

/** The drain ends after so many windows, or so long, whatever is left: as much as a workload itself may have. */
const DRAIN_WINDOWS_MAX = 100_000;
const DRAIN_SECONDS_MAX = 366 * 86_400;

export interface TimelineOptions {
  periodsSeconds?: readonly number[];
  rebaseSeconds?: number;
}

/** A moment at which all cells stop: a window's end, or one at which a controller looks or decides. */
export interface Stop {
  /** The window that it lies in or ends. */
  window: number;
  /** The stop before it, or the start of the run. */
  startSeconds: number;
  endSeconds: number;
  opensWindow: boolean;
  endsWindow: boolean;
}

export class Timeline {
  /** Ends of the windows in which requests arrive, seconds. */
  readonly dayEnds: readonly number[];
  readonly #windowSeconds: number;
  #periodsSeconds: readonly number[];
  readonly #rebaseSeconds: number;

  /**
   * `periodsSeconds`: whole numbers, there are stops at their multiples too. `rebaseSeconds`: a whole number; other
   * values than the default are for tests.
   */
  constructor(
    scenario: Scenario,
    { periodsSeconds = [], rebaseSeconds = REBASE_SECONDS }: TimelineOptions = {},
  ) {
    this.dayEnds = windowEnds(scenario);
    this.#windowSeconds = scenario.windowSeconds;
    this.#periodsSeconds = periodsSeconds;
    this.#rebaseSeconds = rebaseSeconds;
  }

  /** From now on there are stops at multiples of these. */
  setPeriods(periodsSeconds: readonly number[]): void {
    this.#periodsSeconds = periodsSeconds;
  }

  isDay(window: number): boolean {
    return window < this.dayEnds.length;
  }

  startOf(window: number): number {
    return window === 0 ? 0 : this.endOf(window - 1);
  }

  /** Past the workload's end the windows go on, one like the other. */
  endOf(window: number): number {
    const beyond = window - this.dayEnds.length + 1;
    return beyond <= 0 ? this.dayEnds[window] : this.#dayEnd() + beyond * this.#windowSeconds;
  }

  /** Whether the drain may not take that window too. */
  isBeyondDrain(window: number): boolean {
    const drained = window - this.dayEnds.length;
    return drained >= DRAIN_WINDOWS_MAX || this.startOf(window) - this.#dayEnd() >= DRAIN_SECONDS_MAX;
  }

  /** The first stop of a window, or the next one in its window after `afterSeconds`. */
  stop(window: number, afterSeconds = this.startOf(window)): Stop {
    const end = this.endOf(window);
    let endSeconds = end;
    for (const period of this.#periodsSeconds) {
      const next = (Math.floor(afterSeconds / period) + 1) * period;
      if (next < endSeconds) endSeconds = next;
    }
    const opensWindow = afterSeconds === this.startOf(window);
    return { window, startSeconds: afterSeconds, endSeconds, opensWindow, endsWindow: endSeconds === end };
  }

  next({ window, endSeconds, endsWindow }: Stop): Stop {
    return endsWindow ? this.stop(window + 1) : this.stop(window, endSeconds);
  }

  /** On the clock of the cells in that window. */
  ticks(window: number, seconds: number): number {
    return secondsToTicks(seconds - this.originOf(window));
  }

  /** By how much the origin moves on when the window begins. */
  rebaseTicks(window: number): number {
    return window === 0 ? 0 : (this.originOf(window) - this.originOf(window - 1)) * TICKS_PER_SECOND;
  }

  /** Seconds since the start of the run. */
  originOf(window: number): number {
    return Math.floor(this.startOf(window) / this.#rebaseSeconds) * this.#rebaseSeconds;
  }

  #dayEnd(): number {
    return this.dayEnds[this.dayEnds.length - 1];
  }
}

// Whether people may learn of the next stop now: pause, single steps and speed. What has come and may not be shown yet
// is held back here, in the main thread; the simulation itself never waits in between, so no result depends on it.
import type { Stop } from '../timeline.ts';
import { atSpeed, shown, unhurried, waitMs, type Pace } from './pace.ts';

/** A timer knows no more than 2^31 ms; what is due later is looked at again then. */
const WAIT_MS_MAX = 2_000_000_000;

export class Gate {
  readonly #onOpen: () => void;
  #pace: Pace;
  #isPaused = false;
  /** Windows that are to be shown although it is paused. */
  #stepsToGo = 0;
  #isShut = false;
  #timer: NodeJS.Timeout | undefined;

  /** `onOpen`: what was held back may be offered again. */
  constructor(fromSeconds: number, onOpen: () => void) {
    this.#pace = { ...unhurried, shownSeconds: fromSeconds };
    this.#onOpen = onOpen;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether more is wanted than what has been asked for. */
  get wantsMore(): boolean {
    return !this.#isPaused || this.#stepsToGo > 0;
  }

  /** Whether the stop may be shown now; if not, the gate is shut until it says that it is open. */
  lets({ endSeconds, endsWindow }: Stop): boolean {
    const now = performance.now();
    const wait = this.#isPaused ? (this.#stepsToGo > 0 ? 0 : Infinity) : waitMs(this.#pace, endSeconds, now);
    if (wait > 0) {
      this.#isShut = true;
      if (wait < Infinity) this.#timer = setTimeout(() => this.open(), Math.min(wait, WAIT_MS_MAX));
      return false;
    }
    if (this.#isPaused && endsWindow) this.#stepsToGo--;
    this.#pace = shown(this.#pace, endSeconds, now);
    return true;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#stepsToGo = 0;
    this.setSpeed(this.#pace.speed);
  }

  step(): void {
    this.#stepsToGo++;
    this.open();
  }

  setSpeed(speed: number | 'max'): void {
    this.#pace = atSpeed(this.#pace, speed, performance.now());
    this.open();
  }

  /** If it was shut; it may shut again at once. */
  open(): void {
    clearTimeout(this.#timer);
    if (!this.#isShut) return;
    this.#isShut = false;
    this.#onOpen();
  }

  /** For good: nothing will be offered any more. */
  close(): void {
    this.#isPaused = false;
    this.#isShut = false;
    clearTimeout(this.#timer);
  }
}

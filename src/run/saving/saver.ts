// Saves a run while it goes on: decides after which windows, puts the groups' states and the records together, and hands
// them on to be written. One regular state at a time: while one is on its way, the next is due but waits.
import type { AttainmentState } from '../../fleet/attainment.ts';
import type { CellPlan } from '../../fleet/cell-plan.ts';
import { UserError } from '../../kernel/user-error.ts';
import type { ControlState } from '../control-room.ts';
import type { InjectionsState } from '../live/injections.ts';
import { Answers } from '../threads/answers.ts';
import type { GroupState } from '../threads/group.ts';
import { joinedState } from '../threads/grouping.ts';
import type { RecorderState } from '../recorder.ts';

/** Everything that a run needs to go on between two windows, on any number of threads. Plain data. */
export interface RunState {
  /** The first window that it does not know of. */
  nextWindow: number;
  recorder: RecorderState;
  control: ControlState;
  events: InjectionsState;
  attainment: AttainmentState;
  /** By index of the cell, serialized. */
  cells: Uint8Array[];
  /** Of who takes rows of requests and steps: see WatchOptions. */
  watched?: unknown;
}

export interface Schedule {
  /** Whose seconds: those of the simulated day, or real ones. */
  clock: 'simulated' | 'wall';
  everySeconds: number;
}

export interface SaveOptions {
  /** Without one the state is saved only when the run is stopped. */
  schedule?: Schedule;
  /** Rejects with a UserError where the state cannot be kept. */
  write(state: RunState): Promise<void>;
}

/** Who stops a run may have to wait for the windows under way; longer than this it ends without saving its state. */
const PATIENCE_MS = 20_000;

export interface SaveStatus {
  /** Whether the run can be gone on with, if only from an earlier state. */
  readonly isSaved: boolean;
  /** Why the newest state was not saved. */
  readonly problem: UserError | undefined;
}

export class Saver implements SaveStatus {
  isSaved: boolean;
  problem: UserError | undefined;
  readonly #options: SaveOptions;
  readonly #groups: readonly (readonly CellPlan[])[];
  /** States of which pieces may still be missing, by the window that comes next. */
  readonly #orders: Answers<number, GroupState>;
  #dueAtSeconds = 0;
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();
  #impatience: NodeJS.Timeout | undefined;

  /** `fromSeconds`: simulated time at which the run starts or, being saved already, goes on. */
  constructor(options: SaveOptions, groups: readonly (readonly CellPlan[])[], fromSeconds: number) {
    this.#options = options;
    this.#groups = groups;
    this.#orders = new Answers(groups.length);
    this.isSaved = fromSeconds > 0;
    this.#setDue(fromSeconds);
  }

  /** Whether to save after the window that ends then; if so, `order` comes next. */
  isDue(endSeconds: number): boolean {
    if (this.#options.schedule === undefined || this.#orders.open > 0 || this.#isWriting) return false;
    if (this.#now(endSeconds) < this.#dueAtSeconds) return false;
    this.#setDue(endSeconds);
    return true;
  }

  /** Whether pieces of a state are still to come: until then nothing may change. */
  get isGathering(): boolean {
    return this.#orders.open > 0;
  }

  /** The groups have been asked for their states before that window. */
  order(nextWindow: number): void {
    this.#orders.asked(nextWindow);
  }

  /** The next piece of a group; once the last one is there, what is to be saved beside the records. */
  add(group: number, piece: GroupState): Pick<RunState, 'nextWindow' | 'cells' | 'attainment'> | undefined {
    this.#orders.add(group, piece);
    if (this.#orders.complete === undefined) return undefined;
    const { question: nextWindow, answers: pieces } = this.#orders.take();
    return { nextWindow, ...joinedState(this.#groups, pieces) };
  }

  /** After what is being written now. Where that fails, the run goes on nevertheless. */
  write(state: RunState): Promise<void> {
    this.#isWriting = true;
    const written = this.#written.then(() => this.#tryToWrite(state));
    this.#written = written.catch(() => {});
    return written;
  }

  async #tryToWrite(state: RunState): Promise<void> {
    try {
      await this.#options.write(state);
      this.isSaved = true;
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.problem = error;
    }
    this.#isWriting = false;
  }

  /** Somebody waits for the state that was asked for last; `giveUp`: it takes too long. */
  hurry(giveUp: () => void): void {
    this.#impatience = setTimeout(() => {
      this.problem = new UserError(
        `the state could not be saved within ${PATIENCE_MS / 1000} s, as a window takes longer; shorten output.window`,
      );
      giveUp();
    }, PATIENCE_MS);
  }

  /** Nothing is to be saved any more; resolves when nothing is being written. */
  async close(): Promise<void> {
    clearTimeout(this.#impatience);
    await this.#written;
  }

  /** Multiples of simulated time, so that a resumed run keeps to them; so long from now in real time. */
  #setDue(simulatedSeconds: number): void {
    const { clock, everySeconds = Infinity } = this.#options.schedule ?? {};
    const now = this.#now(simulatedSeconds);
    this.#dueAtSeconds =
      clock === 'wall' ? now + everySeconds : (Math.floor(now / everySeconds) + 1) * everySeconds;
  }

  #now(simulatedSeconds: number): number {
    return this.#options.schedule?.clock === 'wall' ? performance.now() / 1000 : simulatedSeconds;
  }
}

// What comes in while a run goes on (reports, states), one thing after the other. While simulated time is to stand still,
// because people may not see more yet or a program is being asked, it is kept, in order.

export class Inbox {
  readonly #onError: (error: Error) => void;
  /** Undefined while it is open. */
  #kept: (() => void)[] | undefined;
  #isClosed = false;

  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  get isShut(): boolean {
    return this.#kept !== undefined;
  }

  /** Does what is to be done now, or when it is opened. */
  take(action: () => void): void {
    if (this.#isClosed) return;
    if (this.#kept !== undefined) {
      this.#kept.push(action);
      return;
    }
    try {
      action();
    } catch (error) {
      this.#onError(error as Error);
    }
  }

  shut(): void {
    this.#kept = [];
  }

  /** Does `first`, and then what was kept; any of it may shut it again. */
  open(first: () => void): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const action of [first, ...kept]) this.take(action);
  }

  /** For good: what still comes is of no use to anybody. */
  close(): void {
    this.#isClosed = true;
  }
}

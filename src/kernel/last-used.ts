// A map of limited size: what was set again last stays, what was not for the longest time goes. For what takes long to
// make and is asked for again and again; whoever finds a value sets it again.
export class LastUsed<Value> {
  readonly #max: number;
  /** The one set last at the end. */
  readonly #values = new Map<string, Value>();

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#max) this.#values.delete(this.#values.keys().next().value!);
  }
}

// Points of a sweep that have no outcome yet: not queued, queued, called out as finished. Equal points are one here and
// get their outcomes together.
import type { PointOutcome, SweepPoint } from '../sweep/point.ts';

/** On the server at a time; each takes some 4 KB there. */
const QUEUED_MAX = 10_000;

export class OpenPoints {
  readonly #points = new Map<string, SweepPoint[]>();
  readonly #onOutcome: (outcome: PointOutcome) => void;
  /** Of each open point its key is in one of these. */
  readonly #unqueued: Set<string>;
  readonly #queued = new Set<string>();
  #called = new Set<string>();

  constructor(points: readonly SweepPoint[], onOutcome: (outcome: PointOutcome) => void) {
    for (const point of points) {
      const same = this.#points.get(point.key);
      if (same) same.push(point);
      else this.#points.set(point.key, [point]);
    }
    this.#unqueued = new Set(this.#points.keys());
    this.#onOutcome = onOutcome;
  }

  get size(): number {
    return this.#points.size;
  }

  keys(): string[] {
    return [...this.#points.keys()];
  }

  queued(): string[] {
    return [...this.#queued];
  }

  /** Those to be queued now. */
  next(): SweepPoint[] {
    const next: SweepPoint[] = [];
    for (const key of this.#unqueued) {
      if (this.#queued.size + next.length >= QUEUED_MAX) break;
      next.push(this.#points.get(key)![0]);
    }
    return next;
  }

  noteQueued(key: string): void {
    if (this.#unqueued.delete(key)) this.#queued.add(key);
  }

  /** It is not in the queue any more. */
  noteMissing(key: string): void {
    if (this.#queued.delete(key)) this.#unqueued.add(key);
  }

  /** A worker has finished it. Whether it is one of these. */
  call(key: string): boolean {
    if (!this.#points.has(key)) return false;
    this.#called.add(key);
    return true;
  }

  /** Since this was last asked. */
  called(): string[] {
    const keys = [...this.#called];
    this.#called = new Set();
    return keys;
  }

  settle(outcome: PointOutcome): void {
    const { key } = outcome;
    const points = this.#points.get(key) ?? [];
    this.#points.delete(key);
    this.#unqueued.delete(key);
    this.#queued.delete(key);
    for (const _ of points) this.#onOutcome(outcome);
  }
}

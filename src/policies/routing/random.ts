// Each request to a replica drawn uniformly.
import type { Members } from '../../fleet/members.ts';
import type { FleetView, Router } from '../../fleet/router.ts';
import type { RandomState, RandomStream } from '../../kernel/random.ts';

export class RandomChoice implements Router {
  readonly #members: Members;
  readonly #random: RandomStream;

  constructor(_fleet: FleetView, members: Members, random: RandomStream) {
    this.#members = members;
    this.#random = random;
  }

  choose(): number {
    return this.#members.list[this.#random.below(this.#members.count)];
  }

  drawCandidates(pairs: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) pairs[2 * i] = pairs[2 * i + 1] = this.choose();
  }

  assigned(): void {}

  lookAgain(): void {}

  save(): RandomState {
    return this.#random.save();
  }

  restore(state: RandomState): void {
    this.#random.restore(state);
  }
}

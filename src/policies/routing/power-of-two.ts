// Of two different replicas drawn at random the one with fewer outstanding requests, the first on a tie
// (M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
import type { Members } from '../../fleet/members.ts';
import type { FleetView, Router } from '../../fleet/router.ts';
import type { RandomState, RandomStream } from '../../kernel/random.ts';

export class PowerOfTwo implements Router {
  readonly #fleet: FleetView;
  readonly #members: Members;
  readonly #random: RandomStream;

  constructor(fleet: FleetView, members: Members, random: RandomStream) {
    this.#fleet = fleet;
    this.#members = members;
    this.#random = random;
  }

  /** Without branches: a processor would guess them wrong every other time. */
  choose(): number {
    const { clock } = this.#fleet;
    const { nextEvent, outstanding } = this.#fleet.replicas;
    const { list, count } = this.#members;
    if (count === 1) return list[0];
    const drawn = this.#random.below(count);
    const among = this.#random.below(count - 1);
    const first = list[drawn];
    // The others are those below `drawn`, then those above.
    const second = list[among + 1 + ((among - drawn) >> 31)];
    if (nextEvent[first] <= clock[0]) this.#fleet.advance(first);
    if (nextEvent[second] <= clock[0]) this.#fleet.advance(second);
    const secondHasFewer = (outstanding[second] - outstanding[first]) >> 31;
    return first ^ ((first ^ second) & secondHasFewer);
  }

  assigned(): void {}

  membersChanged(): void {}

  save(): RandomState {
    return this.#random.save();
  }

  restore(state: RandomState): void {
    this.#random.restore(state);
  }
}

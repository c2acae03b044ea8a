// Of two different replicas drawn at random the one with fewer outstanding requests, the first on a tie
// (M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
import type { CellRange, FleetView, Router } from '../../fleet/router.ts';
import type { RandomState, RandomStream } from '../../kernel/random.ts';

export class PowerOfTwo implements Router {
  readonly #fleet: FleetView;
  readonly #first: number;
  readonly #replicas: number;
  readonly #random: RandomStream;

  constructor(fleet: FleetView, { first, replicas }: CellRange, random: RandomStream) {
    this.#fleet = fleet;
    this.#first = first;
    this.#replicas = replicas;
    this.#random = random;
  }

  /** Without branches: a processor would guess them wrong every other time. */
  choose(): number {
    const { clock } = this.#fleet;
    const { nextEvent, outstanding } = this.#fleet.replicas;
    const replicas = this.#replicas;
    if (replicas === 1) return this.#first;
    const drawn = this.#random.below(replicas);
    const among = this.#random.below(replicas - 1);
    const first = this.#first + drawn;
    // The others are those below `drawn`, then those above.
    const second = this.#first + among + 1 + ((among - drawn) >> 31);
    if (nextEvent[first] <= clock[0]) this.#fleet.advance(first);
    if (nextEvent[second] <= clock[0]) this.#fleet.advance(second);
    const secondHasFewer = (outstanding[second] - outstanding[first]) >> 31;
    return first ^ ((first ^ second) & secondHasFewer);
  }

  assigned(): void {}

  save(): RandomState {
    return this.#random.save();
  }

  restore(state: RandomState): void {
    this.#random.restore(state);
  }
}

// Of two different replicas drawn at random the one with fewer outstanding requests, the first on a tie
// (M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
import type { FleetView, Router } from '../../fleet/router.ts';
import type { RandomStream } from '../../kernel/random.ts';

export class PowerOfTwo implements Router {
  readonly #fleet: FleetView;
  readonly #random: RandomStream;

  constructor(fleet: FleetView, random: RandomStream) {
    this.#fleet = fleet;
    this.#random = random;
  }

  choose(now: number): number {
    const fleet = this.#fleet;
    if (fleet.replicas === 1) return 0;
    const first = this.#random.below(fleet.replicas);
    let second = this.#random.below(fleet.replicas - 1);
    if (second >= first) second++;
    fleet.advance(first, now);
    fleet.advance(second, now);
    return fleet.outstanding[second] < fleet.outstanding[first] ? second : first;
  }

  assigned(): void {}
}

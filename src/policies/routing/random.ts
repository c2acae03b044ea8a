// Each request to a replica drawn uniformly.
import type { FleetView, Router } from '../../fleet/router.ts';
import type { RandomStream } from '../../kernel/random.ts';

export class RandomChoice implements Router {
  readonly #replicas: number;
  readonly #random: RandomStream;

  constructor(fleet: FleetView, random: RandomStream) {
    this.#replicas = fleet.replicas;
    this.#random = random;
  }

  choose(): number {
    return this.#random.below(this.#replicas);
  }

  assigned(): void {}
}

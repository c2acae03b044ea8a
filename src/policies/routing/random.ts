// Each request to a replica drawn uniformly.
import type { CellRange, FleetView, Router } from '../../fleet/router.ts';
import type { RandomState, RandomStream } from '../../kernel/random.ts';

export class RandomChoice implements Router {
  readonly #first: number;
  readonly #replicas: number;
  readonly #random: RandomStream;

  constructor(_fleet: FleetView, { first, replicas }: CellRange, random: RandomStream) {
    this.#first = first;
    this.#replicas = replicas;
    this.#random = random;
  }

  choose(): number {
    return this.#first + this.#random.below(this.#replicas);
  }

  assigned(): void {}

  save(): RandomState {
    return this.#random.save();
  }

  restore(state: RandomState): void {
    this.#random.restore(state);
  }
}

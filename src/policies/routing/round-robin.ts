// Each request to the next replica in turn.
import type { FleetView, Router } from '../../fleet/router.ts';

export class RoundRobin implements Router {
  readonly #replicas: number;
  #next = 0;

  constructor(fleet: FleetView) {
    this.#replicas = fleet.replicas;
  }

  choose(): number {
    const replica = this.#next;
    this.#next = replica + 1 === this.#replicas ? 0 : replica + 1;
    return replica;
  }

  assigned(): void {}
}

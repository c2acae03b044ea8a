// The replica with the fewest outstanding requests (join the shortest queue), the lowest index on a tie. Exact: every
// replica is brought up to date before each choice, in order of its next event.
import type { CellRange, FleetView, Router } from '../../fleet/router.ts';
import { Tournament } from '../../kernel/tournament.ts';

export class LeastOutstanding implements Router {
  readonly #fleet: FleetView;
  readonly #first: number;
  readonly #replicas: number;
  readonly #events: Tournament;
  readonly #loads: Tournament;

  constructor(fleet: FleetView, { first, replicas }: CellRange) {
    this.#fleet = fleet;
    this.#first = first;
    this.#replicas = replicas;
    this.#events = new Tournament(replicas);
    this.#loads = new Tournament(replicas);
    this.restore();
  }

  choose(): number {
    while (this.#events.leastValue() <= this.#fleet.clock[0]) {
      const replica = this.#first + this.#events.least();
      this.#fleet.advance(replica);
      this.assigned(replica);
    }
    return this.#first + this.#loads.least();
  }

  assigned(replica: number): void {
    this.#events.set(replica - this.#first, this.#fleet.replicas.nextEvent[replica]);
    this.#loads.set(replica - this.#first, this.#fleet.replicas.outstanding[replica]);
  }

  save(): undefined {}

  restore(): void {
    for (let i = 0; i < this.#replicas; i++) this.assigned(this.#first + i);
  }
}

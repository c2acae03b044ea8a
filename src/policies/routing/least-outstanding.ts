// The replica with the fewest outstanding requests (join the shortest queue), the lowest index on a tie. Exact: every
// replica is brought up to date before each choice, in order of its next event.
import type { FleetView, Router } from '../../fleet/router.ts';
import { Tournament } from '../../kernel/tournament.ts';

export class LeastOutstanding implements Router {
  readonly #fleet: FleetView;
  readonly #events: Tournament;
  readonly #loads: Tournament;

  constructor(fleet: FleetView) {
    this.#fleet = fleet;
    this.#events = new Tournament(fleet.replicas);
    this.#loads = new Tournament(fleet.replicas);
    for (let replica = 0; replica < fleet.replicas; replica++) this.#loads.set(replica, 0);
  }

  choose(now: number): number {
    while (this.#events.leastValue() <= now) {
      const replica = this.#events.least();
      this.#fleet.advance(replica, now);
      this.assigned(replica);
    }
    return this.#loads.least();
  }

  assigned(replica: number): void {
    this.#events.set(replica, this.#fleet.nextEvent[replica]);
    this.#loads.set(replica, this.#fleet.outstanding[replica]);
  }
}

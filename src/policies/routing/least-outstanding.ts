// The replica with the fewest outstanding requests (join the shortest queue), the lowest index on a tie. Exact: before
// each choice every replica at which something has happened is brought up to date.
import type { CellRange, FleetView, Router } from '../../fleet/router.ts';
import { EventWheel } from '../../kernel/event-wheel.ts';
import { LeastCounts } from '../../kernel/least-counts.ts';
import { TICKS_PER_SECOND } from '../../kernel/ticks.ts';

export class LeastOutstanding implements Router {
  readonly #fleet: FleetView;
  readonly #range: CellRange;
  #events: EventWheel;
  #loads: LeastCounts;

  constructor(fleet: FleetView, range: CellRange) {
    this.#fleet = fleet;
    this.#range = range;
    this.#events = createWheel(fleet, range);
    this.#loads = createLoads(fleet, range);
  }

  choose(): number {
    for (let replica = this.#events.due(); replica >= 0; replica = this.#events.due()) {
      this.#fleet.advance(replica);
      this.assigned(replica);
    }
    return this.#loads.index();
  }

  assigned(replica: number): void {
    this.#events.moved(replica);
    this.#loads.changed(replica);
  }

  save(): undefined {}

  /** Everything is read off the fleet. */
  restore(): void {
    this.#events = createWheel(this.#fleet, this.#range);
    this.#loads = createLoads(this.#fleet, this.#range);
  }
}

function createWheel({ replicas, clock }: FleetView, range: CellRange): EventWheel {
  // A replica has an event or so in a second.
  const wheel = new EventWheel(replicas.nextEvent, clock, TICKS_PER_SECOND / range.replicas);
  for (let i = 0; i < range.replicas; i++) wheel.moved(range.first + i);
  return wheel;
}

function createLoads({ replicas }: FleetView, range: CellRange): LeastCounts {
  return new LeastCounts(replicas.outstanding, range.first, range.replicas);
}

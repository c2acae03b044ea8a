// The replica with the fewest outstanding requests (join the shortest queue), the lowest index on a tie. Exact: before
// each choice every replica at which something has happened is brought up to date.
import type { Members } from '../../fleet/members.ts';
import type { FleetView, Router } from '../../fleet/router.ts';
import { EventWheel } from '../../kernel/event-wheel.ts';
import { LeastCounts } from '../../kernel/least-counts.ts';
import { TICKS_PER_SECOND } from '../../kernel/ticks.ts';

export class LeastOutstanding implements Router {
  readonly #fleet: FleetView;
  readonly #members: Members;
  /** Of all places: a closed replica has events too, until it is empty. */
  #events: EventWheel;
  /** Of the members. */
  #loads: LeastCounts;

  constructor(fleet: FleetView, members: Members) {
    this.#fleet = fleet;
    this.#members = members;
    this.#events = createWheel(fleet, members);
    this.#loads = createLoads(fleet, members);
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

  membersChanged(): void {
    this.#loads = createLoads(this.#fleet, this.#members);
  }

  save(): undefined {}

  /** Everything is read off the fleet. */
  restore(): void {
    this.#events = createWheel(this.#fleet, this.#members);
    this.#loads = createLoads(this.#fleet, this.#members);
  }
}

function createWheel({ replicas, clock }: FleetView, { first, places }: Members): EventWheel {
  // A replica has an event or so in a second.
  const wheel = new EventWheel(replicas.nextEvent, clock, TICKS_PER_SECOND / places);
  for (let i = 0; i < places; i++) wheel.moved(first + i);
  return wheel;
}

function createLoads({ replicas }: FleetView, { first, places, list, count }: Members): LeastCounts {
  const loads = new LeastCounts(replicas.outstanding, first, places);
  for (let i = 0; i < count; i++) loads.add(list[i]);
  return loads;
}

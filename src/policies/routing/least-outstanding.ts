// The replica with the fewest outstanding requests (join the shortest queue), the lowest index on a tie. Exact: before
// each choice every replica at which something has happened is brought up to date.
import type { Members } from '../../fleet/members.ts';
import { ReplicaRecord } from '../../fleet/replicas/replica-record.ts';
import type { FleetView, Router } from '../../fleet/router.ts';
import { EventWheel } from '../../kernel/event-wheel.ts';
import { LeastCounts } from '../../kernel/least-counts.ts';
import { TICKS_PER_SECOND } from '../../kernel/ticks.ts';

export class LeastOutstanding implements Router {
  readonly choosesLeast = true;
  readonly #fleet: FleetView;
  readonly #members: Members;
  /** Of all places: a closed replica has events too, until it is empty. */
  readonly #events: EventWheel;
  /** Of the members. */
  readonly #loads: LeastCounts;
  /** Whether these two know of everything. */
  #isCurrent = false;

  constructor(fleet: FleetView, members: Members) {
    const { nextEvent, outstanding } = fleet.replicas;
    const { first, places } = members;
    this.#fleet = fleet;
    this.#members = members;
    // A replica has an event or so in a second.
    this.#events = new EventWheel(nextEvent, fleet.clock, {
      first,
      places,
      stride: ReplicaRecord.SIZE,
      bucketTicks: TICKS_PER_SECOND / places,
    });
    this.#loads = new LeastCounts(outstanding, first, places, ReplicaRecord.SIZE);
  }

  choose(): number {
    if (!this.#isCurrent) this.#look();
    for (let replica = this.#events.due(); replica >= 0; replica = this.#events.due()) {
      this.#fleet.advance(replica);
      this.assigned(replica);
    }
    return this.#loads.index();
  }

  assigned(replica: number): void {
    if (!this.#isCurrent) return;
    this.#events.moved(replica);
    this.#loads.changed(replica);
  }

  lookAgain(): void {
    this.#isCurrent = false;
  }

  save(): undefined {}

  /** Everything is read off the fleet. */
  restore(): void {
    this.lookAgain();
  }

  #look(): void {
    const { list, count } = this.#members;
    this.#events.fill();
    this.#loads.clear();
    for (let i = 0; i < count; i++) this.#loads.add(list[i]);
    this.#isCurrent = true;
  }
}

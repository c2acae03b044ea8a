// Each request to the next replica in turn.
import { placeOf, replicaAt } from '../../fleet/members.ts';
import type { Members } from '../../fleet/members.ts';
import type { FleetView, Router } from '../../fleet/router.ts';

export class RoundRobin implements Router {
  readonly #members: Members;
  /** Place in the list of members of the next choice; and the last one, after which the turn goes on. */
  #next = 0;
  #last: number;

  constructor(_fleet: FleetView, members: Members) {
    this.#members = members;
    this.#last = replicaAt(members, -1);
  }

  choose(): number {
    const { list, count } = this.#members;
    const replica = list[this.#next];
    this.#next = this.#next + 1 === count ? 0 : this.#next + 1;
    this.#last = replica;
    return replica;
  }

  drawCandidates(pairs: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) pairs[2 * i] = pairs[2 * i + 1] = this.choose();
  }

  assigned(): void {}

  lookAgain(): void {
    const { list, count } = this.#members;
    this.#next = 0;
    while (this.#next < count && list[this.#next] <= this.#last) this.#next++;
    if (this.#next === count) this.#next = 0;
  }

  save(): number {
    return placeOf(this.#members, this.#last);
  }

  restore(state: number): void {
    this.#last = replicaAt(this.#members, state);
    this.lookAgain();
  }
}

// Each request to the next replica in turn.
import type { CellRange, FleetView, Router } from '../../fleet/router.ts';

export class RoundRobin implements Router {
  readonly #first: number;
  readonly #end: number;
  #next: number;

  constructor(_fleet: FleetView, { first, replicas }: CellRange) {
    this.#first = first;
    this.#end = first + replicas;
    this.#next = first;
  }

  choose(): number {
    const replica = this.#next;
    this.#next = replica + 1 === this.#end ? this.#first : replica + 1;
    return replica;
  }

  assigned(): void {}

  save(): number {
    return this.#next - this.#first;
  }

  restore(state: number): void {
    this.#next = this.#first + state;
  }
}

// Of two different replicas drawn at random the one with fewer outstanding requests, the first on a tie
// (M. Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
import type { Members } from '../../fleet/members.ts';
import type { FleetView, Router } from '../../fleet/router.ts';
import type { RandomState, RandomStream } from '../../kernel/random.ts';

export class PowerOfTwo implements Router {
  readonly #fleet: FleetView;
  readonly #members: Members;
  readonly #random: RandomStream;
  readonly #pair = new Int32Array(2);

  constructor(fleet: FleetView, members: Members, random: RandomStream) {
    this.#fleet = fleet;
    this.#members = members;
    this.#random = random;
  }

  /** Without branches: a processor would guess them wrong every other time. */
  choose(): number {
    const { clock } = this.#fleet;
    const { nextEvent, outstanding } = this.#fleet.replicas;
    this.drawCandidates(this.#pair, 1);
    const { '0': first, '1': second } = this.#pair;
    if (nextEvent[first] <= clock[0]) this.#fleet.advance(first);
    if (nextEvent[second] <= clock[0]) this.#fleet.advance(second);
    const secondHasFewer = (outstanding[second] - outstanding[first]) >> 31;
    return first ^ ((first ^ second) & secondHasFewer);
  }

  drawCandidates(pairs: Int32Array, count: number): void {
    const { list, count: members } = this.#members;
    if (members === 1) {
      pairs.fill(list[0], 0, 2 * count);
      return;
    }
    for (let i = 0; i < count; i++) {
      const drawn = this.#random.below(members);
      const among = this.#random.below(members - 1);
      pairs[2 * i] = list[drawn];
      // The others are those below `drawn`, then those above.
      pairs[2 * i + 1] = list[among + 1 + ((among - drawn) >> 31)];
    }
  }

  assigned(): void {}

  lookAgain(): void {}

  save(): RandomState {
    return this.#random.save();
  }

  restore(state: RandomState): void {
    this.#random.restore(state);
  }
}

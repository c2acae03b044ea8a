// Bursts that are ordered while a run goes on: further requests on top of the cell's own, so many times as many as come
// then anyway, less one. They are a Poisson process with random streams of its own, and sums of such are one too; so what
// would have come comes as it would have, to the tick, and with the same lengths. Where bursts overlap their factors
// multiply. Left out: less traffic than usual.
import assert from 'node:assert/strict';
import { stateOf } from '../kernel/saved-state.ts';
import { secondsToTicks } from '../kernel/ticks.ts';
import type { ArrivalBatch, ArrivalSource, RateChange } from './spec.ts';

/** A rate change of a number of its own, which names its random streams. */
export interface Burst extends RateChange {
  number: number;
}

export interface BurstableSource extends ArrivalSource {
  /** From the present on: call between calls of `fill`, when all before `fromSeconds` has been taken. */
  add(burst: Burst): void;
}

/** The requests of a burst alone, from the start of the run; `earlier`: those that multiply its rate. */
export type BurstFactory = (burst: Burst, earlier: readonly Burst[]) => ArrivalSource;

/** A source of which requests are taken one by one. */
interface Part {
  source: ArrivalSource;
  /** Undefined: the cell's own. */
  burst?: Burst;
  batch: ArrivalBatch;
  next: number;
}

interface BurstsState {
  kind: 'burstable source';
  originTicks: number;
  own: unknown;
  bursts: Burst[];
  underWay: { number: number; source: unknown }[];
}

const BATCH = 256;

export class Bursts implements BurstableSource {
  readonly #own: Part;
  readonly #create: BurstFactory;
  /** All that there were. */
  #bursts: Burst[] = [];
  #underWay: Part[] = [];
  #originTicks = 0;

  constructor(own: ArrivalSource, create: BurstFactory) {
    this.#own = partOf(own);
    this.#create = create;
  }

  add(burst: Burst): void {
    const source = this.#create(burst, this.#bursts.slice());
    source.rebase(this.#originTicks);
    this.#bursts.push(burst);
    this.#underWay.push(partOf(source, burst));
  }

  fill(batch: ArrivalBatch, untilTicks: number): void {
    if (this.#underWay.length === 0) {
      this.#own.source.fill(batch, untilTicks);
      return;
    }
    const parts = [this.#own, ...this.#underWay];
    const capacity = batch.atTicks.length;
    let count = 0;
    for (const part of parts) refill(part, untilTicks);
    while (count < capacity) {
      // At one instant the cell's own come first, then the older burst's.
      let first: Part | undefined;
      for (const part of parts) {
        if (part.next < part.batch.count && (first === undefined || timeOf(part) < timeOf(first)))
          first = part;
      }
      if (first === undefined) break;
      batch.atTicks[count] = timeOf(first);
      batch.promptTokens[count] = first.batch.promptTokens[first.next];
      batch.outputTokens[count] = first.batch.outputTokens[first.next];
      count++;
      first.next++;
      refill(first, untilTicks);
    }
    batch.count = count;
    // Nothing more comes before then: a burst that is over is let go, and the rest is as if it had never been.
    if (count === 0) this.#underWay = this.#underWay.filter(({ burst }) => this.#endOf(burst!) > untilTicks);
  }

  #endOf({ toSeconds }: Burst): number {
    return secondsToTicks(toSeconds) - this.#originTicks;
  }

  save(): BurstsState {
    const isTaken = [this.#own, ...this.#underWay].every(({ next, batch }) => next === batch.count);
    assert(isTaken, 'a source is saved while requests of a burst wait to be taken');
    return {
      kind: 'burstable source',
      originTicks: this.#originTicks,
      own: this.#own.source.save(),
      bursts: this.#bursts,
      underWay: this.#underWay.map(({ burst, source }) => ({
        number: burst!.number,
        source: source.save(),
      })),
    };
  }

  restore(saved: unknown): void {
    const state = stateOf<BurstsState>('burstable source', saved);
    this.#originTicks = state.originTicks;
    this.#own.source.restore(state.own);
    this.#bursts = state.bursts.slice();
    this.#underWay = state.underWay.map(({ number, source: of }) => {
      const at = state.bursts.findIndex((burst) => burst.number === number);
      const source = this.#create(state.bursts[at], state.bursts.slice(0, at));
      source.restore(of);
      return partOf(source, state.bursts[at]);
    });
  }

  rebase(ticks: number): void {
    this.#originTicks += ticks;
    for (const { source } of [this.#own, ...this.#underWay]) source.rebase(ticks);
  }
}

function partOf(source: ArrivalSource, burst?: Burst): Part {
  const batch = {
    count: 0,
    atTicks: new Float64Array(BATCH),
    promptTokens: new Int32Array(BATCH),
    outputTokens: new Int32Array(BATCH),
  };
  return { source, burst, batch, next: 0 };
}

const timeOf = ({ batch, next }: Part): number => batch.atTicks[next];

function refill(part: Part, untilTicks: number): void {
  if (part.next < part.batch.count) return;
  part.next = 0;
  part.source.fill(part.batch, untilTicks);
}

// What a cell did in a stretch: what the engine has counted, the gauges at its end, and what the steps that straddle its
// ends have used of it.
import type { Engine } from './engine-interface.ts';
import type { Members } from './members.ts';
import { ReplicaRecord } from './replicas/replica-record.ts';
import { Window } from './window-fields.ts';

/** Requests in the system, and what the steps under way have used: decode and prefill ticks, steps, context tokens. */
export interface StretchState {
  inSystem: number;
  edge: Float64Array;
}

export class Stretch {
  readonly #engine: Engine;
  readonly #members: Members;
  #inSystem = 0;
  /** Of the steps under way at its start; and of those that were cut off in it. */
  readonly #edge = new Float64Array(4);
  readonly #cutOff = new Float64Array(4);

  constructor(engine: Engine, members: Members) {
    this.#engine = engine;
    this.#members = members;
  }

  begin(): void {
    this.#engine.window.fill(0);
  }

  /** The replica's step under way ends at the present, with the replica. */
  cutOff(replica: number): void {
    this.#readStep(replica, this.#cutOff);
  }

  /** By Window; the replicas are settled at its end, and so many requests are at none. */
  end(held: number): Float64Array {
    const window = this.#engine.window;
    const before = this.#inSystem;
    const edgeBefore = this.#edge.slice();
    const edge = this.#edge.fill(0);
    const cutOff = this.#cutOff;
    const { first, end } = this.#members;
    for (let replica = first; replica < end; replica += ReplicaRecord.SIZE) this.#readReplica(replica, edge);
    window[Window.held] = held;
    window[Window.waiting] += held;
    window[Window.edgeDecodeTicks] = edge[0] - edgeBefore[0] + cutOff[0];
    window[Window.edgePrefillTicks] = edge[1] - edgeBefore[1] + cutOff[1];
    window[Window.edgeDecodeSteps] = edge[2] - edgeBefore[2] + cutOff[2];
    window[Window.edgeContextTokens] = edge[3] - edgeBefore[3] + cutOff[3];
    cutOff.fill(0);
    this.#inSystem = window[Window.running] + window[Window.waiting];
    assertConserved(before, window, this.#inSystem);
    return window.slice();
  }

  /** Requests that wait or run, as of its end. */
  get inSystem(): number {
    return this.#inSystem;
  }

  save(): StretchState {
    return { inSystem: this.#inSystem, edge: this.#edge.slice() };
  }

  restore({ inSystem, edge }: StretchState): void {
    this.#inSystem = inSystem;
    this.#edge.set(edge);
  }

  /** Adds one replica's gauges, and its step under way. */
  #readReplica(replica: number, edge: Float64Array): void {
    const { replicas, window } = this.#engine;
    window[Window.running] += replicas.active[replica] + replicas.prefilling[replica];
    window[Window.waiting] += replicas.waiting[replica];
    window[Window.usedBlocks] += this.#engine.usedBlocks(replica);
    this.#readStep(replica, edge);
  }

  /** Adds the part of a replica's step under way that lies before the present. */
  #readStep(replica: number, edge: Float64Array): void {
    const { replicas, clock } = this.#engine;
    if (replicas.stepsLeft[replica] === 0) return;
    const stepTicks = replicas.alpha[replica];
    const fraction = (clock[0] - replicas.start[replica]) / stepTicks;
    const decodeTicks = replicas.prefilling[replica] > 0 ? replicas.decodeTicks[replica] : stepTicks;
    edge[0] += fraction * decodeTicks;
    edge[1] += fraction * (stepTicks - decodeTicks);
    if (replicas.decodes[replica] > 0) {
      edge[2] += fraction;
      edge[3] += fraction * replicas.context[replica];
    }
  }
}

function assertConserved(before: number, window: Float64Array, after: number): void {
  const rejected =
    window[Window.rejectedQueueFull] + window[Window.rejectedTooLong] + window[Window.rejectedExceedsKv];
  const expected = before + window[Window.arrived] - window[Window.finished] - rejected - window[Window.lost];
  if (expected !== after) {
    throw new Error(
      `requests are not conserved: ${before} before + ${window[Window.arrived]} arrived ` +
        `- ${window[Window.finished]} finished - ${rejected} rejected - ${window[Window.lost]} lost ` +
        `is not ${after} in the system`,
    );
  }
}

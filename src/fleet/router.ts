// What a routing policy sees of a cell, and what it answers.

/** Replicas by their index in its arrays, as members have it. */
export interface FleetView {
  /** clock[0] is the present, in ticks. */
  readonly clock: Float64Array;
  readonly replicas: {
    /** Requests waiting or running at each replica, as of the last time it was brought to the present. */
    readonly outstanding: Int32Array;
    /** When each replica next changes by itself, in ticks. */
    readonly nextEvent: Float64Array;
  };
  /** Brings one replica to the present: nothing it does later is visible. */
  advance(replica: number): void;
}

export interface Router {
  /** The replica for a request that arrives now; there are members to choose from. */
  choose(): number;
  /**
   * For routers that do no more than to compare two replicas: draws the candidates of the next `count` requests, a pair
   * each (twice the same where there is no choice). Of a pair the one with fewer outstanding requests is chosen, the first
   * on a tie; so many calls of choose() come to the same. Who is chosen so is not told to assigned().
   */
  drawCandidates?(pairs: Int32Array, count: number): void;
  /**
   * Of a router whose choice is always the member with the fewest outstanding requests, every replica at the present, and
   * the lowest number on a tie. Others may then choose in its place; it is told by `lookAgain`.
   */
  readonly choosesLeast?: true;
  /** The replica's outstanding count and next event may have changed: a request was handed over, or time passed. */
  assigned(replica: number): void;
  /** Members may have joined or left, and any replica changed without a call of assigned(). */
  lookAgain(): void;
  /** What later choices depend on and the fleet does not know; structured-cloneable. */
  save(): unknown;
  /** After members and replicas have been restored. */
  restore(state: unknown): void;
}

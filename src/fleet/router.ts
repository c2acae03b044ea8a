// What a routing policy sees of a cell, and what it answers.

export interface FleetView {
  readonly replicas: number;
  /** Requests waiting or running at each replica, as of the last time it was advanced. */
  readonly outstanding: Int32Array;
  /** When each replica next changes by itself, in ticks. */
  readonly nextEvent: Float64Array;
  /** Brings one replica up to date: nothing it does after `now` is visible. */
  advance(replica: number, now: number): void;
}

export interface Router {
  /** The replica for a request that arrives at `now`. */
  choose(now: number): number;
  /** The request was handed over; the replica's outstanding count and next event have changed. */
  assigned(replica: number): void;
}

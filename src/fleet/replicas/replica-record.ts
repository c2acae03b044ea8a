// How replicas are told and where their quantities stand. Offsets are const enums: see request-entry.ts.

export const enum ReplicaRecord {
  /**
   * A replica is told by where its record begins in an array of float64, which is where its words begin in one of int32:
   * by its number in the engine times this.
   */
  SIZE = 16,
  /** The same as a shift. */
  SHIFT = 4,
}

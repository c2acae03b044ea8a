// What is known of a segment of the duration of decode steps (see segments.ts).

/**
 * A batch's segments lie one after another in a Float64Array, each with these fields (a const enum: written out as
 * numbers).
 */
export const enum Segment {
  START = 0,
  /** First context that belongs to the next segment; Infinity in the last one. */
  END = 1,
  /** Ticks at START, whole. */
  TICKS = 2,
  /** Ticks per token of context, a fraction. */
  SLOPE = 3,
  /** Ticks per step, in which every sequence of the batch grows by one token: whole. */
  STEP_SLOPE = 4,
  FIELDS = 5,
}

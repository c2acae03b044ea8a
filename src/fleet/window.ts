// What one cell counts during one metrics window. All counts are whole numbers, so that their sums do not depend on
// who adds them up when; the few shares of steps that straddle the window's edge are fractions, taken in a fixed order.

export const enum Window {
  arrived,
  finished,
  rejectedQueueFull,
  rejectedTooLong,
  rejectedExceedsKv,
  truncated,
  /** Requests whose replica was taken away before they finished: gone, or begun again elsewhere. */
  lost,
  retried,
  preemptions,
  /** Tokens of prompts whose prefill ended, once per request. */
  promptTokens,
  outputTokens,
  /** Requests that finished within every SLO threshold. */
  good,
  /** Runs started: stretches of steps that the engine takes at once. */
  runs,
  steps,
  decodeSteps,
  /** Sum over decode steps of the decoding sequences, and of their cached tokens. */
  decodeTokens,
  contextTokens,
  /**
   * Work of prefills: tokens computed (again after a preemption), Σ(s² + 2ps), rows of logits. Counted when their step
   * begins, whole also where it is cut off.
   */
  prefillTokens,
  prefillPairs,
  prefillRows,
  /** Time in steps, split between decoding and what prefill chunks added. */
  decodeTicks,
  prefillTicks,
  /** Steps that decoded and had prefill chunks too, and their part of these two: to share the cost of such steps. */
  mixedSteps,
  mixedDecodeTicks,
  mixedPrefillTicks,
  // Gauges at the end of the window.
  running,
  waiting,
  /** Of those waiting: held by the cell, because no replica is open. */
  held,
  usedBlocks,
  // Parts of the steps under way at the end of the window that belong to it, less the same at its start: exact ticks,
  // and fractions of a step.
  edgeDecodeTicks,
  edgePrefillTicks,
  edgeDecodeSteps,
  edgeContextTokens,
  /** How many there are. */
  FIELDS,
}

/** Fields that say what is, not what happened: of two stretches the later one's counts. */
export const GAUGES: readonly number[] = [Window.running, Window.waiting, Window.held, Window.usedBlocks];

/** Appends a later stretch of the same cell (or sum of cells). */
export function appendCounts(sums: Float64Array, later: Float64Array): void {
  for (const field of GAUGES) sums[field] = 0;
  for (let field = 0; field < Window.FIELDS; field++) sums[field] += later[field];
}

// What became of a request, as per-request records tell it: a number in the rows, a name for people. Left out: time-outs
// of clients, which are not modelled.

export const enum Outcome {
  finished,
  rejectedQueueFull,
  rejectedTooLong,
  rejectedExceedsKv,
  lost,
  /** In the system when a run was stopped, or cut at its end. */
  running,
  waiting,
}

/** By number: new ones go to the end. */
export const OUTCOME_NAMES = [
  'finished',
  'rejected_queue_full',
  'rejected_too_long',
  'rejected_exceeds_kv',
  'lost',
  'running',
  'waiting',
] as const;

export type RequestOutcome = (typeof OUTCOME_NAMES)[number];

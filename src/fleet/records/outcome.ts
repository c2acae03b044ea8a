// What became of a request, as per-request records name it. Left out: time-outs of clients, which are not modelled.

/** By number, as records carry them: new ones go to the end. */
export const OUTCOME_NAMES = [
  'finished',
  'rejected_queue_full',
  'rejected_too_long',
  'rejected_exceeds_kv',
  'lost',
  /** In the system when a run was stopped, or cut at its end. */
  'running',
  'waiting',
] as const;

export type RequestOutcome = (typeof OUTCOME_NAMES)[number];

export const enum Outcome {
  finished,
  rejectedQueueFull,
  rejectedTooLong,
  rejectedExceedsKv,
  lost,
  running,
  waiting,
}

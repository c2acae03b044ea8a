// One run of steps of a replica, as it is traced for a short stretch of the day: a row for people who look at single
// steps. A mixed or prefill step is a row of its own; a run of n equal decode steps is one row.
export interface TracedRun {
  pool: number;
  replica: number;
  startSeconds: number;
  endSeconds: number;
  steps: number;
  decodes: number;
  contextTokens: number;
  prefillTokens: number;
  prefillRequests: number;
  waiting: number;
  usedBlocks: number;
}

// What a cell of replicas is made of. Times in seconds as a user gives them; the cell turns them into ticks.

export type BatchingSpec =
  /** One request at a time: its prefill is one step, its tokens follow. */
  | { policy: 'none' }
  /** A batch is formed when `batchSize` requests wait or the oldest has waited `maxDelaySeconds`. */
  | { policy: 'static' | 'dynamic'; batchSize: number; maxDelaySeconds: number }
  | {
      policy: 'continuous';
      /** Token budget of a step: decoding sequences take 1 each, prompt chunks the rest. */
      maxBatchedTokens: number;
      /** Sequences in a step, at most 256. */
      maxSequences: number;
      /** Longest prompt chunk in one step; 0 = as long as the budget allows. */
      longPrefillThreshold: number;
      /** Admit a prompt only while blocks for all of it are free, not just for its first chunk. */
      requireFullPromptFree: boolean;
    };

export type RoutingPolicy = 'round-robin' | 'random' | 'power-of-two' | 'least-outstanding';

/** Limits of one replica. */
export interface LimitsSpec {
  /** Prompt + output tokens of a request. */
  maxModelLength: number;
  /** What happens to a longer one (or one that exceeds the whole KV cache). */
  overlong: 'reject' | 'truncate';
  /** Requests that may wait at one replica; further ones are rejected and counted. */
  queueLimit: number;
}

export interface SloSpec {
  ttftSeconds?: number;
  tpotSeconds?: number;
  e2eSeconds?: number;
}

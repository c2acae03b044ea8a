// The columns of requests.parquet: one row for every recorded request. Names carry their units; what a request never had
// (a first token, a second one, a replica) is null, never 0. `cell` and `request` together name a request: two runs with
// the same seed and cells have the same ones, so that they can be compared request by request.
// In UTC a request arrived at start_epoch_ms / 1000 + arrival_seconds; see FILE_FACTS.
import type { RequestOutcome } from '../../fleet/records/outcome.ts';

/** As Parquet has them; `text` is UTF-8, with a dictionary. */
export type ColumnType = 'uint32' | 'int32' | 'float' | 'double' | 'boolean' | 'text';

export interface RequestColumn {
  name: string;
  type: ColumnType;
  nullable: boolean;
  meaning: string;
}

/** In the order of the file. */
export const REQUEST_COLUMNS = [
  {
    name: 'request',
    type: 'uint32',
    nullable: false,
    meaning: 'its number in its cell, in order of arrival, from 0 (modulo 2^32)',
  },
  { name: 'pool', type: 'text', nullable: false, meaning: "the pool's name" },
  { name: 'cell', type: 'int32', nullable: false, meaning: 'number of the cell in the run' },
  {
    name: 'replica',
    type: 'int32',
    nullable: true,
    meaning: 'number in its pool of the replica it was sent to, the last one of several; null where to none',
  },
  {
    name: 'arrival_seconds',
    type: 'double',
    nullable: false,
    meaning: 'since the start of the run, exact to 2^-32 s (in runs of up to 24 days)',
  },
  { name: 'prompt_tokens', type: 'int32', nullable: false, meaning: 'as served: after a cut to what fits' },
  { name: 'output_tokens', type: 'int32', nullable: false, meaning: 'asked for, after a cut to what fits' },
  {
    name: 'queueing_ms',
    type: 'float',
    nullable: true,
    meaning: 'from arrival to its first admission to a batch; null where it never was admitted',
  },
  { name: 'ttft_ms', type: 'float', nullable: true, meaning: 'time to first token, queueing included' },
  {
    name: 'tpot_ms',
    type: 'float',
    nullable: true,
    meaning: '(E2E - TTFT) / (outputs - 1); null for one output token, and unless finished',
  },
  { name: 'e2e_ms', type: 'float', nullable: true, meaning: 'arrival to last token; null unless finished' },
  { name: 'outcome', type: 'text', nullable: false, meaning: 'one of the outcomes below' },
  {
    name: 'attained',
    type: 'boolean',
    nullable: false,
    meaning: 'finished within every threshold of the SLO (all that finish do where there is none)',
  },
  {
    name: 'preemptions',
    type: 'int32',
    nullable: false,
    meaning: 'how often it lost its KV cache to others',
  },
  { name: 'retries', type: 'int32', nullable: false, meaning: 'how often it began again at another replica' },
] as const satisfies readonly RequestColumn[];

/** What `outcome` says. */
export const OUTCOMES: Record<RequestOutcome, string> = {
  finished: 'it has its last token',
  rejected_queue_full: 'no place in the queue',
  rejected_too_long: "longer than the model's context",
  rejected_exceeds_kv: "larger than a replica's KV cache",
  lost: 'its replica was taken away',
  running: 'in a batch when the run was stopped or cut',
  waiting: 'in a queue when the run was stopped or cut',
};

/** Key-value pairs of the file itself, all text: what its numbers count from, and what part of all requests it has. */
export const FILE_FACTS = {
  scenario: 'name of the scenario',
  seed: 'of every random stream',
  start_epoch_ms: 'start of the run, milliseconds since 1970 (UTC)',
  time_zone: 'of the scenario, IANA',
  sample: 'recorded part of all requests, 1: all',
} as const;

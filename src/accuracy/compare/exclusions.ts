// Which measured values say nothing about a step's time or power, and why: flags in the `notes` of a row, and what the
// row itself shows. An excluded value is listed and drawn, but counts in no error.
import type { UniformBatchAnswer } from '../../perf/uniform-batch.ts';
import type { Measurement } from '../measurements.ts';
import { prefillTokens, SHORT_PREFILL_TOKENS, type PhaseKey } from './phases.ts';

interface Exclusion {
  reason: string;
  /** Phases that it spoils; undefined: all. */
  phases?: readonly PhaseKey[];
  /** Part of `notes` that says so. */
  flag: string;
  /** Rows that show it without being flagged. */
  shown?: (row: Measurement, stack: string, answer: UniformBatchAnswer) => boolean;
}

const EXCLUSIONS: readonly Exclusion[] = [
  { flag: 'exclude', reason: 'flagged to be left out' },
  {
    flag: 'kv_overflow',
    reason: 'KV overflow: the stack had to preempt',
    shown: (_row, _stack, answer) => answer.kvOverflow,
  },
  {
    flag: 'over_2048_prompt_tokens',
    reason: 'holds the stall of a prefill above 2048 tokens',
    phases: ['e2e', 'total', 'decode_power'],
    shown: (row, stack) => stack === 'vllm-0.2' && prefillTokens(row) > SHORT_PREFILL_TOKENS,
  },
  {
    flag: 'token_ms_contaminated',
    reason: 'prefills fell between the decode steps',
    phases: ['decode', 'e2e', 'total', 'decode_power'],
  },
  { flag: 'avg_power_outlier', reason: 'power flagged as an outlier', phases: ['decode_power'] },
];

/** Flags that a row's `notes` may hold, for the help text. */
export const EXCLUDING_FLAGS = EXCLUSIONS.map(({ flag }) => flag);

/** Why the row's value of this phase does not count, or undefined. */
export function exclusionOf(
  row: Measurement,
  phase: PhaseKey,
  stack: string,
  answer: UniformBatchAnswer,
): string | undefined {
  const found = EXCLUSIONS.find(
    ({ flag, phases, shown }) =>
      (phases === undefined || phases.includes(phase)) &&
      (row.notes?.includes(flag) || shown?.(row, stack, answer)),
  );
  return found?.reason;
}

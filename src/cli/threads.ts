// How many threads simulate where the user does not say.
import { availableParallelism } from 'node:os';
import type { Scenario } from '../scenario/scenario.ts';
import { expectedRequests } from '../workload/create.ts';
import { THREADS_MAX } from './options/numbers.ts';

/** Simulating so many takes less than starting a thread and loading the program into it once more. */
const SHORT_RUN_REQUESTS = 100_000;

/** One per core, and none besides the main one for a short run. */
export function suitableThreads({ workload, startEpochMs, durationSeconds }: Scenario): number {
  const requests = expectedRequests({ spec: workload, startEpochMs, durationSeconds });
  const isShort = requests !== undefined && requests < SHORT_RUN_REQUESTS;
  return isShort ? 0 : Math.min(availableParallelism(), THREADS_MAX);
}

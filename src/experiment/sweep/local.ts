// Simulates points on this machine's threads: as many at a time as there are threads, in the given order.
import { setMaxListeners } from 'node:events';
import { availableParallelism, freemem } from 'node:os';
import type { BatchingSpec } from '../../fleet/spec.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { PointExecutor, SweepPoint } from './point.ts';
import { openThreads, type Threads, type ThreadsOptions } from './threads.ts';

export interface LocalOptions extends ThreadsOptions {
  allowExec?: boolean;
}

export function openLocal(options: LocalOptions): PointExecutor {
  // Where all is in the cache already, none is started.
  let opened: Promise<Threads> | undefined;
  return {
    run: async (points, onOutcome, signal) => {
      const threads = await (opened ??= openThreads(options));
      // Each point under way listens to it.
      setMaxListeners(options.threads + 10, signal);
      const queue = points.values();
      const lane = async () => {
        for (const point of queue) {
          if (signal.aborted) return;
          const outcome = await threads.simulate(taskOf(point, options), signal);
          if (signal.aborted) return;
          onOutcome(outcome);
        }
      };
      await Promise.all(Array.from({ length: options.threads }, lane));
    },
    close: async () => (await opened)?.close(),
  };
}

function taskOf(point: SweepPoint, { allowExec = false }: LocalOptions) {
  return { point, allowExec };
}

/**
 * A thread with the program in it: 59 MB more per thread, measured on Node 20. What a scenario adds follows from its arrays
 * (fleet/replicas/replicas.ts, fleet/requests/request-pool.ts, a row of metrics per window).
 */
const THREAD_BYTES = 60e6;
const WINDOW_BYTES = 3e3;
const REPLICA_BYTES = 1e3;
const REQUEST_BYTES = 72;
/** Beyond the batch a queue may fill as well; half of what it may hold is rarely reached. */
const QUEUED_SHARE = 0.5;

/** Of memory that one point may take at most, about. */
export function pointBytes(scenario: Scenario): number {
  const { pools, durationSeconds, windowSeconds } = scenario;
  const windows = Math.ceil(durationSeconds / windowSeconds);
  const fleet = pools.reduce((sum, { replicas, batching, limits }) => {
    const running = batchOf(batching);
    const waiting = Math.min(limits.queueLimit, 10 * running);
    return sum + replicas * (REPLICA_BYTES + REQUEST_BYTES * (running + QUEUED_SHARE * waiting));
  }, 0);
  return THREAD_BYTES + WINDOW_BYTES * windows + fleet;
}

function batchOf(batching: BatchingSpec): number {
  if (batching.policy === 'none') return 1;
  return batching.policy === 'continuous' ? batching.maxSequences : batching.batchSize;
}

/** One thread per core, and no more than the free memory holds; one in any case. */
export function suitableLanes(bytesEach: number): number {
  const limit = process.constrainedMemory();
  const free = limit > 0 ? Math.min(limit, freemem()) : freemem();
  return Math.max(1, Math.min(availableParallelism(), Math.floor(free / bytesEach)));
}

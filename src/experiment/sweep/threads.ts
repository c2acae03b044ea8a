// Threads that simulate points of a sweep, by piscina: one point at a time each. A thread that dies (out of memory, a crash
// of the engine) takes its own point with it and no other; another thread takes its place. What a thread runs is given
// from outside, as a file, because the summary is made in a room above this one.
import { setFlagsFromString } from 'node:v8';
import type { Piscina } from 'piscina';
import type { PointOutcome, PointTask } from './point.ts';

export interface ThreadsOptions {
  /** The built cli/sweep-thread.js: Node 20 runs no TypeScript in threads. */
  threadFile: URL;
  threads: number;
  /** Of V8's heap, per thread; the arrays of a simulation are outside of it. */
  heapMegabytes?: number;
}

export interface Threads {
  /** Waits for a free thread. Never rejects: a thread that dies makes an outcome of kind `lost`. */
  simulate(task: PointTask, signal?: AbortSignal): Promise<PointOutcome>;
  /** Ends what is under way without waiting for it. */
  close(): Promise<void>;
}

const HEAP_MEGABYTES = 1024;

export async function openThreads(options: ThreadsOptions): Promise<Threads> {
  const { threadFile, threads, heapMegabytes = HEAP_MEGABYTES } = options;
  const { Piscina } = await import('piscina');
  setFlags();
  const pool = new Piscina({
    filename: threadFile.href,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  return {
    simulate: (task, signal) => simulate(pool, task, signal),
    close: () => pool.destroy(),
  };
}

/** For the whole process, from then on. */
function setFlags(): void {
  // A thread that ends while V8 compiles in the background can abort the process (run/threads/v8-flags.ts). More inlining, as for a
  // long run, does not pay where engines come and go: measured on Node 20, 2 to 15 ms more per point.
  setFlagsFromString('--no-concurrent-recompilation');
  setFlagsFromString('--no-liftoff');
  // Every core has a simulation of its own. Collecting garbage with the help of others takes a tenth more CPU in all.
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-concurrent-marking');
}

async function simulate(pool: Piscina, task: PointTask, signal?: AbortSignal): Promise<PointOutcome> {
  const { key } = task.point;
  try {
    return (await pool.run(task, { signal })) as PointOutcome;
  } catch (error) {
    return { key, ok: false, error: { kind: 'lost', message: lossOf(error) } };
  }
}

function lossOf(error: unknown): string {
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return 'stopped';
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return 'the simulating thread ran out of memory; lower replicas, queueLimit or duration';
  return `the simulating thread ended: ${message}`;
}

// Takes points from the queue and sees each to its outcome. A point whose worker died comes back from the queue: then it is
// tried alone, and given up when three workers have died since it was begun; while it waits to be alone it is not begun, so
// that it does not answer for whom it waits. An outcome is on the server before its point is gone from the queue, so that
// between the two no kill loses anything.
import { setTimeout as patience } from 'node:timers/promises';
import type { Job, Worker } from 'bullmq';
import { UserError } from '../../../kernel/user-error.ts';
import type { PointError, PointOutcome } from '../../sweep/point.ts';
import type { Threads } from '../../sweep/threads.ts';
import type { Connection } from '../server/connect.ts';
import { begunKey, finishedChannel, KEPT_SECONDS, PREFIX, resultKey } from '../server/keys.ts';
import { isRefusal, refusalText } from '../server/refusal.ts';
import { packOutcome, unpackPoint } from '../payload.ts';
import { queueName, type ProgramIdentity } from '../../program.ts';
import { codeIn } from './code.ts';
import { createLanes } from './lanes.ts';
import { createPlaces } from './places.ts';
import type { WorkerOptions } from './worker.ts';

export interface Counts {
  ok: number;
  failed: number;
  /** Given back unfinished. */
  returned: number;
}

export interface Taking {
  counts: Counts;
  stop(): Promise<void>;
}

export interface TakingOptions extends Omit<WorkerOptions, 'threads'> {
  program: ProgramIdentity;
  threads: Threads;
  concurrency: number;
}

const DEATHS_MAX = 3;
/** For points to end by themselves; in a cluster some 30 s lie between being told to go and being killed. */
const FINISH_MS = 5000;
const FAREWELL_MS = 3000;
/** Of an outcome, where the server takes none because its memory is full. */
const WRITES_MAX = 10;
const WRITE_AGAIN_MS = 3000;
const PAUSE_MS = 5000;

export function takePoints(connection: Connection, options: TakingOptions): Taking {
  const { program, lostAfterSeconds, onNotice, concurrency } = options;
  const queue = queueName(program);
  const { redis, bullmq } = connection;
  const counts: Counts = { ok: 0, failed: 0, returned: 0 };
  const running = new Set<Promise<unknown>>();
  const giveBack = new AbortController();
  const simulate = simulator(connection, options);

  async function work(job: Job, token: string | undefined): Promise<void> {
    const key = job.id!;
    // Whoever lost this point to others may have finished it all the same.
    if (!(await redis.exists(resultKey(queue, key)))) {
      const outcome = await simulate(job, giveBack.signal);
      if (giveBack.signal.aborted && !outcome.ok && outcome.error.kind === 'lost') {
        counts.returned++;
        await redis.decr(begunKey(queue, key));
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      }
      await save(connection, resultKey(queue, key), outcome, onNotice);
      counts[outcome.ok ? 'ok' : 'failed']++;
    }
    await Promise.all([redis.del(begunKey(queue, key)), redis.publish(finishedChannel(queue), key)]);
  }

  const worker = new bullmq.Worker(
    queue,
    async (job, token) => {
      const one = work(job, token);
      running.add(one);
      await one.finally(() => running.delete(one));
    },
    {
      connection: redis,
      prefix: PREFIX,
      skipVersionCheck: true,
      concurrency,
      lockDuration: lostAfterSeconds * 1000,
      stalledInterval: (lostAfterSeconds * 1000) / 2,
      // Counted here, so that every point ends in the same way.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      runRetryDelay: 1000,
    },
  );
  let isStopping = false;
  const pause = pauses(worker, () => isStopping);
  let said = '';
  worker.on('error', (error) => {
    const text = isRefusal(error) ? `${connection.address.shown} ${refusalText(error)}` : error.message;
    // BullMQ asks again at once, and would do nothing else.
    if (isRefusal(error)) pause();
    if (isWorthSaying(error) && text !== said) onNotice(text);
    said = text;
  });
  return {
    counts,
    stop: async () => {
      isStopping = true;
      await worker.pause(true);
      await Promise.race([Promise.allSettled(running), patience(FINISH_MS, undefined, { ref: false })]);
      giveBack.abort();
      await Promise.race([worker.close(), patience(FAREWELL_MS, undefined, { ref: false })]);
    },
  };
}

/** Takes no points for a while, again each time it is called. */
function pauses(worker: Worker, isStopping: () => boolean): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    void worker.pause(true);
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!isStopping()) void worker.resume();
    }, PAUSE_MS).unref();
  };
}

function simulator(connection: Connection, { threads, filesFolder, allowExec, program }: TakingOptions) {
  const { redis } = connection;
  const queue = queueName(program);
  const lanes = createLanes();
  const places = createPlaces(connection, filesFolder);

  async function outcomeOf(job: Job, signal: AbortSignal): Promise<PointOutcome> {
    const key = job.id!;
    try {
      const point = unpackPoint((job.data as { point?: unknown }).point);
      if (point.key !== key) throw new UserError(`the point ${point.key} lies in the queue as ${key}`);
      const code = allowExec ? [] : codeIn(point.resolvedYaml);
      if (code.length > 0)
        throw new UserError(
          `${code.join(', ')}: code, which only workers with --allow-exec run; start them so`,
        );
      return await threads.simulate({ point, places: await places.of(point), allowExec }, signal);
    } catch (error) {
      const { message, stack, syscall } = error as NodeJS.ErrnoException;
      if (signal.aborted) return failure(key, 'lost', 'stopped');
      if (error instanceof UserError) return failure(key, 'user', message);
      if (syscall !== undefined)
        return failure(key, 'user', `--files ${filesFolder}: ${message}; name a folder with room`);
      return failure(key, 'bug', stack ?? message);
    }
  }

  /** With this time. */
  async function timesBegun(job: Job): Promise<number> {
    const key = begunKey(queue, job.id!);
    try {
      const [times] = await Promise.all([redis.incr(key), redis.expire(key, KEPT_SECONDS)]);
      return times;
    } catch (error) {
      // A server that is full counts nothing new.
      if (isRefusal(error as Error)) return job.stalledCounter + 1;
      throw error;
    }
  }

  return (job: Job, signal: AbortSignal): Promise<PointOutcome> =>
    lanes.run(job.stalledCounter > 0, async () => {
      const deaths = (await timesBegun(job)) - 1;
      if (deaths < DEATHS_MAX) return outcomeOf(job, signal);
      return failure(job.id!, 'lost', `${deaths} workers died or fell silent while they simulated it`);
    });
}

function failure(key: string, kind: PointError['kind'], message: string): PointOutcome {
  return { key, ok: false, error: { kind, message } };
}

async function save(
  { redis }: Connection,
  key: string,
  outcome: PointOutcome,
  onNotice: TakingOptions['onNotice'],
) {
  for (let write = 1; ; write++) {
    try {
      await redis.set(key, packOutcome(outcome), 'EX', KEPT_SECONDS);
      return;
    } catch (error) {
      if (write === WRITES_MAX) throw error;
      if (write === 1) onNotice(`a result cannot be written: ${(error as Error).message}; trying again`);
      await patience(WRITE_AGAIN_MS);
    }
  }
}

/** That the server is away has been said; how BullMQ closes is nobody's concern. */
function isWorthSaying({ message }: Error): boolean {
  return !/ECONN|EPIPE|ENOENT|closed|LOADING|timed? ?out/i.test(message);
}

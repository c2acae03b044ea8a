// Points into the queue, outcomes out of it. An outcome is read when a worker calls it out; besides, all is looked through
// from time to time, because a call can be missed and a server may have forgotten: what is neither finished nor queued
// is queued again.
import { setTimeout as patience } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { PointOutcome, SweepPoint } from '../sweep/point.ts';
import { createBell } from './bell.ts';
import { DETACH } from './detach.ts';
import { uploadFiles } from './files.ts';
import { OpenPoints } from './open-points.ts';
import { packPoint, unpackOutcome } from './payload.ts';
import type { Connection, Notice } from './server/connect.ts';
import { finishedChannel, resultKey } from './server/keys.ts';

export interface SubmitOptions {
  connection: Connection;
  queue: Queue;
  signal: AbortSignal;
  attach: boolean;
  onNotice: Notice;
  checkSeconds: number;
}

const CHUNK = 500;
const FAREWELL_MS = 5000;

/** Ends when every point has its outcome, or when `signal` says so. */
export async function submit(
  points: readonly SweepPoint[],
  onOutcome: (outcome: PointOutcome) => void,
  options: SubmitOptions,
): Promise<void> {
  const { connection, queue, signal, checkSeconds } = options;
  if (points.length === 0 || signal.aborted) return;
  const open = new OpenPoints(points, onOutcome);
  const bell = createBell();
  const subscriber = connection.redis.duplicate();
  subscriber.on('error', () => {});
  subscriber.on('message', (_, key: string) => {
    if (open.call(key)) bell.ring();
  });
  let isCheckDue = true;
  const check = () => {
    isCheckDue = true;
    bell.ring();
  };
  const timer = setInterval(check, checkSeconds * 1000);
  connection.redis.on('ready', check);
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

  async function follow(): Promise<void> {
    await uploadFiles(connection, points, options.onNotice);
    await subscriber.subscribe(finishedChannel(queue.name));
    if (!options.attach) await forgetFailures(options, open);
    while (open.size > 0 && !signal.aborted) {
      await collect(options, open, open.called());
      if (isCheckDue) {
        isCheckDue = false;
        await lookThrough(options, open);
      }
      await enqueue(options, open);
      if (open.size > 0) await bell.heard();
    }
  }

  try {
    await Promise.race([follow(), stopped]);
  } finally {
    if (open.size > 0 && signal.reason !== DETACH) await takeOut(queue, open);
    clearInterval(timer);
    connection.redis.off('ready', check);
    subscriber.disconnect();
  }
}

/** Reads the outcomes of those that have one. */
async function collect({ connection, queue }: SubmitOptions, open: OpenPoints, keys: readonly string[]) {
  for (const chunk of chunks(keys)) {
    const packed = await connection.redis.mgetBuffer(chunk.map((key) => resultKey(queue.name, key)));
    for (const one of packed) if (one !== null) open.settle(unpackOutcome(one));
  }
}

/** Whatever became of them without a call. */
async function lookThrough(options: SubmitOptions, open: OpenPoints): Promise<void> {
  const { connection, queue } = options;
  await collect(options, open, open.keys());
  let missing = 0;
  for (const chunk of chunks(open.queued())) {
    const pipeline = connection.redis.pipeline();
    for (const key of chunk) pipeline.hmget(queue.toKey(key), 'timestamp', 'finishedOn', 'failedReason');
    const replies = (await pipeline.exec())!;
    for (const [i, [error, value]] of replies.entries()) {
      if (error) throw error;
      const [queuedAt, finishedOn, failedReason] = value as (string | null)[];
      const key = chunk[i];
      if (queuedAt === null) {
        open.noteMissing(key);
        missing++;
      } else if (finishedOn !== null) {
        // The worker could not even write its outcome, time and again.
        await queue.remove(key);
        const message = `no worker could finish it: ${failedReason ?? 'for no known reason'}`;
        open.settle({ key, ok: false, error: { kind: 'lost', message } });
      }
    }
  }
  // Finished just now, or forgotten by the server, and then its files may be too.
  if (missing > 0) await uploadFiles(connection, open.next(), options.onNotice);
}

async function enqueue({ queue }: SubmitOptions, open: OpenPoints): Promise<void> {
  for (const chunk of chunks(open.next())) {
    await queue.addBulk(
      chunk.map((point) => ({
        name: 'point',
        data: { point: packPoint(point) },
        opts: { jobId: point.key },
      })),
    );
    for (const { key } of chunk) open.noteQueued(key);
  }
}

/** So that they are tried again. */
async function forgetFailures({ connection, queue }: SubmitOptions, open: OpenPoints): Promise<void> {
  for (const chunk of chunks(open.keys())) {
    const names = chunk.map((key) => resultKey(queue.name, key));
    const packed = await connection.redis.mgetBuffer(names);
    const failed = names.filter((_, i) => packed[i] !== null && !unpackOutcome(packed[i]).ok);
    if (failed.length > 0) await connection.redis.del(failed);
  }
}

/** Those that nobody simulates yet; another sweep that wants them too queues them again. */
async function takeOut(queue: Queue, open: OpenPoints): Promise<void> {
  const all = async () => {
    for (const chunk of chunks(open.queued())) await Promise.all(chunk.map((key) => queue.remove(key)));
  };
  // A server that is full may refuse that too; workers will then simulate what nobody wants.
  await Promise.race([all().catch(() => {}), patience(FAREWELL_MS, undefined, { ref: false })]);
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) =>
    items.slice(i * CHUNK, (i + 1) * CHUNK),
  );
}

// Points of a sweep through a queue to workers on any machine. Each point is a job under its own key: two sweeps that want
// the same one share it, and who submits it again finds what is there. Its outcome is a key on the server that is read
// when a worker calls it out; besides, all is looked through from time to time, since calls can be missed and a server
// may have forgotten: what is neither finished nor queued is queued again. So every point ends as one outcome.
import { randomUUID } from 'node:crypto';
import { setTimeout as patience } from 'node:timers/promises';
import type { PointExecutor } from '../sweep/point.ts';
import { announce } from './presence.ts';
import { programIdentity, queueName } from '../program.ts';
import { connect, type Notice } from './server/connect.ts';
import { PREFIX } from './server/keys.ts';
import { orRefusal } from './server/refusal.ts';
import { submit } from './submission.ts';
import { checkKnown, clearAway, remember } from './upkeep.ts';
import { workersWatch } from './workers-watch.ts';

export interface QueueOptions {
  version: string;
  /** By which workers and users know the sweep; that of its results' folder, say. */
  sweep: string;
  /**
   * Goes on with a sweep that was submitted before, which must be known there: what has failed stays so. Otherwise what
   * failed is tried again. What succeeded is taken as it is in any case.
   */
  attach?: boolean;
  onNotice?: Notice;
  /** How often all is looked through. */
  checkSeconds?: number;
}

const CHECK_SECONDS = 10;
const PRESENT_SECONDS = 30;
const FAREWELL_MS = 5000;

/** UserError where there is no queue, or none that will do. */
export async function openQueue(url: string, options: QueueOptions): Promise<PointExecutor> {
  const { version, sweep, onNotice = () => {}, attach = false, checkSeconds = CHECK_SECONDS } = options;
  const connection = await connect(url, onNotice);
  const program = programIdentity(version);
  const queue = new connection.bullmq.Queue(queueName(program), {
    connection: connection.redis,
    prefix: PREFIX,
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: {
      removeOnComplete: true,
      attempts: 3,
      backoff: { type: 'exponential', delay: 1000 },
    },
  });
  // Of connections; who waits for an answer gets the others.
  queue.on('error', () => {});
  const { shown } = connection.address;
  const begin = async () => {
    if (attach) await checkKnown(connection, sweep, program);
    await remember(connection, sweep, program);
    await clearAway(connection, program);
    return announce(
      connection,
      { kind: 'sweep', name: sweep, program, id: randomUUID() },
      { seconds: PRESENT_SECONDS, onOthers: workersWatch(program, { onNotice, shown }) },
    );
  };
  const presence = await orRefusal(shown, begin).catch((error: unknown) => {
    connection.close();
    throw error;
  });
  return {
    run: (points, onOutcome, signal) =>
      orRefusal(shown, () =>
        submit(points, onOutcome, { connection, queue, signal, attach, onNotice, checkSeconds }),
      ),
    close: async () => {
      await Promise.race([presence.end(), patience(FAREWELL_MS, undefined, { ref: false })]);
      connection.close();
    },
  };
}

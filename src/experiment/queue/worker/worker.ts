// A worker of the queue: takes points, has threads simulate them, and puts the outcomes on the server. This thread only
// watches, so that a point's lock is renewed however long its simulation takes. Left out: points of another program than
// this one; both sides are told.
import { hostname } from 'node:os';
import { setTimeout as patience } from 'node:timers/promises';
import { UserError } from '../../../kernel/user-error.ts';
import { openThreads } from '../../sweep/threads.ts';
import { connect, type Connection, type Notice } from '../server/connect.ts';
import { orRefusal } from '../server/refusal.ts';
import { announce, whoIsThere, type Present } from '../presence.ts';
import { isSameProgram, programIdentity, shownProgram, type ProgramIdentity } from '../../program.ts';
import { takePoints, type Counts } from './take.ts';

export interface WorkerOptions {
  url: string;
  version: string;
  /** The built cli/sweep-thread.js. */
  threadFile: URL;
  threads: number;
  /** Where files are looked for, and put when they come through the queue. */
  filesFolder: string;
  /** Whether policies that are modules or programs may be run. */
  allowExec: boolean;
  /** A worker that is silent for so long has lost its points to others. */
  lostAfterSeconds: number;
  onNotice: Notice;
}

export interface QueueWorker {
  name: string;
  /** What it is, for messages. */
  program: string;
  /** Where the queue is, without its password. */
  shown: string;
  readonly counts: Readonly<Counts>;
  /** Takes no more, finishes what ends soon, and gives the rest back. */
  stop(): Promise<void>;
}

/** For the server to be told; without it the points are found a little later. */
const FAREWELL_MS = 3000;

export async function startWorker(options: WorkerOptions): Promise<QueueWorker> {
  const { url, version, lostAfterSeconds, onNotice } = options;
  const connection = await connect(url, onNotice);
  const program = programIdentity(version);
  const name = `${hostname()}:${process.pid}`;
  const { shown } = connection.address;
  await orRefusal(shown, () => checkSweeps(connection, program)).catch((error: unknown) => {
    connection.close();
    throw error;
  });
  const threads = await openThreads(options);
  const taking = takePoints(connection, { ...options, program, threads, concurrency: options.threads });
  const told = new Set<string>();
  const presence = await announce(
    connection,
    { kind: 'worker', name, program, threads: options.threads, id: name },
    {
      seconds: lostAfterSeconds,
      onOthers: (others) => {
        for (const other of others.filter((one) => isForeignSweep(one, program) && !told.has(one.id))) {
          told.add(other.id);
          onNotice(`${submitted(other)}; this worker, ${shownProgram(program)}, is refused its points`);
        }
      },
    },
  );
  return {
    name,
    program: shownProgram(program),
    shown,
    counts: taking.counts,
    stop: async () => {
      await taking.stop();
      await Promise.race([presence.end(), patience(FAREWELL_MS, undefined, { ref: false })]);
      await threads.close();
      connection.close();
    },
  };
}

/** A worker that could do nothing but wait says so and ends. */
async function checkSweeps(connection: Connection, program: ProgramIdentity): Promise<void> {
  const sweeps = (await whoIsThere(connection)).filter(({ kind }) => kind === 'sweep');
  const foreign = sweeps.filter((sweep) => isForeignSweep(sweep, program));
  if (foreign.length === 0 || foreign.length < sweeps.length) return;
  throw new UserError(
    foreign.map((sweep) => `${submitted(sweep)}; this is ${shownProgram(program)}: install the same here`),
  );
}

function isForeignSweep({ kind, program }: Present, own: ProgramIdentity): boolean {
  return kind === 'sweep' && !isSameProgram(program, own);
}

function submitted({ name, program }: Present): string {
  return `sweep ${name} was submitted by ${shownProgram(program)}`;
}

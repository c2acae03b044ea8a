// `fleetday worker`: simulates points of sweeps that are submitted to a queue, on this machine, until it is told to stop.
import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../kernel/user-error.ts';
import { THREADS_MAX, wholeNumber } from '../numbers.ts';
import { stopOnSignals } from '../signals.ts';
import { version } from '../version.ts';

interface WorkerCommandOptions {
  queue?: string;
  concurrency?: string;
  files?: string;
  allowExec?: boolean;
  lostAfter: string;
}

const LOST_AFTER_SECONDS_MAX = 3600;
const REPORT_MS = 60_000;

export function register(program: Command): void {
  program
    .command('worker')
    .description('simulate points of sweeps that are submitted to a queue')
    .option(
      '--queue <url>',
      'Redis server: redis://host:6379, rediss://… or unix:///path (or FLEETDAY_QUEUE)',
    )
    .option('--concurrency <n>', 'points at a time, each in a thread (default: one per core)')
    .option(
      '--files <dir>',
      'where traces and policies are looked for, and put if they come through the queue',
    )
    .option('--allow-exec', 'allow policies that are modules or programs to be run: code that a sweep brings')
    .option('--lost-after <seconds>', 'a worker that is silent for so long has lost its points', '30')
    .addHelpText(
      'after',
      '\nA password may be in FLEETDAY_QUEUE_PASSWORD instead of the address. See docs/distributed.md.',
    )
    .action(workerCommand);
}

async function workerCommand(options: WorkerCommandOptions): Promise<void> {
  const url = options.queue ?? process.env.FLEETDAY_QUEUE;
  if (url === undefined)
    throw new UserError('--queue: is missing; name a Redis server: redis://host:6379, or set FLEETDAY_QUEUE');
  const threads =
    options.concurrency === undefined
      ? Math.min(availableParallelism(), THREADS_MAX)
      : wholeNumber('--concurrency', options.concurrency, [1, THREADS_MAX]);
  const lostAfterSeconds = wholeNumber('--lost-after', options.lostAfter, [2, LOST_AFTER_SECONDS_MAX]);
  const { startWorker } = await import('../../experiment/queue/worker/worker.ts');
  const onNotice = (line: string) => void process.stderr.write(`${line}\n`);
  const worker = await startWorker({
    url,
    version: version(),
    threadFile: new URL('../sweep-thread.js', import.meta.url),
    threads,
    filesFolder: resolve(options.files ?? join(tmpdir(), `fleetday-files-${userInfo().username}`)),
    allowExec: options.allowExec ?? false,
    lostAfterSeconds,
    onNotice,
  });
  process.stdout.write(
    `worker ${worker.name}: ${threads} at a time from ${worker.shown}, ${worker.program}\n`,
  );
  await untilStopped(worker);
}

async function untilStopped(worker: {
  counts: { ok: number; failed: number; returned: number };
  stop(): Promise<void>;
}): Promise<void> {
  const { counts } = worker;
  let told = '';
  const tell = () => {
    const now = `${counts.ok} points done, ${counts.failed} failed`;
    if (now !== told && counts.ok + counts.failed > 0) process.stdout.write(`${now}\n`);
    told = now;
  };
  const timer = setInterval(tell, REPORT_MS);
  const control = {
    isStopping: false,
    stop: () => {},
  };
  const stopped = new Promise<void>((done) => {
    control.stop = () => {
      control.isStopping = true;
      done();
    };
  });
  const signals = stopOnSignals(control);
  await stopped;
  clearInterval(timer);
  process.stdout.write('stopping: what ends soon is finished, the rest given back; again to stop at once\n');
  await worker.stop();
  const returned = counts.returned > 0 ? `, ${counts.returned} given back` : '';
  process.stdout.write(`${counts.ok} points done, ${counts.failed} failed${returned}\n`);
  signals.dispose();
  // To be stopped is how a worker ends.
  process.exitCode = 0;
}

// `fleetday worker`: simulates points of sweeps that are submitted to a queue, on this machine, until it is told to stop.
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import { THREADS_MAX, wholeNumber } from '../../options/numbers.ts';
import { atQueue, queueAsked } from '../../options/queue.ts';
import { stopOnSignals } from '../../signals.ts';
import { version } from '../../version.ts';

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
  const queue = queueAsked(options.queue);
  if (queue === undefined)
    throw new UserError('--queue: is missing; name a Redis server: redis://host:6379, or set FLEETDAY_QUEUE');
  const threads =
    options.concurrency === undefined
      ? Math.min(availableParallelism(), THREADS_MAX)
      : wholeNumber('--concurrency', options.concurrency, [1, THREADS_MAX]);
  const lostAfterSeconds = wholeNumber('--lost-after', options.lostAfter, [2, LOST_AFTER_SECONDS_MAX]);
  // Told to stop before it has begun, it ends in the same way.
  const { stopped, dispose } = untilStopped();
  const { startWorker } = await import('../../../experiment/queue/worker/worker.ts');
  const files = options.files ?? join(tmpdir(), `fleetday-files-${process.getuid?.() ?? 'own'}`);
  const worker = await atQueue(queue, () =>
    startWorker({
      url: queue.url,
      version: version(),
      threadFile: new URL('../../sweep-thread.js', import.meta.url),
      threads,
      filesFolder: resolve(files),
      allowExec: options.allowExec ?? false,
      lostAfterSeconds,
      onNotice: (line) => void process.stderr.write(`${line}\n`),
    }),
  );
  process.stdout.write(
    `worker ${worker.name}: ${threads} at a time from ${worker.shown}, ${worker.program}\n`,
  );
  const endReports = reportFromTimeToTime(worker.counts);
  await stopped;
  endReports();
  process.stdout.write('stopping: what ends soon is finished, the rest given back; again to stop at once\n');
  await worker.stop();
  dispose();
  const returned = worker.counts.returned > 0 ? `, ${worker.counts.returned} given back` : '';
  // Else BullMQ would wait on for a server that is away.
  process.stdout.write(`${shownCounts(worker.counts)}${returned}\n`, () => process.exit());
}

/** To be stopped is how a worker ends, and no failure. */
function untilStopped(): { stopped: Promise<void>; dispose(): void } {
  const control = { isStopping: false, stop: () => {} };
  const stopped = new Promise<void>((resolve) => {
    control.stop = () => {
      control.isStopping = true;
      resolve();
    };
  });
  return { stopped, dispose: stopOnSignals(control).dispose };
}

interface Counts {
  ok: number;
  failed: number;
}

function shownCounts({ ok, failed }: Counts): string {
  return `${ok} points done, ${failed} failed`;
}

function reportFromTimeToTime(counts: Readonly<Counts>): () => void {
  let told = shownCounts({ ok: 0, failed: 0 });
  const timer = setInterval(() => {
    const now = shownCounts(counts);
    if (now !== told) process.stdout.write(`${now}\n`);
    told = now;
  }, REPORT_MS);
  return () => clearInterval(timer);
}

// Several runs until they have ended, stopped by signals, with somebody who shows how far they are.
import type { Jobs } from '../../experiment/jobs.ts';
import type { Progress } from '../progress/comparison.ts';
import { stopOnSignals } from '../signals.ts';

/** The exit code of an interruption, if there was one. */
export async function awaitJobs(jobs: Jobs, progress: Progress): Promise<number | undefined> {
  const signals = stopOnSignals(jobs);
  try {
    await jobs.finished;
  } finally {
    signals.dispose();
    await progress.close();
  }
  return jobs.isStopping ? signals.exitCode : undefined;
}

// Which queue a sweep or a worker is to use: `--queue redis://host:6379`, else the environment's FLEETDAY_QUEUE, else none.
// `none` in either place is none.
import { UserError } from '../../kernel/user-error.ts';

export interface QueueAsked {
  url: string;
  /** Where the user has written it, for messages. */
  by: '--queue' | 'FLEETDAY_QUEUE';
}

export function queueAsked(flag: string | undefined): QueueAsked | undefined {
  const url = flag ?? process.env.FLEETDAY_QUEUE;
  if (url === undefined || url === 'none' || (flag === undefined && url === '')) return undefined;
  return { url, by: flag === undefined ? 'FLEETDAY_QUEUE' : '--queue' };
}

/** What is wrong with the queue is told of under the name by which the user has given it. */
export async function atQueue<T>({ by }: QueueAsked, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UserError) || by === '--queue') throw error;
    throw new UserError(error.problems.map((problem) => problem.replace(/^--queue:/, `${by}:`)));
  }
}

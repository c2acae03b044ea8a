// What keeps a server tidy: sweeps are remembered for a week, and the queue of a program that nobody has used for as long
// (an older version's) is deleted with all that still waits in it. Results and files expire by themselves.
import { UserError } from '../../kernel/user-error.ts';
import type { Connection } from './server/connect.ts';
import { KEPT_SECONDS, PREFIX } from './server/keys.ts';
import { QUEUES, renew, SWEEPS } from './server/leases.ts';
import { isSameProgram, queueName, shownProgram, type ProgramIdentity } from '../program.ts';

interface Remembered {
  sweep: string;
  program: ProgramIdentity;
}

export async function remember(
  { redis }: Connection,
  sweep: string,
  program: ProgramIdentity,
): Promise<void> {
  await renew(redis, SWEEPS, JSON.stringify({ sweep, program } satisfies Remembered), KEPT_SECONDS);
}

/** UserError unless this program has submitted that sweep here. */
export async function checkKnown({ redis, address }: Connection, sweep: string, program: ProgramIdentity) {
  const { alive } = await renew(redis, SWEEPS);
  const known = alive.map((text) => JSON.parse(text) as Remembered);
  const same = known.filter((one) => one.sweep === sweep);
  if (same.some((one) => isSameProgram(one.program, program))) return;
  if (same.length > 0)
    throw new UserError(
      `--attach ${sweep}: was submitted by ${shownProgram(same[0].program)}, this is ${shownProgram(program)}; use the same`,
    );
  const names = [...new Set(known.map((one) => one.sweep))];
  const there = names.length === 0 ? 'none is' : `there are ${names.join(', ')}`;
  throw new UserError(
    `--attach ${sweep}: no such sweep at ${address.shown}, ${there}; leave --attach out to submit it`,
  );
}

/** `own` is in use. */
export async function clearAway({ redis, bullmq }: Connection, program: ProgramIdentity): Promise<void> {
  const { expired } = await renew(redis, QUEUES, queueName(program), KEPT_SECONDS);
  for (const name of expired) {
    const queue = new bullmq.Queue(name, { connection: redis, prefix: PREFIX, skipVersionCheck: true });
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

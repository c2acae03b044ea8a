// Who is at a queue: every worker and every sweep says so while it lives. So a worker of another version is told on both
// sides that it gets nothing, and a sweep that nobody works on is no riddle.
import type { Connection } from './server/connect.ts';
import { PRESENCE, release, renew } from './server/leases.ts';
import type { ProgramIdentity } from '../program.ts';

export interface Present {
  kind: 'worker' | 'sweep';
  /** Of a worker host and process number, of a sweep its name. */
  name: string;
  program: ProgramIdentity;
  /** Of a worker. */
  threads?: number;
  /** Tells two of the same name apart. */
  id: string;
}

export interface Announcement {
  end(): Promise<void>;
}

export async function whoIsThere({ redis }: Connection): Promise<Present[]> {
  const { alive } = await renew(redis, PRESENCE);
  return alive.map((text) => JSON.parse(text) as Present);
}

/** Renews it until `end`; `onOthers`: at each time, who else is there. */
export async function announce(
  { redis }: Connection,
  own: Present,
  { seconds, onOthers }: { seconds: number; onOthers(others: Present[]): void },
): Promise<Announcement> {
  const member = JSON.stringify(own);
  let isAsking = false;
  const tell = async () => {
    // While the server is away, one question waits for it and not ever more.
    if (isAsking) return;
    isAsking = true;
    const { alive } = await renew(redis, PRESENCE, member, seconds).finally(() => (isAsking = false));
    onOthers(alive.map((text) => JSON.parse(text) as Present).filter(({ id }) => id !== own.id));
  };
  await tell();
  const timer = setInterval(() => void tell().catch(() => {}), (seconds * 1000) / 3);
  return {
    end: async () => {
      clearInterval(timer);
      await release(redis, PRESENCE, member);
    },
  };
}

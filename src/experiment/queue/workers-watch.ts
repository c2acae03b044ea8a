// What whoever submits a sweep is told of its workers: that there are none, how many there are, and who is refused.
import type { Notice } from './server/connect.ts';
import type { Present } from './presence.ts';
import { isSameProgram, shownProgram, type ProgramIdentity } from '../program.ts';

/** To be told, from time to time, who is there. */
export function workersWatch(
  program: ProgramIdentity,
  { onNotice, shown }: { onNotice: Notice; shown: string },
): (others: readonly Present[]) => void {
  const refused = new Set<string>();
  let said: string | undefined;
  return (others) => {
    const workers = others.filter(({ kind }) => kind === 'worker');
    const own = workers.filter((worker) => isSameProgram(worker.program, program));
    for (const worker of workers) {
      if (own.includes(worker) || refused.has(worker.id)) continue;
      refused.add(worker.id);
      onNotice(
        `worker ${worker.name} is refused: it is ${shownProgram(worker.program)}, this is ${shownProgram(program)}; install the same there`,
      );
    }
    const threads = own.reduce((sum, worker) => sum + (worker.threads ?? 0), 0);
    const now =
      own.length === 0
        ? `no worker is at ${shown}; start some: fleetday worker --queue ${shown}`
        : `workers: ${own.length}, with ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    if (now !== said) onNotice(now);
    said = now;
  };
}

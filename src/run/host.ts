// Where a group of cells is simulated: in a worker thread, or in this one (threads: 0, for tests and small jobs).
import { Worker } from 'node:worker_threads';
import { UserError } from '../kernel/user-error.ts';
import { Group } from './group.ts';
import type { GroupReport, GroupSetup } from './group.ts';

export interface WindowRequest {
  window: number;
  endTicks: number;
}

export type HostMessage =
  | { kind: 'report'; report: GroupReport }
  | { kind: 'user-error'; problems: string[] }
  | { kind: 'bug'; stack: string };

export const OUT_OF_MEMORY = 'out of memory; lower queueLimit, maxSequences or the number of replicas';

export interface Host {
  /** Asks for the next window; its report follows. Several may be asked for at once. */
  request(request: WindowRequest): void;
  close(): Promise<void>;
}

export interface HostListener {
  onReport(report: GroupReport): void;
  onError(error: Error): void;
}

export function startWorkerHost(setup: GroupSetup, listener: HostListener): Host {
  // Node runs no TypeScript in workers: from the sources (tests) the built file is used.
  const built = import.meta.url.endsWith('.ts') ? '../../dist/run/worker.js' : './worker.js';
  const worker = new Worker(new URL(built, import.meta.url), { workerData: setup });
  let closing = false;
  worker.on('message', (message: HostMessage) => {
    if (message.kind === 'report') listener.onReport(message.report);
    else if (message.kind === 'user-error') listener.onError(new UserError(message.problems));
    else listener.onError(new Error(`in a simulating thread: ${message.stack}`));
  });
  worker.on('error', (error: NodeJS.ErrnoException) =>
    listener.onError(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new UserError(OUT_OF_MEMORY) : error),
  );
  worker.on('exit', (code) => {
    if (!closing) listener.onError(new Error(`a simulating thread ended unexpectedly with code ${code}`));
  });
  return {
    request: (request) => worker.postMessage(request),
    close: async () => {
      closing = true;
      await worker.terminate();
    },
  };
}

export function startLocalHost(setup: GroupSetup, listener: HostListener): Host {
  let group: Group | undefined;
  let closed = false;
  return {
    request: ({ window, endTicks }) =>
      void setImmediate(() => {
        if (closed) return;
        try {
          group ??= new Group(setup);
          listener.onReport(group.advance(window, endTicks));
        } catch (error) {
          listener.onError(error as Error);
        }
      }),
    close: async () => {
      closed = true;
    },
  };
}

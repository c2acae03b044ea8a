// Where a group of cells is simulated: in a worker thread, or in this one.
import { Worker } from 'node:worker_threads';
import { UserError } from '../../kernel/user-error.ts';
import { Group } from './group.ts';
import type { GroupReport, GroupSetup, GroupState, StopRequest } from './group.ts';
import { compileForLongRuns } from './v8-flags.ts';

export type HostRequest = { kind: 'advance'; stop: StopRequest } | { kind: 'save' };

export type HostMessage =
  | { kind: 'report'; report: GroupReport }
  | { kind: 'state'; state: GroupState }
  | { kind: 'user-error'; problems: string[] }
  | { kind: 'bug'; stack: string };

const OUT_OF_MEMORY = 'out of memory; lower queueLimit, maxSequences or the number of replicas';

/** A fleet or queues too large for the machine are a mistake of the user's. */
export function explained(error: unknown): Error {
  const isMemory =
    error instanceof RangeError && /allocation failed|failed to grow memory/i.test(error.message);
  if (isMemory) return new UserError(OUT_OF_MEMORY);
  return error instanceof Error ? error : new Error(String(error));
}

export interface Host {
  /** Asks for the stretch up to the next stop; its report follows. Several may be asked for at once. */
  advance(stop: StopRequest): void;
  /** Asks for the state at the last stop asked for, the end of a window. It comes after that stop's report. */
  save(): void;
  close(): Promise<void>;
}

export interface HostListener {
  onReport(report: GroupReport): void;
  onState(state: GroupState): void;
  onError(error: Error): void;
}

export function startWorkerHost(setup: GroupSetup, listener: HostListener): Host {
  // Node runs no TypeScript in workers: from the sources (tests) the built file is used.
  const built = import.meta.url.endsWith('.ts') ? '../../../dist/run/threads/worker.js' : './worker.js';
  // What a worker allocates is short-lived and little: a larger nursery would only cost memory.
  const resourceLimits = { maxYoungGenerationSizeMb: 2 };
  compileForLongRuns();
  const worker = new Worker(new URL(built, import.meta.url), {
    workerData: setup,
    resourceLimits,
  });
  let closing = false;
  worker.on('message', (message: HostMessage) => {
    if (message.kind === 'report') listener.onReport(message.report);
    else if (message.kind === 'state') listener.onState(message.state);
    else if (message.kind === 'user-error') listener.onError(new UserError(message.problems));
    else listener.onError(new Error(`in a simulating thread: ${message.stack}`));
  });
  worker.on('error', (error: NodeJS.ErrnoException) =>
    listener.onError(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new UserError(OUT_OF_MEMORY) : error),
  );
  worker.on('exit', (code) => {
    if (!closing) listener.onError(new Error(`a simulating thread ended unexpectedly with code ${code}`));
  });
  const post = (request: HostRequest) => worker.postMessage(request);
  return {
    advance: (stop) => post({ kind: 'advance', stop }),
    save: () => post({ kind: 'save' }),
    close: async () => {
      closing = true;
      await worker.terminate();
    },
  };
}

export function startLocalHost(setup: GroupSetup, listener: HostListener): Host {
  let group: Group | undefined;
  let closed = false;
  const later = (action: (group: Group) => void) =>
    void setImmediate(() => {
      if (closed) return;
      try {
        group ??= new Group(setup);
        action(group);
      } catch (error) {
        listener.onError(explained(error));
      }
    });
  return {
    advance: (stop) => later((cells) => listener.onReport(cells.advance(stop))),
    save: () => later((cells) => listener.onState(cells.save())),
    close: async () => {
      closed = true;
    },
  };
}

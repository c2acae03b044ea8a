// Entry point of a simulating thread: a setup first, then stretches on demand, one report each, and the state between
// them when it is asked for.
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../kernel/user-error.ts';
import { buffersOf } from '../../fleet/records/rows.ts';
import { Group } from './group.ts';
import type { GroupReport, GroupSetup } from './group.ts';
import { explained } from './host.ts';
import type { HostMessage, HostRequest } from './host.ts';

const port = parentPort!;
let group: Group | undefined;

port.on('message', (request: HostRequest) => {
  try {
    answer(request);
  } catch (thrown) {
    const error = explained(thrown);
    if (error instanceof UserError) post({ kind: 'user-error', problems: [...error.problems] });
    else post({ kind: 'bug', stack: error.stack ?? error.message });
  }
});

function answer(request: HostRequest): void {
  group ??= new Group(workerData as GroupSetup);
  if (request.kind === 'advance') {
    const report = group.advance(request.stop);
    post({ kind: 'report', report }, largeOf(report));
  } else {
    const state = group.save();
    // Handed over, not copied: they may be large.
    post(
      { kind: 'state', state },
      state.cells.map((cell) => cell.buffer as ArrayBuffer),
    );
  }
}

/** Handed over too. */
function largeOf({ window, scrapes }: GroupReport): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = scrapes === undefined ? [] : [scrapes.buffer as ArrayBuffer];
  if (window?.watched === undefined) return buffers;
  const { requests, runs } = window.watched;
  return [...buffers, ...requests.flatMap(buffersOf), ...runs.map(({ buffer }) => buffer)];
}

function post(message: HostMessage, handedOver: ArrayBuffer[] = []): void {
  port.postMessage(message, handedOver);
}

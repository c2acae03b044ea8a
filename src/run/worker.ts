// Entry point of a simulating thread: a setup first, then windows on demand, one report each.
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../kernel/user-error.ts';
import { Group } from './group.ts';
import type { GroupSetup } from './group.ts';
import { OUT_OF_MEMORY } from './host.ts';
import type { HostMessage, WindowRequest } from './host.ts';

const port = parentPort!;
const post = (message: HostMessage) => port.postMessage(message);
let group: Group | undefined;

port.on('message', ({ window, endTicks }: WindowRequest) => {
  try {
    group ??= new Group(workerData as GroupSetup);
    post({ kind: 'report', report: group.advance(window, endTicks) });
  } catch (error) {
    if (error instanceof UserError) {
      post({ kind: 'user-error', problems: [...error.problems] });
    } else if (error instanceof RangeError && error.message.includes('allocation failed')) {
      post({ kind: 'user-error', problems: [OUT_OF_MEMORY] });
    } else {
      post({ kind: 'bug', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
});

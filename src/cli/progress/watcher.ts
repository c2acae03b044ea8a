// Who shows a run: the dashboard in a terminal, else lines of text, else nobody.
import type { EventControl, RunControl, RunInfo, Snapshot } from '../../run/snapshot.ts';
import type { Dashboard } from '../../ui/dashboard.ts';

export interface WatchOptions {
  plain?: boolean;
  quiet?: boolean;
  /** The standard output is for a program: lines of text go to the other one, if they are wanted at all. */
  json?: boolean;
}

export type Watcher = Dashboard;

/** A run, or what takes the place of one. */
export interface Watched {
  info: RunInfo;
  /** Of a second run beside it. */
  rival?: RunInfo;
  control: RunControl;
  /** Where something can be done to it. */
  events?: EventControl;
}

export async function startWatcher(
  { info, rival, control, events }: Watched,
  { plain, quiet, json }: WatchOptions,
): Promise<Watcher> {
  if (quiet || (json && !plain)) return NOBODY;
  if (process.stdout.isTTY && !plain) {
    const { showDashboard } = await import('../../ui/dashboard.ts');
    const { screenSaver } = await import('../watch/screens.ts');
    return showDashboard({ info, rival, control, events, saveScreen: screenSaver(info) });
  }
  const { formatPlainLine } = await import('../../ui/plain.ts');
  const { stdout, stderr } = process;
  return plainWatcher((snapshot) => (json ? stderr : stdout).write(`${formatPlainLine(info, snapshot)}\n`));
}

/** For whom no snapshots need be made. */
export const NOBODY: Watcher = {
  onSnapshot: () => {},
  waitForDismissal: async () => {},
  close: async () => {},
};

/** A line at most every two seconds, and one whenever the run's state changes. */
function plainWatcher(print: (snapshot: Snapshot) => void): Watcher {
  const everySeconds = 2;
  let printedAt = 0;
  let status = '';
  return {
    ...NOBODY,
    onSnapshot: (snapshot) => {
      const due = snapshot.wallSeconds >= printedAt + everySeconds;
      if (!due && (snapshot.status === status || status === '')) {
        status = snapshot.status;
        return;
      }
      printedAt = snapshot.wallSeconds;
      status = snapshot.status;
      print(snapshot);
    },
  };
}

// Who shows a run: the dashboard in a terminal, else lines of text, else nobody.
import type { Run } from '../run/run.ts';
import type { Snapshot } from '../run/snapshot.ts';
import type { Dashboard } from '../ui/dashboard.ts';

export interface WatchOptions {
  plain?: boolean;
  quiet?: boolean;
}

export type Watcher = Dashboard;

export async function startWatcher(run: Run, { plain, quiet }: WatchOptions): Promise<Watcher> {
  if (quiet) return silentWatcher;
  if (process.stdout.isTTY && !plain) {
    const { showDashboard } = await import('../ui/dashboard.ts');
    const { screenSaver } = await import('./screens.ts');
    return showDashboard({ info: run.info, control: run, saveScreen: screenSaver(run.info) });
  }
  const { formatPlainLine } = await import('../ui/plain.ts');
  return plainWatcher((snapshot) => process.stdout.write(`${formatPlainLine(run.info, snapshot)}\n`));
}

const silentWatcher: Watcher = {
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
    ...silentWatcher,
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

// `fleetday watch`: shows the results of a run as if it took place now.
import type { Command } from 'commander';
import { UserError } from '../../kernel/user-error.ts';

export function register(program: Command): void {
  program
    .command('watch')
    .description('watch a run again, from its results')
    .argument('<dir>', 'folder of its results')
    .option('--plain', 'lines of text instead of the dashboard')
    .action(watchCommand);
}

async function watchCommand(dir: string, { plain }: { plain?: boolean }): Promise<void> {
  const [{ readResults }, { snapshotsOf }, { replayOf }, { startWatcher }] = await Promise.all([
    import('../../report/saved-run/read.ts'),
    import('../watch/snapshots.ts'),
    import('../watch/replay.ts'),
    import('../watcher.ts'),
  ]);
  const saved = await readResults(dir);
  if (saved.ledger.length === 0 || saved.windows.length === 0) {
    throw new UserError(
      `${dir}: the run was stopped before anything was simulated; there is nothing to watch`,
    );
  }
  const { info } = saved;
  const replay = replayOf(snapshotsOf(saved), info.durationSeconds);
  const watcher = await startWatcher({ info, control: replay }, { plain });
  try {
    await replay.play((snapshot) => watcher.onSnapshot(snapshot));
    await watcher.waitForDismissal();
  } finally {
    await watcher.close();
  }
}

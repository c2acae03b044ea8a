// `fleetday watch`: shows the results of a run as if it took place now; or of two runs, side by side.
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import type { SavedRun } from '../../../report/saved-run/read.ts';
import type { Snapshot } from '../../../run/snapshot.ts';

export function register(program: Command): void {
  program
    .command('watch')
    .description('watch a run again, or two side by side, from their results')
    .argument('<dir>', 'folder of its results')
    .argument('[other]', 'folder of a second run, to compare with')
    .option('--plain', 'lines of text instead of the dashboard')
    .action(watchCommand);
}

async function watchCommand(
  dir: string,
  other: string | undefined,
  { plain }: { plain?: boolean },
): Promise<void> {
  if (other !== undefined) return watchTwo([dir, other], { plain });
  const [{ snapshotsOf }, { replayOf }, { startWatcher }] = await Promise.all([
    import('../../watch/snapshots.ts'),
    import('../../watch/replay.ts'),
    import('../../progress/watcher.ts'),
  ]);
  const saved = await readWatchable(dir);
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

async function watchTwo(dirs: readonly [string, string], { plain }: { plain?: boolean }): Promise<void> {
  if (plain || !process.stdout.isTTY) {
    throw new UserError(
      `two runs can be watched in a terminal only; for tables: fleetday compare, or the summary.json of both`,
    );
  }
  const [{ checkOneClock, pairOf }, { replayOf }, { startWatcher }] = await Promise.all([
    import('../../watch/pair.ts'),
    import('../../watch/replay.ts'),
    import('../../progress/watcher.ts'),
  ]);
  const [a, b] = [await readWatchable(dirs[0]), await readWatchable(dirs[1])];
  checkOneClock(dirs, [a, b]);
  const durationSeconds = Math.max(a.info.durationSeconds, b.info.durationSeconds);
  const [info, rival] = [a, b].map((saved, i) => {
    return { ...saved.info, name: path.basename(path.resolve(dirs[i])), durationSeconds };
  });
  const replay = replayOf(pairOf(a, b), durationSeconds);
  const watcher = await startWatcher({ info, rival, control: replay }, {});
  const showing: (Snapshot | undefined)[] = [undefined, undefined];
  try {
    await replay.play(({ sides, status, wallSeconds }) => {
      for (const [i, tell] of [watcher.onSnapshot, watcher.onRival!].entries()) {
        for (const snapshot of sides[i]) tell((showing[i] = { ...snapshot, status, wallSeconds }));
        // What is over stays, but the status is that of both.
        const last = showing[i];
        if (last !== undefined && last.status !== status) tell((showing[i] = { ...last, status }));
      }
    });
    await watcher.waitForDismissal();
  } finally {
    await watcher.close();
  }
}

async function readWatchable(dir: string): Promise<SavedRun> {
  const { readResults } = await import('../../../report/saved-run/read.ts');
  const saved = await readResults(dir);
  if (saved.ledger.length > 0 && saved.windows.length > 0) return saved;
  throw new UserError(`${dir}: the run was stopped before anything was simulated; there is nothing to watch`);
}

// How far a comparison is: in a terminal a screen of its runs; else on the standard error output one line that is renewed
// in a terminal, or a line per run.
import type { Snapshot } from '../../run/snapshot.ts';
import type { ComparisonOptions } from '../../ui/comparison/show.ts';

export interface Progress {
  /** Part of the work that is done, 0..1. */
  show(done: number): void;
  /** Of a run that has come further. */
  onSnapshot?(run: number, snapshot: Snapshot): void;
  finished(folder: string, run?: number): void;
  close(): void | Promise<void>;
}

const EVERY_MS = 200;

export function showProgress(runs: number): Progress {
  const { stderr } = process;
  let finished = 0;
  let shownAtMs = -Infinity;
  const clear = () => void (stderr.isTTY && stderr.write('\r\u001B[K'));
  return {
    show: (done) => {
      const nowMs = performance.now();
      if (!stderr.isTTY || nowMs - shownAtMs < EVERY_MS) return;
      shownAtMs = nowMs;
      stderr.write(`\r\u001B[K${finished} of ${runs} runs finished, ${Math.floor(100 * done)} % simulated`);
    },
    finished: (folder) => {
      finished++;
      clear();
      stderr.write(`${finished} of ${runs}: ${folder}\n`);
    },
    close: clear,
  };
}

/** For people who sit before a terminal. */
export async function showBoard(options: ComparisonOptions): Promise<Progress> {
  const { showComparison } = await import('../../ui/comparison/show.ts');
  const screen = showComparison(options);
  return {
    show: () => undefined,
    onSnapshot: (run, snapshot) => screen.onSnapshot(run, snapshot),
    finished: (_, run = 0) => screen.finished(run),
    close: () => screen.close(),
  };
}

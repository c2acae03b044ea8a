// How far a comparison is, on the standard error output: one line that is renewed in a terminal, else a line per run.

export interface Progress {
  /** Part of the work that is done, 0..1. */
  show(done: number): void;
  finished(folder: string): void;
  close(): void;
}

const EVERY_MS = 200;

export function showProgress(runs: number): Progress {
  const { stderr } = process;
  let finished = 0;
  let shownAtMs = -Infinity;
  const clear = () => stderr.isTTY && stderr.write('\r\u001B[K');
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

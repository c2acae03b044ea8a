// How far a sweep is, and how long it may still take, on the standard error output: one line that is renewed in a terminal,
// else a line now and then.
import type { SweepProgress } from '../../experiment/sweep/sweep.ts';
import { span } from '../../report/format.ts';

const RENEW_MS = 200;
const LINE_MS = 10_000;

export interface ProgressShown {
  show(progress: SweepProgress): void;
  /** A line of its own. */
  say(line: string): void;
  close(): void;
}

export function sweepProgress({ plain }: { plain: boolean }): ProgressShown {
  const { stderr } = process;
  const renews = stderr.isTTY === true && !plain;
  const startedAtMs = performance.now();
  let shownAtMs = plain || renews ? -Infinity : startedAtMs;
  const clear = () => renews && stderr.write('\r\u001B[K');
  return {
    show: (progress) => {
      const nowMs = performance.now();
      if (nowMs - shownAtMs < (renews ? RENEW_MS : LINE_MS)) return;
      shownAtMs = nowMs;
      const line = progressLine(progress, (nowMs - startedAtMs) / 1000);
      if (renews) stderr.write(`\r\u001B[K${line}`);
      else stderr.write(`${line}\n`);
    },
    say: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    close: clear,
  };
}

/** The time left is that of the rows to come at the pace of those simulated so far. */
export function progressLine({ planned, done, cached, failed }: SweepProgress, seconds: number): string {
  const simulated = done - cached - failed;
  const left = planned - done;
  const parts = [`${done} of ${planned} runs`];
  if (cached > 0) parts.push(`${cached} from the cache`);
  if (failed > 0) parts.push(`${failed} failed`);
  if (left > 0 && simulated > 0) parts.push(`about ${span(Math.ceil((seconds * left) / simulated))} left`);
  return parts.join(', ');
}

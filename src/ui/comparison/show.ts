// Shows a comparison in the terminal while its runs go on. A table needs neither React nor Ink: lines go to the screen as
// they are, twice a second. Stopping is a signal, as everywhere.
import type { Snapshot } from '../../run/snapshot.ts';
import { oneCell, paletteOf, toAnsi } from '../line.ts';
import { Screen } from '../terminal/screen.ts';
import { takeOver } from '../terminal/takeover.ts';
import { boardLines, type BoardState } from './board.ts';
import { noted, waitingContender, type Course } from './contenders.ts';

const FRAME_MS = 400;
/** What terminals send for the arrow keys. */
const UP = ['\x1b[A', '\x1bOA'];
const DOWN = ['\x1b[B', '\x1bOB'];

export interface ComparisonScreen {
  /** Cheap: as often as the runs like. */
  onSnapshot(run: number, snapshot: Snapshot): void;
  finished(run: number): void;
  /** Gives the terminal back. */
  close(): Promise<void>;
}

export interface ComparisonOptions {
  course: Course;
  /** In the order of the runs. */
  names: readonly string[];
  stdout?: NodeJS.WriteStream;
  stdin?: NodeJS.ReadStream;
}

export function showComparison(options: ComparisonOptions): ComparisonScreen {
  const { course, names, stdout = process.stdout, stdin = process.stdin } = options;
  const palette = paletteOf(process.env);
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const contenders = names.map((name) => waitingContender(oneCell(name)));
  const safe = { ...course, name: oneCell(course.name) };
  let state: BoardState = { course: safe, contenders, first: 0, isStopping: false, ...size() };
  const onInterrupt = (): void => change({ isStopping: true });
  const { terminal, giveBack } = takeOver({ stdout, stdin, onInterrupt, onKilled: close });
  const screen = new Screen(terminal, size());
  const timer = setInterval(() => {
    if (!screen.isBusy) draw();
  }, FRAME_MS);
  stdout.on('resize', onResize);
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    stdin.on('data', onInput);
    stdin.resume();
  }
  draw();

  function change(next: Partial<BoardState>): void {
    state = { ...state, ...next };
    draw();
  }

  function onInput(data: Buffer): void {
    const keys = data.toString('latin1');
    const has = (...names: string[]): boolean => names.some((name) => keys.includes(name));
    if (has('q', '\x03')) process.kill(process.pid, 'SIGINT');
    else if (has('k', ...UP)) change({ first: Math.max(0, state.first - 1) });
    else if (has('j', ...DOWN)) change({ first: Math.min(names.length - 1, state.first + 1) });
  }

  function onResize(): void {
    const { columns, rows } = size();
    screen.resize(columns, rows);
    change({ columns, rows });
  }

  function draw(): void {
    screen.show(boardLines({ ...state, contenders }).map((line) => toAnsi(line, palette)));
  }

  function close(): void {
    clearInterval(timer);
    stdout.off('resize', onResize);
    stdin.off('data', onInput);
    if (stdin.isTTY) stdin.pause();
  }

  return {
    onSnapshot: (run, snapshot) => void (contenders[run] = noted(contenders[run], snapshot, course)),
    finished: (run) => void (contenders[run] = { ...contenders[run], status: 'finished' }),
    close: async () => {
      close();
      await screen.drained();
      giveBack();
    },
  };
}

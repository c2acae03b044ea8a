// Shows a run in the terminal: snapshots and keys go into the reducer, its wishes go to the run, frames go to the
// screen, at most FRAMES_PER_SECOND. The caller decides whether to show it: never where stdout is not a terminal.
// React and Ink are loaded here and only now, because that takes 0.4 s, and in production mode, because their
// development build keeps memory for every frame.
import { EventEmitter } from 'node:events';
import type { EventControl, RunControl, RunInfo, Snapshot } from '../run/snapshot.ts';
import type { EventOrder } from '../scenario/events/event.ts';
import { screenLines } from './layout.ts';
import { paletteOf, type Line } from './line.ts';
import { orderText } from './model/event-menu.ts';
import { initialState, isPaused, reduce, SPEEDS, wantsFleet, type UiEvent, type UiState } from './state.ts';
import { Screen } from './terminal/screen.ts';
import { takeOver } from './terminal/takeover.ts';

const FRAMES_PER_SECOND = 5;
/** A key is answered at once, those that follow it more quickly than this together. */
const KEY_PAUSE_MS = 40;

export interface DashboardOptions {
  info: RunInfo;
  /** Of a second run, on the same clock. */
  rival?: RunInfo;
  control: RunControl;
  /** Where something can be done to the run. */
  events?: EventControl;
  /** Keeps a picture of the screen, and tells where. */
  saveScreen?: (lines: readonly Line[], name: string) => string;
  stdout?: NodeJS.WriteStream;
  stdin?: NodeJS.ReadStream;
}

export interface Dashboard {
  /** Cheap: as often as the run likes. */
  onSnapshot(snapshot: Snapshot): void;
  /** Of the second run. */
  onRival?(snapshot: Snapshot): void;
  /** Resolves when the watcher has seen enough: a key after the end, or at once if they asked to stop. */
  waitForDismissal(): Promise<void>;
  /** Gives the terminal back. Rejects where the dashboard itself has failed. */
  close(): Promise<void>;
}

export async function showDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { info, control, events, stdout = process.stdout, stdin = process.stdin } = options;
  process.env.NODE_ENV = 'production';
  const [{ render }, { createElement }, { App }] = await Promise.all([
    import('ink'),
    import('react'),
    import('./app.tsx'),
  ]);

  // Some terminals do not tell their size.
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const palette = paletteOf(process.env);
  const keyboard = stdin.isTTY === true;
  const tellsReplicas = control.watchFleet !== undefined;
  let state = initialState(info, {
    ...size(),
    keyboard,
    tellsReplicas,
    canInject: keyboard && events !== undefined,
  });
  if (options.rival !== undefined)
    state = { ...state, rival: initialState(options.rival, { ...size(), keyboard, tellsReplicas }) };
  let isStale = true;
  let keyPause: NodeJS.Timeout | undefined;
  let isOpen = true;
  let drawingError: unknown;
  let onDismissed: (() => void) | undefined;

  const { terminal, giveBack } = takeOver({
    stdout,
    stdin,
    onInterrupt: () => onKey('ctrl-c'),
    onKilled: () => shut(),
  });
  const screen = new Screen(terminal, size());
  const element = () => createElement(App, { state, palette, show: screen.show, onKey });
  const ink = render(element(), {
    stdout: silent(),
    stdin,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const timer = setInterval(() => {
    // A terminal that is behind is left alone; keys and sizes are drawn nevertheless, the screen keeps the newest.
    if (isStale && !screen.isBusy) draw();
  }, 1000 / FRAMES_PER_SECOND);
  stdout.on('resize', onResize);
  // A mistake in a panel ends the dashboard but not the run; close() tells of it.
  ink.waitUntilExit().catch((error: unknown) => {
    drawingError = error;
    shut();
    giveBack();
    onDismissed?.();
  });

  function onKey(key: string): void {
    dispatch({ type: 'key', key });
  }

  function onResize(): void {
    const { columns, rows } = size();
    screen.resize(columns, rows);
    dispatch({ type: 'resize', columns, rows });
  }

  function dispatch(event: UiEvent): void {
    if (!isOpen) return;
    const before = state;
    state = reduce(state, event);
    isStale = true;
    obey(before);
    if (state.dismissed) onDismissed?.();
    if (state.abandoned) leave();
    // Keys and sizes are answered at once; snapshots wait for the next frame.
    else if (event.type !== 'snapshot') drawForKey();
  }

  function drawForKey(): void {
    if (keyPause !== undefined) return;
    draw();
    keyPause = setTimeout(() => {
      keyPause = undefined;
      if (isStale && isOpen) drawForKey();
    }, KEY_PAUSE_MS);
  }

  function obey(before: UiState): void {
    if (state.wish !== before.wish) {
      if (state.wish === 'pause') control.pause();
      else if (state.wish === 'run') control.resume();
      else control.stop();
    }
    if (state.steps !== before.steps) control.step();
    if (state.speed !== before.speed) control.setSpeed(SPEEDS[state.speed]);
    if (wantsFleet(state) !== wantsFleet(before)) control.watchFleet?.(wantsFleet(state));
    if (state.saves !== before.saves) save();
    if (state.menu !== undefined && before.menu === undefined && state.choices === undefined) learn();
    if (state.orders.count !== before.orders.count) order(state.orders.newest!);
  }

  function learn(): void {
    void events?.choices().then((choices) => dispatch({ type: 'choices', choices }));
  }

  function order(asked: EventOrder): void {
    const what = orderText(asked, state.info);
    void events?.inject(asked).then((problem) => {
      const when = isPaused(state) ? ', as soon as the run goes on' : '';
      const text = problem === undefined ? `ordered: ${what}${when}` : `not possible: ${what}: ${problem}`;
      dispatch({ type: 'notice', text });
    });
  }

  function save(): void {
    let notice = 'pictures cannot be saved here';
    try {
      const name = `${String(state.saves).padStart(3, '0')}-${state.view}`;
      if (options.saveScreen !== undefined) notice = `saved ${options.saveScreen(screenLines(state), name)}`;
    } catch (error) {
      notice = `not saved: ${error instanceof Error ? error.message : String(error)}`;
    }
    state = reduce(state, { type: 'notice', text: notice });
  }

  function draw(): void {
    isStale = false;
    ink.rerender(element());
  }

  function shut(): void {
    isOpen = false;
    clearInterval(timer);
    clearTimeout(keyPause);
    stdout.off('resize', onResize);
    ink.unmount();
  }

  /** The run does not stop and the watcher does not wait: end as an interrupt ends a program. */
  function leave(): void {
    giveBack();
    shut();
    process.kill(process.pid, 'SIGINT');
  }

  return {
    onSnapshot: (snapshot) => dispatch({ type: 'snapshot', snapshot }),
    onRival: (snapshot) => dispatch({ type: 'snapshot', snapshot, ofRival: true }),
    waitForDismissal: async () => {
      // Without a keyboard nobody can press a key.
      if (state.dismissed || !state.keyboard || !isOpen) return;
      await new Promise<void>((resolve) => (onDismissed = resolve));
    },
    close: async () => {
      if (isOpen) shut();
      await screen.drained();
      giveBack();
      if (drawingError !== undefined) throw drawingError;
    },
  };
}

/** What Ink writes to, which draws nothing itself. */
function silent(): NodeJS.WriteStream {
  const stream = Object.assign(new EventEmitter(), { columns: 80, rows: 24, write: () => true });
  return stream as unknown as NodeJS.WriteStream;
}

import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { showDashboard, type Dashboard } from '../../src/ui/dashboard.ts';
import type { Snapshot } from '../../src/run/snapshot.ts';
import { Screen } from '../../src/ui/terminal/screen.ts';
import { flagshipDay, flagshipInfo } from './support/fixture.ts';
import { fakeStdin } from './support/frame.ts';

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';
const day = [...flagshipDay({ windows: 20 })];

class FakeTerminal extends Writable {
  columns = 120;
  rows = 40;
  isTTY = true;
  written = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString();
    done();
  }

  get text(): string {
    return stripVTControlCharacters(this.written);
  }
}

let open: Dashboard | undefined;

async function show(stdin: ReturnType<typeof fakeStdin> | EventEmitter = fakeStdin()) {
  const stdout = new FakeTerminal();
  const control = {
    pause: vi.fn(),
    resume: vi.fn(),
    stop: vi.fn(),
    step: vi.fn(),
    setSpeed: vi.fn(),
    watchFleet: vi.fn(),
  };
  open = await showDashboard({
    info: flagshipInfo,
    control,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
  });
  return { dashboard: open, stdout, control };
}

afterEach(async () => {
  await open?.close().catch(() => undefined);
  open = undefined;
});

/** Keys reach the dashboard after React's effects have run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('takes the terminal over, draws, and gives it back once', async () => {
  const { dashboard, stdout } = await show();
  expect(stdout.written.startsWith(ENTER)).toBe(true);
  expect(stdout.text).toContain('◌ starting');
  await dashboard.close();
  await dashboard.close();
  expect(stdout.written.split(LEAVE)).toHaveLength(2);
  expect(stdout.written.endsWith(LEAVE)).toBe(true);
  expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(0);
});

test('keys go to the run', async () => {
  const stdin = fakeStdin();
  const { dashboard, control, stdout } = await show(stdin);
  await settled();
  stdin.type(' ');
  expect(control.pause).toHaveBeenCalledOnce();
  expect(stdout.text).toContain('paused');
  stdin.type(' ');
  expect(control.resume).toHaveBeenCalledOnce();
  stdin.type('\x03');
  expect(control.stop).toHaveBeenCalledOnce();
  // Who asked to stop is not made to press another key.
  await dashboard.waitForDismissal();
});

test('the last screen of a finished run stays until a key is pressed', async () => {
  const stdin = fakeStdin();
  const { dashboard } = await show(stdin);
  for (const snapshot of day) dashboard.onSnapshot(snapshot);
  await settled();
  let isDismissed = false;
  const waiting = dashboard.waitForDismissal().then(() => (isDismissed = true));
  await settled();
  expect(isDismissed).toBe(false);
  stdin.type('x');
  await waiting;
});

test('without a keyboard nothing waits for a key', async () => {
  const { dashboard, stdout } = await show(new EventEmitter());
  for (const snapshot of day) dashboard.onSnapshot(snapshot);
  await dashboard.waitForDismissal();
  expect(stdout.text).toContain('no keyboard');
});

test('a change of size is drawn at once, in full', async () => {
  const { stdout } = await show();
  stdout.written = '';
  Object.assign(stdout, { columns: 80, rows: 24 });
  stdout.emit('resize');
  await settled();
  expect(stdout.written).toContain('\x1b[2J');
  expect(stdout.written).toContain('\x1b[24;1H');
  expect(stdout.written).not.toContain('\x1b[25;1H');
});

test('an interrupt from outside is a wish to stop; a crash gives the terminal back and is reported as ever', async () => {
  const { stdout, control } = await show();
  process.emit('SIGINT');
  expect(control.stop).toHaveBeenCalledOnce();
  expect(stdout.written).not.toContain(LEAVE);
  (process as EventEmitter).emit('uncaughtExceptionMonitor', new Error('boom'));
  expect(stdout.written.endsWith(LEAVE)).toBe(true);
});

test('a mistake in a panel ends the dashboard, not the run, and close tells of it', async () => {
  const { dashboard, stdout } = await show();
  const broken = { ...day[3], cost: undefined } as unknown as Snapshot;
  dashboard.onSnapshot(broken);
  stdout.emit('resize');
  await dashboard.waitForDismissal();
  expect(stdout.written).toContain(LEAVE);
  dashboard.onSnapshot(day[4]);
  await expect(dashboard.close()).rejects.toThrow(TypeError);
});

test('only lines that differ are written, and while the terminal is behind only the newest frame is kept', async () => {
  const writes: string[] = [];
  const done: (() => void)[] = [];
  const slow = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      writes.push(chunk.toString());
      done.push(callback);
    },
  });
  const screen = new Screen(slow, { columns: 10, rows: 3 });
  screen.show(['one', 'two', 'three']);
  expect(screen.isBusy).toBe(true);
  screen.show(['one', 'TWO', 'three']);
  screen.show(['one', '2', 'three']);
  expect(writes).toHaveLength(1);
  expect(writes[0]).toContain('\x1b[1;1H\x1b[Kone\x1b[2;1H\x1b[Ktwo\x1b[3;1H\x1b[Kthree');
  done[0]();
  await settled();
  expect(writes).toHaveLength(2);
  expect(writes[1]).toBe('\x1b[?2026h\x1b[2;1H\x1b[K2\x1b[?2026l');
  const drained = screen.drained();
  done[1]();
  await drained;
  expect(screen.isBusy).toBe(false);
});

test('speed, steps and the wish for gauges go to the run once each', async () => {
  const stdin = fakeStdin();
  const { control } = await show(stdin);
  await settled();
  for (const key of ['-', '.', '.', '.', '3', '3', '1']) stdin.type(key);
  expect(control.setSpeed.mock.calls).toEqual([[3600]]);
  expect(control.pause).toHaveBeenCalledOnce();
  expect(control.step).toHaveBeenCalledTimes(2);
  expect(control.watchFleet.mock.calls).toEqual([[true], [false]]);
});

test('keys that come quickly are drawn together', async () => {
  const stdin = fakeStdin();
  const { stdout } = await show(stdin);
  await settled();
  stdout.written = '';
  for (const key of ['2', '3', '4', '5', '6']) stdin.type(key);
  expect(stdout.text).not.toContain('Ledger');
  await vi.waitFor(() => expect(stdout.text).toContain('┌ Events'));
});

// Takes the terminal over and gives it back exactly once, however the program ends: closed, signalled, crashed or
// exited. Giving back is synchronous, because a dying process waits for nothing.
// Node writes to a terminal synchronously, and its descriptor is in non-blocking mode, so that a plain write to it may
// fail half-way. Therefore the terminal is opened anew: frames are written beside the event loop, the last escapes
// at once and in full. Where that is not possible (no controlling terminal, Windows), stdout serves.
import { constants, createWriteStream, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** Alternate screen, cursor hidden. */
const TAKE = '\x1b[?1049h\x1b[?25l';
/** Cleared before it is left, because tmux 3.3 spills wide lines of a resized alternate screen into its history. */
const GIVE_BACK = '\x1b[?2026l\x1b[0m\x1b[2J\x1b[?25h\x1b[?1049l';

const DEADLY_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export interface Takeover {
  /** Where frames go. */
  terminal: Writable;
  giveBack(): void;
}

export interface TakeoverOptions {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  /** SIGINT: a wish, like the stop key. The terminal stays taken. */
  onInterrupt: () => void;
  /** SIGTERM, SIGHUP or SIGQUIT: the terminal has been given back; whoever else listens decides what happens, else we die. */
  onKilled: () => void;
}

export function takeOver({ stdout, stdin, onInterrupt, onKilled }: TakeoverOptions): Takeover {
  const { terminal, writeNow, release } = opened(stdout);
  let isOurs = true;
  const giveBack = (): void => {
    if (!isOurs) return;
    isOurs = false;
    process.off('exit', giveBack);
    process.off('uncaughtExceptionMonitor', giveBack);
    process.off('SIGINT', onInterrupt);
    for (const signal of DEADLY_SIGNALS) process.off(signal, onDeadly);
    if (stdin.isTTY && stdin.isRaw) stdin.setRawMode(false);
    writeNow(GIVE_BACK);
    release();
  };
  const onDeadly = (signal: NodeJS.Signals): void => {
    giveBack();
    onKilled();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on('exit', giveBack);
  // Sees uncaught exceptions and unhandled rejections before they are reported, and changes nothing about that.
  process.on('uncaughtExceptionMonitor', giveBack);
  process.on('SIGINT', onInterrupt);
  for (const signal of DEADLY_SIGNALS) process.on(signal, onDeadly);
  writeNow(TAKE);
  return { terminal, giveBack };
}

interface Opened {
  terminal: Writable;
  /** Returns when the terminal has it. */
  writeNow(escapes: string): void;
  /** Ink draws once more when it ends; after this nothing reaches the screen that was there before. */
  release(): void;
}

function opened(stdout: NodeJS.WriteStream): Opened {
  const fd = 'fd' in stdout ? openTerminal() : undefined;
  if (fd === undefined) {
    return { terminal: stdout, writeNow: (escapes) => void stdout.write(escapes), release: () => undefined };
  }
  const terminal = createWriteStream('', { fd });
  // The terminal is gone (hung up): SIGHUP ends the program, not a frame that could not be drawn.
  terminal.on('error', () => undefined);
  return { terminal, writeNow: (escapes) => writeIfThere(fd, escapes), release: () => terminal.destroy() };
}

function openTerminal(): number | undefined {
  try {
    return openSync('/dev/tty', constants.O_WRONLY | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

function writeIfThere(fd: number, escapes: string): void {
  try {
    writeSync(fd, escapes);
  } catch {
    // Hung up: there is no screen left to restore.
  }
}

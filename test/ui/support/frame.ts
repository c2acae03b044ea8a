// What stands on the screen: the real component, mounted by Ink, and the frame that it shows.
import type { Palette } from '../../../src/ui/line.ts';
import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import { createElement } from 'react';
import { App } from '../../../src/ui/app.tsx';
import { initialState, reduce, type UiState } from '../../../src/ui/state.ts';
import { flagshipDay, flagshipInfo, type FixtureOptions } from './fixture.ts';

export interface Size {
  columns: number;
  rows: number;
}

/** The flagship day after the given window. */
export function stateAt(windowIndex: number, size: Size, options: FixtureOptions = {}): UiState {
  let state = initialState(flagshipInfo, { ...size, keyboard: true });
  for (const snapshot of flagshipDay(options)) {
    if (snapshot.windowIndex > windowIndex) break;
    state = reduce(state, { type: 'snapshot', snapshot });
  }
  return state;
}

/** Lines of plain text, without the blanks at their ends. */
export function frameOf(state: UiState): string[] {
  const frame = stripVTControlCharacters(styledFrameOf(state, 'none'));
  return frame.split('\n').map((line) => line.trimEnd());
}

/** With escape codes. */
export function styledFrameOf(state: UiState, palette: Palette): string {
  let shown: readonly string[] = [];
  const show = (frame: readonly string[]): void => void (shown = frame);
  const stdout = Object.assign(new EventEmitter(), { columns: state.columns, write: () => true });
  const ink = render(createElement(App, { state, palette, show, onKey: () => undefined }), {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: fakeStdin() as unknown as NodeJS.ReadStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  ink.unmount();
  return shown.join('\n');
}

/** A keyboard on which nobody types, until `type` is called. */
export function fakeStdin() {
  const typed: string[] = [];
  const nothing = (): void => undefined;
  const keyboard = new EventEmitter();
  return Object.assign(keyboard, {
    isTTY: true,
    setEncoding: nothing,
    setRawMode: nothing,
    ref: nothing,
    unref: nothing,
    read: () => typed.shift() ?? null,
    type(key: string) {
      typed.push(key);
      keyboard.emit('readable');
    },
  });
}

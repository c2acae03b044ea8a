// The Ink side of the screen: keys, and when to draw. What is drawn is made by the layout, line by line, and goes to the
// screen as it is: Ink would take every line apart into characters and put them together again, which was three quarters
// of what drawing cost. So Ink itself draws nothing.
import { useInput } from 'ink';
import { useLayoutEffect } from 'react';
import { keyNames } from './keys.ts';
import { screenLines } from './layout.ts';
import { toAnsi, type Palette } from './line.ts';
import type { UiState } from './state.ts';

export interface AppProps {
  state: UiState;
  palette: Palette;
  /** Takes the whole screen, a styled line for each row. */
  show: (frame: readonly string[]) => void;
  onKey: (key: string) => void;
}

export function App({ state, palette, show, onKey }: AppProps) {
  useInput((input, key) => keyNames(input, key).forEach(onKey), {
    isActive: state.keyboard,
  });
  const frame = screenLines(state).map((line) => toAnsi(line, palette));
  useLayoutEffect(() => show(frame));
  return null;
}

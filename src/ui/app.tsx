// The Ink side of the screen: one line of text per row, and keys. The layout has put the panels side by side and styled
// their lines; a box for each would cost Ink half as much again. A line reaches Ink as the transform of a single blank,
// because Ink remembers every string that it has ever measured: one blank is measured once, and memory stays flat over any
// number of frames.
import { Box, Transform, useInput } from 'ink';
import { memo } from 'react';
import { keyNames } from './keys.ts';
import { screenLines } from './layout.ts';
import { toAnsi, type Palette } from './line.ts';
import type { UiState } from './state.ts';

export interface AppProps {
  state: UiState;
  palette: Palette;
  /** What Ink is given in place of a styled line. */
  standIn: (ansi: string) => string;
  onKey: (key: string) => void;
}

export function App({ state, palette, standIn, onKey }: AppProps) {
  useInput((input, key) => keyNames(input, key).forEach(onKey), {
    isActive: state.keyboard,
  });
  return (
    <Box flexDirection="column" width={state.columns} height={state.rows}>
      {screenLines(state).map((line, row) => (
        <ScreenLine key={row} ansi={toAnsi(line, palette)} standIn={standIn} />
      ))}
    </Box>
  );
}

interface LineProps {
  ansi: string;
  standIn: (ansi: string) => string;
}

const ScreenLine = memo(function ScreenLine({ ansi, standIn }: LineProps) {
  return <Transform transform={() => standIn(ansi)}> </Transform>;
});

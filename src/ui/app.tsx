// The Ink side of the screen: boxes where the layout says, one line of text per row, keys. Panels have already styled
// their lines. A line reaches Ink as the transform of a single blank, because Ink remembers every string that it has
// ever measured: one blank is measured once, and memory stays flat over any number of frames.
import { Box, Transform, useInput } from 'ink';
import { memo } from 'react';
import { keyNames } from './keys.ts';
import { layout, type Slot } from './layout.ts';
import { toAnsi } from './line.ts';
import type { UiState } from './state.ts';

export interface AppProps {
  state: UiState;
  colours: boolean;
  /** What Ink is given in place of a styled line. */
  standIn: (ansi: string) => string;
  onKey: (key: string) => void;
}

export function App({ state, colours, standIn, onKey }: AppProps) {
  useInput((input, key) => keyNames(input, key).forEach(onKey), {
    isActive: state.keyboard,
  });
  return (
    <Box flexDirection="column" width={state.columns} height={state.rows}>
      {layout(state).map((slots, row) => (
        <Box key={row}>
          {slots.map((slot, column) => (
            <PanelBox key={column} slot={slot} state={state} colours={colours} standIn={standIn} />
          ))}
        </Box>
      ))}
    </Box>
  );
}

interface PanelProps extends Omit<AppProps, 'onKey'> {
  slot: Slot;
}

function PanelBox({ slot: { panel, width, height }, state, colours, standIn }: PanelProps) {
  return (
    <Box flexDirection="column" width={width} height={height}>
      {panel(state, width, height).map((line, row) => (
        <ScreenLine key={row} ansi={toAnsi(line, colours)} standIn={standIn} />
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

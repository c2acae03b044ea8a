// The last line: the keys that do something now.
import { BINDINGS } from '../keys.ts';
import { dim, text, type Line, type Span } from '../line.ts';
import { isOver, isPaused, isStopping, type UiState } from '../state.ts';

export function footer(state: UiState): Line {
  if (!state.keyboard) return [dim(' no keyboard here: interrupt the process to stop')];
  if (isOver(state)) return [text(' press any key', 'bold'), dim(' for the summary')];
  if (isStopping(state)) {
    return [
      dim(' stopping; results so far are reported as partial   '),
      text('q', 'bold'),
      dim(' leave at once'),
    ];
  }
  const spans: Span[] = [];
  for (const { keys, action, label } of BINDINGS) {
    const shown = action === 'toggle-pause' && isPaused(state) ? 'resume' : label;
    spans.push(text(` ${keys[0]}`, 'bold'), dim(` ${shown}  `));
  }
  return spans;
}

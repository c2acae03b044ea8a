// The last line: the views, and the keys that do something in this one. What was just done stands there until the next
// key is pressed.
import { bindingsFor, VIEWS } from '../keys.ts';
import { dim, fit, lineWidth, text, type Line, type Span } from '../line.ts';
import { isOver, isPaused, isStopping, type UiState } from '../state.ts';

/** From here on all views are named, below only the one that is shown. */
const ROOMY = 120;

export function footer(state: UiState): Line {
  const { notice, search, keyboard, columns } = state;
  if (notice !== undefined) return fit([text(` ${notice}`)], columns);
  if (!keyboard) return [dim(' no keyboard here: interrupt the process to stop')];
  if (search.isTyping && state.view === 'events') {
    return [
      dim(' type to search   '),
      text('enter', 'bold'),
      dim(' keep   '),
      text('escape', 'bold'),
      dim(' all'),
    ];
  }
  if (state.menu !== undefined) {
    return fit(
      [
        text(' ↑↓', 'bold'),
        dim(' line   '),
        text('←→', 'bold'),
        dim(' change   '),
        text('enter', 'bold'),
        dim(' do it   '),
        text('escape', 'bold'),
        dim(' leave it   shift ←→ by ten'),
      ],
      columns,
    );
  }
  if (isStopping(state)) {
    return [
      dim(' stopping; results so far are reported as partial   '),
      text('q', 'bold'),
      dim(' leave at once'),
    ];
  }
  const tabs = tabsOf(state);
  const keys = isOver(state) ? overKeys(state) : runningKeys(state);
  return [...tabs, ...fitting(keys, columns - lineWidth(tabs))];
}

function tabsOf({ view, columns }: UiState): Span[] {
  return VIEWS.flatMap((each, i): Span[] => {
    const isShown = each === view;
    const tab = isShown || columns >= ROOMY ? ` ${i + 1} ${each}` : ` ${i + 1}`;
    return [isShown ? text(tab, 'bold') : dim(tab)];
  }).concat(dim(' │'));
}

type Key = readonly Span[];

function runningKeys(state: UiState): Key[] {
  const here = bindingsFor(state).filter(
    ({ label, views }) => label !== undefined && (views?.includes(state.view) ?? true),
  );
  // Help and quit must be there in any case: they come first, and are put last again.
  const keys = here.map(({ keys: names, action, label = '' }): Key => {
    const shown = action === 'toggle-pause' && isPaused(state) ? 'resume' : label;
    return [text(` ${SIGN[names[0]] ?? names[0]}`, 'bold'), dim(` ${shown} `)];
  });
  const past: Key[] = state.cursorSeconds === undefined ? [] : [[text(' end', 'bold'), dim(' live ')]];
  return [...keys.slice(-2), ...past, ...keys.slice(0, -2)];
}

const SIGN: Record<string, string> = { left: '←→', up: '↑↓', '+': '+ -', enter: '⏎' };

/** Every other key may look around still. */
function overKeys(state: UiState): Key[] {
  const leave = state.view === 'overview' ? ' press any key' : ' q';
  return [
    [text(' ?', 'bold'), dim(' help ')],
    [text(leave, 'bold'), dim(' for the summary')],
    [text(' ←→', 'bold'), dim(' look back ')],
  ];
}

/** As many as there is room for; the first two at the end. */
function fitting(keys: readonly Key[], room: number): Line {
  const kept: Key[] = [];
  let used = 0;
  for (const key of keys) {
    used += lineWidth(key);
    if (used > room) break;
    kept.push(key);
  }
  return [...kept.slice(2), ...kept.slice(0, 2)].flat();
}

// The screen: a header, the panels of the view, and a footer. Together they fill it exactly.
import { clockTime } from './clock.ts';
import type { ViewName } from './keys.ts';
import { dim, fit, text, type Line } from './line.ts';
import { footer } from './panels/footer.ts';
import { header } from './panels/header.ts';
import { injectPanel, MENU_HEIGHT } from './panels/inject.ts';
import { helpPanel } from './panels/help.ts';
import type { Panel } from './panels/panel.ts';
import type { UiState } from './state.ts';
import { pairView } from './pair/view.ts';
import { overview } from './views/overview.ts';
import type { Layout, Slot, View } from './views/place.ts';
import { costView, eventsView, fleetView, latencyView, scalingView } from './views/views.ts';

export type { Slot } from './views/place.ts';

const COLUMNS_MIN = 60;
const ROWS_MIN = 15;
/** A view lower than this shows nothing of use. */
const BELOW_MIN = 14;

const VIEWS: Record<ViewName, (state: UiState, height: number) => View> = {
  overview,
  latency: latencyView,
  fleet: fleetView,
  scaling: scalingView,
  cost: costView,
  events: eventsView,
};

const helpView = ({ columns }: UiState, height: number): View => ({
  body: [[{ panel: helpPanel, width: columns, height }]],
});

/** Above the charts, which go on, where there is room for both. */
function menuView(state: UiState, height: number): View {
  const below = height - MENU_HEIGHT;
  const menu = { panel: injectPanel, width: state.columns, height: below < BELOW_MIN ? height : MENU_HEIGHT };
  if (below < BELOW_MIN) return { body: [[menu]] };
  const { body, lastLine } = VIEWS[state.view](state, below);
  return { body: [[menu], ...body], lastLine };
}

export function layout(state: UiState): Layout {
  const { columns, rows } = state;
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) return [[{ panel: tooSmall, width: columns, height: rows }]];
  const whole = (panel: Panel, height: number): Slot[] => [{ panel, width: columns, height }];
  // Why a run failed is told on the first screen, whatever was looked at.
  const named = VIEWS[state.message === undefined ? state.view : 'overview'];
  const { rival } = state;
  const shown =
    rival === undefined ? named : (s: UiState, h: number) => pairView({ ...s, rival }, h, viewLines);
  const view = state.help > 0 ? helpView : state.menu === undefined ? shown : menuView;
  const { body, lastLine } = view(state, rows - 2);
  const last: Panel = lastLine === undefined ? (s) => [footer(s)] : (s) => [lastLine(s), footer(s)];
  return [whole((s) => [header(s)], 1), ...body, whole(last, lastLine === undefined ? 1 : 2)];
}

/** A view of that height, as wide as the state says, without header and footer. */
function viewLines(state: UiState, height: number): Line[] {
  const { body, lastLine } = VIEWS[state.view](state, height);
  return [...linesOf(body, state), ...(lastLine === undefined ? [] : [lastLine(state)])];
}

/** The whole screen as lines, for pictures of it. */
export function screenLines(state: UiState): Line[] {
  return linesOf(layout(state), state);
}

function linesOf(rows: Layout, state: UiState): Line[] {
  return rows.flatMap((slots) => {
    const drawn = slots.map(({ panel, width, height }) => ({ width, lines: panel(state, width, height) }));
    return Array.from({ length: slots[0].height }, (_, row) =>
      drawn.flatMap(({ width, lines }) => [...fit(lines[row] ?? [], width)]),
    );
  });
}

const tooSmall: Panel = ({ info, snapshot }, width, height) => {
  const clock = clockTime(info, snapshot?.window.endSeconds ?? 0);
  const lines: Line[] = [
    fit([text(clock, 'bold'), dim(`  please enlarge to ${COLUMNS_MIN}×${ROWS_MIN}`)], width),
  ];
  while (lines.length < height) lines.push([]);
  return lines;
};

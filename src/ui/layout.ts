// The screen: a header, the panels of the view, and a footer. Together they fill it exactly.
import { clockTime } from './clock.ts';
import type { ViewName } from './keys.ts';
import { dim, fit, text, type Line } from './line.ts';
import { footer } from './panels/footer.ts';
import { header } from './panels/header.ts';
import { injectPanel, menuHeight } from './panels/inject.ts';
import { helpHeight, helpPanel } from './panels/help.ts';
import type { Panel } from './panels/panel.ts';
import { trafficPanel } from './panels/traffic.ts';
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
/** Nor a chart lower than this. */
const CHART_MIN = 6;

const VIEWS: Record<ViewName, (state: UiState, height: number) => View> = {
  overview,
  latency: latencyView,
  fleet: fleetView,
  scaling: scalingView,
  cost: costView,
  events: eventsView,
};

/** A dialog above the view, which goes on, where there is room for both; above its first chart where there is less. */
function dialogView(panel: Panel, needed: number): (state: UiState, height: number) => View {
  return (state, height) => {
    const below = height - needed;
    const dialog = { panel, width: state.columns, height: below < CHART_MIN ? height : needed };
    if (below < CHART_MIN) return { body: [[dialog]] };
    if (below < BELOW_MIN)
      return { body: [[dialog], [{ panel: trafficPanel, width: state.columns, height: below }]] };
    const { body, lastLine } = VIEWS[state.view](state, below);
    return { body: [[dialog], ...body], lastLine };
  };
}

/** What is shown between header and footer. */
function viewOf(state: UiState): (state: UiState, height: number) => View {
  if (state.help > 0) return dialogView(helpPanel, helpHeight(state));
  if (state.menu !== undefined) return dialogView(injectPanel, menuHeight(state.columns));
  const { rival } = state;
  if (rival !== undefined) return (s, height) => pairView({ ...s, rival }, height, viewLines);
  // Why a run failed is told on the first screen, whatever was looked at.
  return VIEWS[state.message === undefined ? state.view : 'overview'];
}

export function layout(state: UiState): Layout {
  const { columns, rows } = state;
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) return [[{ panel: tooSmall, width: columns, height: rows }]];
  const whole = (panel: Panel, height: number): Slot[] => [{ panel, width: columns, height }];
  const { body, lastLine } = viewOf(state)(state, rows - 2);
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

// Two runs side by side: what differs, and below it the view of each; one above the other where there is little room, and
// then only the chart that matters most.
import { dim, fit, text, type Line } from '../line.ts';
import { eventListPanel } from '../panels/events.ts';
import { fleetSummaryPanel } from '../panels/fleet/summary.ts';
import { coursePanel, COURSES } from '../panels/latency/course.ts';
import type { Panel } from '../panels/panel.ts';
import { replicasPanel } from '../panels/scaling/course.ts';
import { stackPanel } from '../panels/cost/unit.ts';
import type { UiState, ViewName } from '../state.ts';
import type { View } from '../views/place.ts';
import { DIFFERENCES_MAX, differencesPanel } from './differences.ts';
import { drawnAlike, sidesOf, type Both } from './sides.ts';

/** From here on two columns, each as wide as the narrowest screen with a view of its own. */
const TWO_COLUMNS = 130;
/** A chart and its frame, below the name of its run. */
const CHART_MIN = 6;
const DIFFERENCES_MIN = 5;

const FIRST: Record<ViewName, Panel> = {
  overview: coursePanel(COURSES.ttft),
  latency: coursePanel(COURSES.tpot),
  fleet: fleetSummaryPanel,
  scaling: replicasPanel,
  cost: stackPanel,
  events: eventListPanel,
};

/** The lines of a view of that size. */
export type DrawView = (state: UiState, height: number) => Line[];

export function pairView(state: UiState & { rival: UiState }, height: number, draw: DrawView): View {
  const panel: Panel = (_, width, lines) =>
    width >= TWO_COLUMNS ? inColumns(state, { width, lines }, draw) : stacked(state, { width, lines });
  return { body: [[{ panel, width: state.columns, height }]] };
}

interface Size {
  width: number;
  lines: number;
}

function inColumns(state: UiState & { rival: UiState }, { width, lines }: Size, draw: DrawView): Line[] {
  const half = Math.floor((width - 1) / 2);
  const differences = Math.max(DIFFERENCES_MIN, Math.min(DIFFERENCES_MAX, lines - 1 - 24));
  const sides = sidesOf(state, half);
  const [a, b] = drawnAlike(sides, (side) => draw(side, lines - differences - 1));
  const names = sides.map((side, i) => nameLine(side, i, half));
  const columns = [names, ...a.map((line, i): Both<Line> => [line, b[i]])];
  return [
    ...columns.map(([left, right]) => [...fit(left, half), text(' '), ...fit(right, width - half - 1)]),
    ...differencesPanel(sides, width, differences),
  ];
}

function stacked(state: UiState & { rival: UiState }, { width, lines }: Size): Line[] {
  const differences = Math.max(DIFFERENCES_MIN, Math.min(2 + 14, lines - 2 * (CHART_MIN + 1)));
  const sides = sidesOf(state, width);
  const left = lines - differences - 2;
  const panel = FIRST[state.view];
  const heights = [Math.ceil(left / 2), Math.floor(left / 2)];
  // The scale of the first height would do for the second: both are drawn at their own.
  const drawn = heights.map((height, i) => drawnAlike(sides, (side) => panel(side, width, height))[i]);
  return [
    ...differencesPanel(sides, width, differences),
    ...drawn.flatMap((own, i) => [nameLine(sides[i], i, width), ...own]),
  ];
}

function nameLine({ info }: UiState, place: number, width: number): Line {
  const name = ` ${place === 0 ? 'a' : 'b'}  ${info.name} `;
  return fit([text(name, 'bold'), dim('─'.repeat(Math.max(0, width - name.length)))], width);
}

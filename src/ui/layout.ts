// Which panels stand where. A view gives rows of panels with the least height each needs; what does not fit is dropped
// whole, in the order stated in overview(), and what height is left is shared out. Pure; nothing is ever clipped.
import { clockTime } from './clock.ts';
import { dim, fit, text, type Line } from './line.ts';
import { costHeightMin, costPanel } from './panels/cost.ts';
import { eventsPanel, newestEvent } from './panels/events.ts';
import { failureHeight, failurePanel } from './panels/failure.ts';
import { footer } from './panels/footer.ts';
import { header } from './panels/header.ts';
import { helpPanel } from './panels/help.ts';
import { latencyPanel } from './panels/latency.ts';
import { NOW_HEIGHT_MAX, nowHeightMin, nowPanel } from './panels/now.ts';
import type { Panel } from './panels/panel.ts';
import { sloPanel } from './panels/slo.ts';
import { trafficPanel } from './panels/traffic.ts';
import type { UiState, ViewName } from './state.ts';

/** A panel and the cells it gets. */
export interface Slot {
  panel: Panel;
  width: number;
  height: number;
}

/** From top to bottom; the panels of a row stand side by side. Together they fill the screen exactly. */
export type Layout = readonly (readonly Slot[])[];

const COLUMNS_MIN = 60;
const ROWS_MIN = 15;
/** From here on panels stand in two columns. */
const TWO_COLUMNS = 110;

export function layout(state: UiState): Layout {
  const { columns, rows } = state;
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) return [[{ panel: tooSmall, width: columns, height: rows }]];
  const whole = (panel: Panel, height: number): Slot[] => [{ panel, width: columns, height }];
  const { body, lastLine } = VIEWS[state.view](state, rows - 2);
  const last: Panel = lastLine === undefined ? (s) => [footer(s)] : (s) => [lastLine(s), footer(s)];
  return [whole((s) => [header(s)], 1), ...body, whole(last, lastLine === undefined ? 1 : 2)];
}

interface View {
  body: Layout;
  /** A line above the footer. */
  lastLine?: (state: UiState) => Line;
}

const VIEWS: Record<ViewName, (state: UiState, height: number) => View> = {
  overview,
  help: ({ columns }, height) => ({ body: [[{ panel: helpPanel, width: columns, height }]] }),
};

interface Row {
  panels: readonly Panel[];
  heightMin: number;
  /** Part of the spare height. */
  growth: number;
  /** Beyond it there is nothing more to show. */
  heightMax: number;
  /** Rows with the greatest number are dropped first. */
  rank: number;
}

/** Dropped from the last rank to the first: events, SLO (both then share a line), traffic, cost, latency. */
function overview(state: UiState, height: number): View {
  const rows = state.columns >= TWO_COLUMNS ? twoColumns(state) : oneColumn(state);
  if (state.message !== undefined) {
    const lines = failureHeight(state);
    rows.unshift({ panels: [failurePanel], heightMin: lines, heightMax: lines, growth: 1, rank: 0 });
  }
  const kept = choose(rows, height);
  // The line that stands for dropped panels must not cost another one.
  const isWhole = kept.length === rows.length || choose(rows, height - 1).length < kept.length;
  if (isWhole) return { body: place(kept, state.columns, height) };
  return { body: place(kept, state.columns, height - 1), lastLine: newestEvent };
}

function single(panel: Panel, rank: number, heightMin: number, look: Partial<Row> = {}): Row {
  return { panels: [panel], rank, heightMin, heightMax: Infinity, growth: 1, ...look };
}

function oneColumn(state: UiState): Row[] {
  const now = nowHeightMin(state.columns);
  return [
    single(trafficPanel, 4, 6, { growth: 2 }),
    single(nowPanel, 1, now, { heightMax: now }),
    single(latencyPanel, 2, 5, { growth: 2 }),
    single(costPanel, 3, costHeightMin(state)),
    single(sloPanel, 5, 5, { heightMax: 8 }),
    single(eventsPanel, 6, 4),
  ];
}

function twoColumns(state: UiState): Row[] {
  return [
    { panels: [trafficPanel, nowPanel], heightMin: 8, heightMax: NOW_HEIGHT_MAX, growth: 2, rank: 1 },
    {
      panels: [latencyPanel, costPanel],
      heightMin: costHeightMin(state) + 1,
      heightMax: Infinity,
      growth: 2,
      rank: 2,
    },
    { panels: [sloPanel, eventsPanel], heightMin: 5, heightMax: Infinity, growth: 1, rank: 3 },
  ];
}

/** The rows that fit, in their order on the screen. */
function choose(rows: readonly Row[], height: number): Row[] {
  const kept = [...rows];
  const needed = (): number => kept.reduce((sum, { heightMin }) => sum + heightMin, 0);
  while (kept.length > 1 && needed() > height) {
    const last = Math.max(...kept.map(({ rank }) => rank));
    kept.splice(
      kept.findIndex(({ rank }) => rank === last),
      1,
    );
  }
  return kept;
}

/** Every spare line goes to the row that has had least of its share and still has use for it, else to the last. */
function place(rows: readonly Row[], columns: number, height: number): Layout {
  const heights = rows.map(({ heightMin }) => heightMin);
  const thirst = (i: number): number => {
    const { growth, heightMin, heightMax } = rows[i];
    return heights[i] < heightMax ? (heights[i] + 1 - heightMin) / growth : Infinity;
  };
  for (let spare = height - heights.reduce((sum, lines) => sum + lines, 0); spare > 0; spare--) {
    let next = rows.length - 1;
    for (let i = 0; i < rows.length; i++) if (thirst(i) < thirst(next)) next = i;
    heights[next]++;
  }
  return rows.map(({ panels }, i) =>
    panels.map((panel, j) => {
      const left = Math.floor((columns * j) / panels.length);
      const right = Math.floor((columns * (j + 1)) / panels.length);
      return { panel, width: right - left, height: heights[i] };
    }),
  );
}

const tooSmall: Panel = ({ info, snapshot }, width, height) => {
  const clock = clockTime(info, snapshot?.window.endSeconds ?? 0);
  const lines: Line[] = [
    fit([text(clock, 'bold'), dim(`  please enlarge to ${COLUMNS_MIN}×${ROWS_MIN}`)], width),
  ];
  while (lines.length < height) lines.push([]);
  return lines;
};

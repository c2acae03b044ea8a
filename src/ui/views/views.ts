// The other views: which panels they have, and in which order they drop them where there is little room.
import { ledgerPanel } from '../panels/cost/ledger.ts';
import { stackPanel, tariffPanel, tokenPanel } from '../panels/cost/unit.ts';
import { costHeight, costPanel } from '../panels/cost/bill.ts';
import { eventListPanel } from '../panels/events.ts';
import { CELL_LINES_MAX, cellsPanel } from '../panels/fleet/cells.ts';
import { gridHeight, gridPanel } from '../panels/fleet/grid.ts';
import { REPLICA_HEIGHT, replicaPanel } from '../panels/fleet/replica.ts';
import { fleetSummaryPanel, SUMMARY_HEIGHT } from '../panels/fleet/summary.ts';
import { coursePanel, COURSES } from '../panels/latency/course.ts';
import { DISTRIBUTION_HEIGHT_MIN, distributionPanel } from '../panels/latency/distribution.ts';
import { latencyTablePanel, TABLE_HEIGHT } from '../panels/latency/table-panel.ts';
import { fullnessPanel, queuePanel, replicasPanel, scales } from '../panels/scaling/course.ts';
import { decisionsPanel } from '../panels/scaling/log.ts';
import { sloPanel } from '../panels/slo.ts';
import { trafficPanel } from '../panels/traffic.ts';
import type { UiState } from '../state.ts';
import { placed, row, TWO_COLUMNS, type Row, type View } from './place.ts';

const isWide = ({ columns }: UiState): boolean => columns >= TWO_COLUMNS;

const TTFT = coursePanel(COURSES.ttft);
const TPOT = coursePanel(COURSES.tpot);
const ITL = coursePanel(COURSES.itl);
const E2E = coursePanel(COURSES.e2e);

const COURSE = 6;
const GRID_HEIGHT_MIN = 5;

/** Narrow: ITL goes first, then the distribution, E2E, TPOT. */
export function latencyView(state: UiState, height: number): View {
  const table = row([latencyTablePanel], 0, TABLE_HEIGHT, { heightMax: TABLE_HEIGHT });
  const rows: Row[] = isWide(state)
    ? [
        row([latencyTablePanel, sloPanel], 0, TABLE_HEIGHT, { heightMax: TABLE_HEIGHT + 2 }),
        row([TTFT, TPOT], 1, COURSE, { growth: 2 }),
        row([E2E, distributionPanel], 2, DISTRIBUTION_HEIGHT_MIN, { growth: 2 }),
        row([ITL, trafficPanel], 3, COURSE),
      ]
    : [
        table,
        row([TTFT], 1, COURSE, { growth: 2 }),
        row([TPOT], 2, COURSE),
        row([E2E], 3, COURSE),
        row([distributionPanel], 4, DISTRIBUTION_HEIGHT_MIN, { heightMax: 2 + 18 }),
        row([ITL], 5, COURSE),
      ];
  return placed(rows, state.columns, height);
}

export function fleetView(state: UiState, height: number): View {
  const { gauges, level } = state.fleet;
  const summary = row([fleetSummaryPanel], 0, SUMMARY_HEIGHT, { heightMax: SUMMARY_HEIGHT });
  if (gauges === undefined) {
    const courses = isWide(state)
      ? [row([replicasPanel, fullnessPanel], 1, COURSE), row([queuePanel, trafficPanel], 2, COURSE)]
      : [row([replicasPanel], 1, COURSE), row([fullnessPanel], 2, COURSE), row([queuePanel], 3, COURSE)];
    return placed([{ ...summary, heightMin: 3, heightMax: 3 }, ...courses], state.columns, height);
  }
  const grid = row([gridPanel], 2, GRID_HEIGHT_MIN, { heightMax: gridHeight(state), growth: 2 });
  const one = row([replicaPanel], 3, REPLICA_HEIGHT, { heightMax: REPLICA_HEIGHT });
  const cells = cellsRow(gauges.length, height);
  const courses = isWide(state) ? [fullnessPanel, queuePanel] : [fullnessPanel];
  const filler = row(courses, 4, COURSE + 2, { growth: 0.2 });
  if (level === 'cells') {
    // Courses come after the last of the cells.
    const isRoomy = height >= BESIDE_CELLS + 2 + gauges.length;
    return placed([summary, cells, grid, one, ...(isRoomy ? [filler] : [])], state.columns, height);
  }
  if (level === 'replicas')
    return placed([summary, { ...grid, rank: 1 }, one, filler], state.columns, height);
  return placed([summary, { ...one, rank: 1 }, grid, filler], state.columns, height);
}

/** What stands beside the cells where nothing is dropped. */
const BESIDE_CELLS = SUMMARY_HEIGHT + GRID_HEIGHT_MIN + REPLICA_HEIGHT + COURSE + 2;

/** As high as all cells with as many lines for each as there is room for beside the rest; that of a single cell are below. */
function cellsRow(cells: number, height: number): Row {
  const lines = cells === 1 ? 1 : Math.min(CELL_LINES_MAX, Math.floor((height - BESIDE_CELLS - 2) / cells));
  const look = { heightMax: cells * Math.max(1, lines) + 2, growth: 3 };
  return row([cellsPanel], 1, 2 + (lines > 1 ? cells * lines : Math.min(6, cells)), look);
}

/** Dropped first: how full, then the queue. */
export function scalingView(state: UiState, height: number): View {
  const decisions = row([decisionsPanel], 1, 5, { growth: scales(state) ? 2 : 0.1 });
  const rows: Row[] = isWide(state)
    ? [
        row([replicasPanel, trafficPanel], 0, 8, { growth: 2 }),
        row([queuePanel, fullnessPanel], 2, COURSE),
        decisions,
      ]
    : [
        row([replicasPanel], 0, COURSE, { growth: 2 }),
        row([queuePanel], 2, COURSE),
        row([fullnessPanel], 3, COURSE),
        decisions,
      ];
  return placed(rows, state.columns, height);
}

/** Narrow: the tariff goes first, then tokens and the stack. */
export function costView(state: UiState, height: number): View {
  const figures = costHeight(state);
  const rows: Row[] = isWide(state)
    ? [
        row([costPanel, ledgerPanel], 0, figures + 3, { growth: 2 }),
        row([tokenPanel, tariffPanel], 1, COURSE),
      ]
    : [
        row([costPanel], 0, figures, { heightMax: figures }),
        row([stackPanel], 2, COURSE, { growth: 2 }),
        row([tokenPanel], 3, COURSE),
        row([tariffPanel], 4, COURSE),
        row([ledgerPanel], 1, 6, { growth: 2 }),
      ];
  return placed(rows, state.columns, height);
}

export function eventsView(state: UiState, height: number): View {
  return placed(
    [row([trafficPanel], 1, 8, { heightMax: 12 }), row([eventListPanel], 0, 8, { growth: 3 })],
    state.columns,
    height,
  );
}

// The first glance. Dropped from the last rank to the first: events, SLO (both then share a line), traffic, cost,
// latency.
import { costHeight, costHeightMin, costPanel } from '../panels/cost/bill.ts';
import { eventsPanel, newestEvent } from '../panels/events.ts';
import { failureHeight, failurePanel } from '../panels/failure.ts';
import { latencyPanel } from '../panels/latency/glance.ts';
import { NOW_HEIGHT_MAX, nowHeightMin, nowPanel } from '../panels/now.ts';
import { sloPanel } from '../panels/slo.ts';
import { trafficPanel } from '../panels/traffic.ts';
import type { UiState } from '../state.ts';
import { choose, place, row, TWO_COLUMNS, type Row, type View } from './place.ts';

export function overview(state: UiState, height: number): View {
  const rows = state.columns >= TWO_COLUMNS ? twoColumns(state) : oneColumn(state);
  if (state.message !== undefined) {
    const lines = failureHeight(state);
    rows.unshift(row([failurePanel], 0, lines, { heightMax: lines }));
  }
  const kept = choose(rows, height);
  // The line that stands for dropped panels must not cost another one.
  const isWhole = kept.length === rows.length || choose(rows, height - 1).length < kept.length;
  if (isWhole) return { body: place(kept, state.columns, height) };
  return { body: place(kept, state.columns, height - 1), lastLine: newestEvent };
}

function oneColumn(state: UiState): Row[] {
  const now = nowHeightMin(state.columns);
  return [
    row([trafficPanel], 4, 6, { growth: 2 }),
    row([nowPanel], 1, now, { heightMax: now }),
    row([latencyPanel], 2, 5, { growth: 2 }),
    row([costPanel], 3, costHeightMin(state)),
    row([sloPanel], 5, 5, { heightMax: 8 }),
    row([eventsPanel], 6, 4),
  ];
}

function twoColumns(state: UiState): Row[] {
  return [
    row([trafficPanel, nowPanel], 1, 8, { heightMax: NOW_HEIGHT_MAX, growth: 2 }),
    row([latencyPanel, costPanel], 2, costHeight(state) + 1, { growth: 2 }),
    row([sloPanel, eventsPanel], 3, 5),
  ];
}

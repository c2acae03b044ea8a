// The replicas of one cell of the fleet, a character for each: rows of whole tens, numbered at the left; an arrow below
// points at the selected one.
import { count } from '../../format.ts';
import { dim, joined, text, type Line, type Span } from '../../line.ts';
import { cellOf, gridColumns, readGauges, topsIn } from '../../model/fleet.ts';
import type { UiState } from '../../state.ts';
import { framed, listWindow, type Panel } from '../panel.ts';
import { cellName } from './cells.ts';
import { replicaGlyph } from './glyphs.ts';

const NUMBER = 7;

/** Rows that hold all of them, and their frame. */
export function gridHeight(state: UiState): number {
  const rows = Math.ceil((cellOf(state.fleet)?.replicas ?? 0) / gridColumns(state.columns));
  return 3 + rows;
}

export const gridPanel: Panel = (state, width, height) => {
  const { fleet, info } = state;
  const cell = cellOf(fleet);
  if (cell === undefined) return framed({ title: 'Replicas', width, height }, []);
  const columns = gridColumns(state.columns);
  const rows = Math.ceil(cell.replicas / columns);
  const tops = topsIn(fleet.gauges ?? []);
  const selectedRow = Math.floor(fleet.replica / columns);
  const { first, count: shown } = listWindow(rows, selectedRow, height - 3);
  const body: Line[] = [];
  for (let row = first; row < first + shown; row++) {
    const spans: Span[] = [];
    const end = Math.min(cell.replicas, (row + 1) * columns);
    for (let place = row * columns; place < end; place++) {
      spans.push(replicaGlyph(readGauges(cell, place), fleet.measure, tops));
    }
    body.push([dim(`${cell.firstReplica + row * columns}`.padStart(NUMBER - 1) + ' '), ...joined(spans)]);
    if (row === selectedRow) {
      body.push([text(`${' '.repeat(NUMBER + fleet.replica - row * columns)}▲`, 'bold')]);
    }
  }
  const title = `${cellName(info, cell, fleet.cell)}: ${count(cell.replicas)} replicas`;
  return framed({ title, width, height }, body);
};

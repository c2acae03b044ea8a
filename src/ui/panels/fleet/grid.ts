// The replicas of one cell of the fleet, a bar for each: rows of whole tens, numbered at the left; an arrow below
// points at the selected one.
import { count } from '../../format.ts';
import { dim, joined, text, type Line } from '../../line.ts';
import { cellOf, gridColumns, readGauges, topsIn } from '../../model/fleet.ts';
import type { UiState } from '../../state.ts';
import { framed, listWindow, type Panel } from '../panel.ts';
import { cellName } from './cells.ts';
import { barSize, replicaBar } from './glyphs.ts';

const NUMBER = 7;

/** Of the bars of a row, and a line between rows. */
const ROW_LINES_MAX = 4;

/** Rows that hold all of them, and their frame. */
export function gridHeight(state: UiState): number {
  const rows = Math.ceil((cellOf(state.fleet)?.replicas ?? 0) / gridColumns(state.columns));
  return 3 + rows * ROW_LINES_MAX;
}

export const gridPanel: Panel = (state, width, height) => {
  const { fleet, info } = state;
  const cell = cellOf(fleet);
  if (cell === undefined) return framed({ title: 'Replicas', width, height }, []);
  const columns = gridColumns(state.columns);
  const rows = Math.ceil(cell.replicas / columns);
  const lines = Math.max(1, Math.min(ROW_LINES_MAX, Math.floor((height - 3) / rows)));
  const size = barSize(cell.replicas, columns, lines > 2 ? lines - 1 : lines);
  const tops = topsIn(fleet.gauges ?? []);
  const selectedRow = Math.floor(fleet.replica / columns);
  const { first, count: shown } = listWindow(rows, selectedRow, Math.floor((height - 3) / lines));
  const body: Line[] = [];
  for (let row = first; row < first + shown; row++) {
    const places = Array.from({ length: Math.min(columns, cell.replicas - row * columns) }, (_, i) => i);
    const bars = places.map((i) =>
      replicaBar(readGauges(cell, row * columns + i), fleet.measure, tops, size),
    );
    const number = `${cell.firstReplica + row * columns}`.padStart(NUMBER - 1) + ' ';
    for (let line = 0; line < size.rows; line++) {
      const isFoot = line === size.rows - 1;
      body.push([dim(isFoot ? number : ' '.repeat(NUMBER)), ...joined(bars.map((bar) => bar[line]))]);
    }
    const isSelected = row === selectedRow;
    const at = NUMBER + (fleet.replica - row * columns) * size.width;
    if (isSelected) body.push([text(`${' '.repeat(at)}▲`, 'bold')]);
    else if (lines > size.rows) body.push([]);
  }
  const title = `${cellName(info, cell, fleet.cell)}: ${count(cell.replicas)} replicas`;
  return framed({ title, width, height }, body);
};

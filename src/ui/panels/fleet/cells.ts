// The fleet by cells: a line for each with its figures, and its replicas as a strip, the mean of several of them in a
// column where there are many.
import { count, figure, percent } from '../../format.ts';
import { dim, fit, joined, text, type Line } from '../../line.ts';
import {
  cellFigures,
  heat,
  readGauges,
  replicasOf,
  topsIn,
  type Fleet,
  type ReplicaGauges,
} from '../../model/fleet.ts';
import { poolName } from '../../model/reading.ts';
import type { FleetCell, RunInfo } from '../../../run/snapshot.ts';
import { beside, framed, inner, listWindow, type Panel } from '../panel.ts';
import { barSize, heatBar, signBar, type BarSize } from './glyphs.ts';

const NAME = 16;
const NUMBER = 9;
const GAP = 3;
const COLUMNS = ['ready', 'batch', 'KV', 'queue'];

/** Lines for a cell at most: bars, and one between them. */
export const CELL_LINES_MAX = 4;

export const cellsPanel: Panel = ({ fleet, info }, width, height) => {
  const cells = fleet.gauges ?? [];
  const room = inner(width);
  const used = NAME + COLUMNS.length * NUMBER + GAP;
  const lines = Math.max(1, Math.min(CELL_LINES_MAX, Math.floor((height - 2) / Math.max(1, cells.length))));
  const most = Math.max(1, ...cells.map(replicasOf));
  const size = barSize(most, Math.max(1, room - used), lines > 2 ? lines - 1 : lines);
  const { first, count: shown } = listWindow(cells.length, fleet.cell, Math.floor((height - 2) / lines));
  const body = cells.slice(first, first + shown).flatMap((cell, i) => {
    const isSelected = first + i === fleet.cell;
    const left = figuresOf(cell, { info, place: first + i, isSelected });
    const bars = strip(cell, fleet, { ...size, columns: Math.max(0, room - used) });
    // Figures stand beside the feet of the bars.
    const rows = bars.map((row, j) => beside(j === bars.length - 1 ? left : [], used, row));
    return [...rows, ...Array.from({ length: lines - rows.length }, (): Line => [])];
  });
  const columns = COLUMNS.map((head) => head.padStart(NUMBER)).join('');
  const head = [dim(`${' '.repeat(NAME)}${columns}   replicas`)];
  return framed(
    { title: cells.length === 1 ? '1 cell' : `${count(cells.length)} cells`, head, width, height },
    body,
  );
};

function figuresOf(
  cell: FleetCell,
  { info, place, isSelected }: { info: RunInfo; place: number; isSelected: boolean },
): Line {
  const { states, batch, kv, waiting } = cellFigures(cell);
  const values = [
    count(states.ready),
    Number.isNaN(batch) ? '—' : figure(batch),
    percent(kv),
    count(waiting),
  ].map((value) => value.padStart(NUMBER));
  const name = `${isSelected ? '▸' : ' '} ${cellName(info, cell, place)}`;
  return [...fit([text(name, isSelected ? 'bold' : undefined)], NAME), text(values.join(''))];
}

export function cellName(info: RunInfo, { pool }: FleetCell, place: number): string {
  return info.pools.length > 1 ? `${poolName(info, pool)} ${place + 1}` : `cell ${place + 1}`;
}

/** As many replicas to a column as need be; rows from the top down. */
function strip(cell: FleetCell, { gauges, measure }: Fleet, size: BarSize & { columns: number }): Line[] {
  const replicas = replicasOf(cell);
  const bars = Math.min(Math.floor(size.columns / size.width), replicas);
  const tops = topsIn(gauges ?? []);
  const drawn = Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((replicas * bar) / bars);
    const to = Math.floor((replicas * (bar + 1)) / bars);
    let sum = 0;
    let ready = 0;
    let state: ReplicaGauges['state'] = 'off';
    for (let place = from; place < to; place++) {
      const each = readGauges(cell, place);
      if (each.state === 'ready') {
        sum += heat(each, measure, tops);
        ready++;
      } else if (state === 'off') state = each.state;
    }
    return ready > 0 ? heatBar(sum / ready, measure, size) : signBar(state, size);
  });
  return Array.from({ length: size.rows }, (_, row) => joined(drawn.map((bar) => bar[row])));
}
